"""What several tests of the commands need."""

import signal

import pytest

from ops.drills.interrupts import SIGNALS


@pytest.fixture
def handlers():
    """Signals in the test's own process, ignored or not by what started it; the former handlers are
    back afterwards."""
    former = {number: signal.signal(number, signal.SIG_DFL) for number in SIGNALS}
    yield
    for number, handler in former.items():
        signal.signal(number, handler)
