"""A bare Debian 12 in a folder, run as a machine of its own, for the suite `fresh`."""
