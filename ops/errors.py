"""The one exception a command ends with when something foreseeable went wrong."""


class Failure(Exception):
    """Says what happened, where, and what to do about it; printed as one line, exit status 1.

    `log` names a file whose last lines help; `status` is the process's exit status.
    """

    def __init__(self, what: str, where: str = "", todo: str = "", *, log=None, status: int = 1):
        super().__init__(", ".join(part for part in (what, where, todo) if part))
        self.log = log
        self.status = status
