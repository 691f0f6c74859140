"""Chaos: real regions under load while processes, links and disks fail, and the check of it."""
