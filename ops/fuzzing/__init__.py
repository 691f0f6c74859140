"""Fuzzing: the targets, how they are run, and the one of them that is not C++ (docs/fuzzing.md)."""
