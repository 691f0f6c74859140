"""Lets the black-box tests use the commands' own modules, whatever folder pytest starts in."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True
