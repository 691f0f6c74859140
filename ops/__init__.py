"""The commands behind ./perpetua: processes, generated configuration, drills."""
