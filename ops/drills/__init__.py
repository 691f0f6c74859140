"""Drills: a fault made on purpose under load, and what buyers saw of it."""
