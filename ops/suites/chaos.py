"""chaos: real regions under load while processes, links and disks fail, and the check of it."""

import shutil

from ops.chaos import verdict
from ops.chaos.run import Chaos, any_seed
from ops.progress import Steps
from ops.suites.context import Context

SUMMARY = "real regions under load while processes, links and disks fail"
FAULTS = 20


def run(context: Context) -> None:
    count = context.faults or FAULTS
    seed = any_seed() if context.seed is None else context.seed
    folder = context.log / f"chaos-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    again = f"./perpetua test chaos --faults {count} --seed {seed}"
    print(f"  {count} faults; again: {again}", flush=True)
    passed = False
    try:
        result = Chaos(seed, count, folder, Steps()).run()
        for line in verdict.text(result):
            print(f"  {line}", flush=True)
        found = verdict.faults(result, count)
        passed = not found
        if found:
            found += [f"records and logs: {folder}", f"again: {again}"]
        context.check(f"{count} faults", found)
    finally:
        if passed:
            shutil.rmtree(folder)
