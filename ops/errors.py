"""The one exception a command ends with when something foreseeable went wrong."""

from pathlib import Path

LOG_TAIL_LINES = 25


class Failure(Exception):
    """Says what happened, where, and what to do about it; printed as one line, exit status 1.

    `log` names a file whose last lines help; `status` is the process's exit status.
    """

    def __init__(self, what: str, where: str = "", todo: str = "", *, log=None, status: int = 1):
        super().__init__(", ".join(part for part in (what, where, todo) if part))
        self.log = log
        self.status = status

    def log_tail(self) -> list[str]:
        if self.log is None or not Path(self.log).exists():
            return []
        lines = Path(self.log).read_text(encoding="utf-8", errors="replace").splitlines()
        return [f"  | {line}" for line in lines[-LOG_TAIL_LINES:]]
