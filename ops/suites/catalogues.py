"""catalogues: the import of the real catalogue files, whose folder --catalogues names."""

import os

from ops import build
from ops.progress import Steps
from ops.suites.api import count, pytest
from ops.suites.context import Context

SUMMARY = "the import of real catalogue files (needs --catalogues DIR)"


def run(context: Context) -> None:
    build.programs(["perpetuad", "perpetua-buyers"], Steps(), context.log / "build.log")
    build.storefront(Steps(), context.log / "web.log")
    context.runner("catalogue tests", pytest("test/catalogues"), closing=r"^=+ .* in [\d.]+s",
                   count=count, env={**os.environ, "PERPETUA_CATALOGUES": str(context.catalogues)})
