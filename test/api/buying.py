"""perpetua-buyers, as the tests use it."""

import json
import subprocess

from ops import build


def buyers(*arguments, expect: int = 0) -> dict:
    result = subprocess.run([str(build.BUYERS), *map(str, arguments), "--json"],
                            capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == expect, (result.stdout, result.stderr)
    return json.loads(result.stdout)


def contend(regions: dict, book: str, *, orders: int, split: str = "half") -> dict:
    """Every checkout at once; each region in turn, or all to the first."""
    places = [part for name, client in regions.items()
              for part in ("--region", f"{name}={client.url}")]
    return buyers("contend", "--book", book, "--orders", orders, "--split", split, *places)
