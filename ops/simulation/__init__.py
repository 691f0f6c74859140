"""The simulator as a program: building it, running it, reading what it tells."""
