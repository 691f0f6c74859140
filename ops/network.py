"""What apt, pip and npm say when what they want cannot be reached."""

import re

# Each in the words of the program, of which the first group is what to tell.
REASONS = [re.compile(pattern) for pattern in (
    r"(Temporary failure resolving '[^']+')",  # apt
    r"(Could not (?:resolve|connect to) [^\n]{1,80})",
    r"(Unable to connect to [^\n]{1,80})",
    r"(Cannot initiate the connection to \S+)",
    r"Failed to establish a new connection: (?:\[Errno -?\d+\] )?([^\n'\")]{1,80})",  # pip
    r"(Temporary failure in name resolution)",
    r"((?:Connection|Read|Connect) timed ?out)",
    r"npm (?:ERR!|error) (?:code )?(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH"
    r"|ETIMEDOUT|ERR_SOCKET_TIMEOUT)",  # npm
    r"(Network is unreachable|No route to host|Connection refused|Connection timed out)",
)]


def unreachable(output: str) -> str | None:
    """Why not; None when that is not what the output is about."""
    for pattern in REASONS:
        if found := pattern.search(output):
            return found[1].strip(" .,")
    return None
