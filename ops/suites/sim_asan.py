"""sim-asan: the simulator under the address and undefined behaviour sanitizers, which so watch the
rules, the store and the replication through crashes, lost links and full disks."""

from ops.progress import Steps
from ops.simulation import program
from ops.suites.context import Context
from ops.suites.sim import promises, same_histories, timed

SUMMARY = "the simulator under sanitizers"
SEEDS = 100


def run(context: Context) -> None:
    steps = Steps()
    with timed(context, "building the simulator"):
        for preset in (program.OPTIMISED, program.SANITIZED):
            program.make(steps, context.log / "sim-build.log", preset=preset)
    with timed(context, "the same histories"), steps.step(f"running {SEEDS} seeds twice"):
        ran = same_histories(context, program.SANITIZED, SEEDS)
    promises(context, program.listed(), ran)
