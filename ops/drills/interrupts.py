"""Ctrl-C, SIGTERM and SIGHUP during something that must be undone whatever happens."""

import signal
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """The first signal raises KeyboardInterrupt, later ones find us on our way out and change
    nothing. `held` and `hold` put off the first one."""

    def __init__(self):
        self._held = False
        self._pending = False
        self.interrupted = False

    def handle(self, _number, _frame) -> None:
        if self._held:
            self._pending = True
        elif not self.interrupted:
            self.interrupted = True
            raise KeyboardInterrupt

    def hold(self) -> None:
        """From now on nothing interrupts."""
        self._held = True

    @contextmanager
    def held(self):
        """Nothing interrupts what is done within; a signal meanwhile does so right after it."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        self._raise_pending()

    def _raise_pending(self) -> None:
        if self._pending and not self.interrupted:
            self.interrupted = True
            raise KeyboardInterrupt


@contextmanager
def interruptible():
    """Yields Interrupts. What was held back till the end is raised then; whoever was interrupted
    is deaf to more of it for the rest of the process, which is on its way out."""
    interrupts = Interrupts()
    former = {}
    try:
        for number in SIGNALS:
            # What nohup had ignored stays so.
            if signal.getsignal(number) != signal.SIG_IGN:
                former[number] = signal.signal(number, interrupts.handle)
        yield interrupts
        interrupts._raise_pending()
    finally:
        for number, handler in former.items():
            signal.signal(number, signal.SIG_IGN if interrupts.interrupted else handler)
