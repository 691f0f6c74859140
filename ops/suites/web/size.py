"""What the storefront's first page loads."""

import json
from pathlib import Path

from ops import build
from ops.suites.context import Context

FIRST_LOAD_KIB_MAX = 180
ENTRY = "index.html"
HOME = "src/features/catalogue/HomePage.tsx"


def run(context: Context) -> None:
    kib = first_load(build.STATIC) / 1024
    faults = [f"{kib:.1f} KiB are too many"] if kib > FIRST_LOAD_KIB_MAX else []
    context.check(f"the first load, script and style, is {kib:.1f} KiB with gzip, "
                  f"{FIRST_LOAD_KIB_MAX} at most", faults)


def first_load(folder: Path) -> int:
    """Bytes as they are sent of all scripts and styles that the home page needs: those of the entry,
    of what it imports when the first words are painted, and of the page. e2e/load.spec.ts looks
    whether a browser loads more than that."""
    manifest = json.loads((folder / "manifest.json").read_text())
    chunks, files = [ENTRY, HOME, *manifest[ENTRY].get("dynamicImports", [])], set()
    for name in chunks:
        chunk = manifest[name]
        files |= {chunk["file"], *chunk.get("css", [])}
        chunks += [needed for needed in chunk.get("imports", []) if needed not in chunks]
    return sum((folder / f"{file}.gz").stat().st_size for file in files)
