"""The founding of a shop: each region's store is made once, before anything runs."""

import json
import shutil

from ops import build
from ops.errors import Failure
from ops.privileges import as_user
from ops.progress import Steps, run_logged
from ops.shop import STORE, Shop, write_file


def found(shop: Shop, steps: Steps, *, unprivileged: bool) -> None:
    """Founds every region of a new home. An interrupted founding is begun again: nothing in it has
    ever run, so nothing is lost."""
    if shop.founded_marker.exists():
        return
    stores = [shop.region_folder(region.name) / STORE for region in shop.regions]
    if shop.founding_marker.exists():
        for store in stores:
            shutil.rmtree(store, ignore_errors=True)
    for store in stores:
        if store.exists():
            raise Failure("there is a store but no note of its founding", str(store),
                          f"restore {shop.founded_marker}, or begin anew with "
                          f"'{shop.command('down', '--wipe')}'")
    write_file(shop.founding_marker, "")
    with steps.step(f"founding {len(stores)} regions"):
        for region in shop.regions:
            folder = shop.region_folder(region.name)
            command = [str(build.SERVER), "found", "--config", str(folder / "config.json")]
            if unprivileged:
                number = shop.unprivileged_id(region.name)
                command = ["/usr/bin/setpriv", *as_user(number), *command]
            run_logged(command, shop.log / "founding.log", f"founding {region.name}", cwd=folder)
    founders = sorted(region.name for region in shop.regions)
    write_file(shop.founded_marker, json.dumps({"founders": founders}) + "\n")
    shop.founding_marker.unlink()
