"""What a terminal gives to what is begun in it, for tests that may be run without one."""

import signal

from ops.drills.interrupts import SIGNALS


def hear_signals() -> None:
    """Before a child runs: background jobs and nohup have signals ignored, and hand that on."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
