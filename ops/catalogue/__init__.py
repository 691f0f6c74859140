"""Catalogues: the readers of every format that the shop imports, and the way into a region."""
