"""perpetua-buyers, as the tests use it."""

import json
import subprocess
from pathlib import Path

from ops import build


def buyers(*arguments, expect: int = 0) -> dict:
    result = subprocess.run([str(build.BUYERS), *map(str, arguments), "--json"],
                            capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == expect, (result.stdout, result.stderr)
    return json.loads(result.stdout)


def addresses(running) -> list[str]:
    return [part for region in running.shop.regions
            for part in ("--region", f"{region.name}={region.url}")]


def doors(running) -> list[str]:
    return [part for region in running.shop.regions
            for part in ("--operator",
                         f"{region.name}={running.shop.operator_socket(region.name)}")]


def check(running, *records: Path, settle_s: float = 10, shared: bool = False,
          expect: int = 0) -> dict:
    return buyers("check", *[part for record in records for part in ("--record", record)],
                  *addresses(running), *doors(running), "--settle-seconds", settle_s,
                  *(["--shared"] if shared else []), expect=expect)


def contend(regions: dict, book: str, *, orders: int, split: str = "half") -> dict:
    """Every checkout at once; each region in turn, or all to the first."""
    places = [part for name, client in regions.items()
              for part in ("--region", f"{name}={client.url}")]
    return buyers("contend", "--book", book, "--orders", orders, "--split", split, *places)
