"""The processes of a shop under Debian's supervisor: one group a region, one an edge.

A process that dies by itself is started again. `kill` sends SIGKILL through supervisor, to the
process groups of everything in a region, and supervisor leaves stopped what it was told to stop,
until `start` is called: so a drill's kill lasts. That is why the stop signal is KILL; a graceful end
is a signal of our own, and a server that drained exits with 0, which is not started again either.
No process outlives its supervisor: nobody could stop it any more.
"""

import errno
import http.client
import subprocess
import time
import xmlrpc.client
from pathlib import Path

from ops import build
from ops.door import UnixConnection
from ops.errors import Failure
from ops.privileges import as_user
from ops.shop import REPO, UNQUOTABLE, Shop, write_file

SUPERVISORD = "/usr/bin/supervisord"
START_WAIT_S = 10.0
# A process that was killed is gone as soon as the kernel has taken its memory back.
SETTLE_WAIT_S = 20.0
# Servers give their clients less than this to finish; then they are killed.
DRAIN_WAIT_S = 15.0
POLL_S = 0.02
# What a supervisor does that is not there, or about to end.
GONE = (OSError, http.client.HTTPException, xmlrpc.client.Error)

HEAD = """; Made by ./perpetua; do not edit.
[unix_http_server]
file={folder}/supervisor.sock
chmod=0600

[supervisord]
logfile={log}/supervisord.log
logfile_maxbytes=5MB
logfile_backups=2
pidfile={folder}/supervisord.pid
childlogdir={log}
directory={folder}
identifier=perpetua
minfds=1024

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{folder}/supervisor.sock
"""
PROGRAM = """
[program:{group}-{name}]
command={command}
directory={directory}
autostart=false
autorestart=unexpected
exitcodes=0
startsecs=1
startretries=1000
stopsignal=KILL
stopwaitsecs=10
stopasgroup=true
killasgroup=true
stdout_logfile={log}/{group}-{name}.log
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=2
redirect_stderr=true
umask=077

[group:{group}]
programs={group}-{name}
"""


class Supervisor:
    """Talks to the shop's supervisord over its Unix socket."""

    def __init__(self, shop: Shop):
        self._shop = shop
        self._proxy = xmlrpc.client.ServerProxy("http://local", _UnixTransport(
            str(shop.supervisor_socket)))

    def running(self) -> bool:
        try:
            return self._call("getState")["statename"] == "RUNNING"
        except GONE:
            return False

    def processes(self) -> list[dict]:
        """Each with group, name, statename, pid (0 when not running) and start (s since 1970)."""
        try:
            return self._call("getAllProcessInfo")
        except GONE:
            return []

    def group(self, name: str) -> list[dict]:
        return [process for process in self.processes() if process["group"] == name]

    def alive(self) -> set[str]:
        """The groups that run, and not only wait for their next try."""
        return {process["group"] for process in self.processes()
                if process["statename"] in ("STARTING", "RUNNING")}

    def launch(self) -> None:
        """Starts supervisord itself, which starts nothing yet."""
        if self.running():
            return
        folder = self._shop.supervisor
        result = subprocess.run(
            ["/usr/bin/python3", "-I", SUPERVISORD, "-c", str(folder / "supervisord.conf")],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd=folder,
        )
        if result.returncode != 0:
            reason = " ".join((result.stderr or result.stdout).split())[-300:]
            raise Failure(f"supervisord does not start: {reason}", str(folder), "see the message")
        deadline = time.monotonic() + START_WAIT_S
        while not self.running():
            if time.monotonic() > deadline:
                raise Failure("supervisord does not answer", str(self._shop.supervisor_socket),
                              "read its log", log=self._shop.log / "supervisord.log")
            time.sleep(POLL_S)

    def reload(self) -> set[str]:
        """Takes over a changed configuration: groups that went are stopped, new ones are known.
        Those that changed are returned, and go on as they are until `replace`."""
        added, changed, removed = self._call("reloadConfig")[0]
        self.stop_gracefully(removed)
        for name in removed:
            self._call("removeProcessGroup", name)
        for name in added:
            self._call("addProcessGroup", name)
        return set(changed)

    def replace(self, group: str) -> None:
        """Lets a group that is stopped have its changed configuration."""
        self._call("removeProcessGroup", group)
        self._call("addProcessGroup", group)

    def start(self, group: str) -> None:
        """Starts what does not run of a group; returns at once, readiness is for others to ask."""
        if group not in self.alive():
            # Supervisor starts nothing that is just being stopped, and does not cut the pause of
            # what has failed, which grows with every time.
            self._stop([group])
        for process in self.group(group):
            self._call("startProcess", f"{group}:{process['name']}", False,
                       tolerate="ALREADY_STARTED")

    def kill(self, group: str) -> list[int]:
        """SIGKILL for everything in the group, which then stays dead; the pids that died."""
        pids = [process["pid"] for process in self.group(group) if process["pid"]]
        self._call("stopProcessGroup", group)
        return pids

    def stop_gracefully(self, groups: list[str]) -> None:
        """Asks the groups to end, gives them time to drain, and kills what is still there then."""
        asked = set()
        for process in self.processes():
            if process["group"] in groups and process["statename"] in ("RUNNING", "STARTING"):
                self._ask_to_end(process)
                asked.add(process["pid"])
        deadline = time.monotonic() + DRAIN_WAIT_S
        while time.monotonic() < deadline:
            if not any(process["pid"] in asked for process in self.processes()):
                break
            time.sleep(POLL_S)
        self._stop(groups)

    def _ask_to_end(self, process: dict) -> None:
        # On SIGTERM HAProxy drops what is in flight.
        signal = "USR1" if process["name"].endswith("-haproxy") else "TERM"
        self._call("signalProcess", f"{process['group']}:{process['name']}", signal,
                   tolerate="NOT_RUNNING")

    def _stop(self, groups: list[str]) -> None:
        """SIGKILL, until nothing runs and nothing is going to: what has just failed may be started
        again between two looks."""
        deadline = time.monotonic() + SETTLE_WAIT_S
        while True:
            for name in groups:
                self._call("stopProcessGroup", name)
            restless = [p for p in self.processes() if p["group"] in groups and not _rests(p)]
            if not restless:
                return
            if time.monotonic() > deadline:
                raise Failure(f"{restless[0]['group']} cannot be stopped: its process (pid "
                              f"{restless[0]['pid']}) is {restless[0]['statename'].lower()}",
                              str(self._shop.supervisor), "see what keeps it")
            time.sleep(POLL_S)

    def shutdown(self) -> None:
        """Ends supervisord, and with it whatever it still runs."""
        pid = self._pid()
        self._call("shutdown")
        deadline = time.monotonic() + DRAIN_WAIT_S
        while pid and _alive(pid):
            if time.monotonic() > deadline:
                raise Failure(f"supervisord (pid {pid}) does not end", str(self._shop.supervisor),
                              f"end it with 'kill {pid}'")
            time.sleep(POLL_S)

    def log_of(self, process: dict) -> Path:
        return self._shop.log / f"{process['name']}.log"

    def _pid(self) -> int:
        return self._call("getPID")

    def _call(self, method: str, *arguments, tolerate: str = ""):
        """`tolerate` names a fault that is none here."""
        where = str(self._shop.supervisor_socket)
        try:
            return getattr(self._proxy.supervisor, method)(*arguments)
        except PermissionError:
            raise Failure("the shop was started by another account", where,
                          "use that account") from None
        except xmlrpc.client.Fault as fault:
            name = fault.faultString.split(":")[0]
            if name == tolerate:
                return None
            if name == "SHUTDOWN_STATE":
                raise ConnectionAbortedError(errno.ECONNABORTED, "the shop is just being stopped",
                                             where) from None
            raise Failure(f"supervisor refuses {method}: {fault.faultString}", where,
                          "read its log", log=self._shop.log / "supervisord.log") from None


def _rests(process: dict) -> bool:
    state = process["statename"]
    return state in ("STOPPED", "FATAL") or (state == "EXITED" and process["exitstatus"] == 0)


def write_config(shop: Shop, *, unprivileged: bool,
                 environment: dict[str, dict[str, str]] | None = None) -> None:
    """`environment`: by region, what its server gets beside the supervisor's own."""
    text = HEAD.format(folder=shop.supervisor, log=shop.log)
    for region in shop.regions:
        folder = shop.region_folder(region.name)
        command = [str(build.SERVER), "run", "--config", str(folder / "config.json")]
        if extra := (environment or {}).get(region.name):
            command = ["/usr/bin/env", *(f"{name}={value}" for name, value in extra.items()),
                       *command]
        text += _program(shop, region.name, "perpetuad", command, folder, unprivileged)
    for edge in shop.topology.edges:
        folder = shop.edge_folder(edge.name)
        command = ["/usr/sbin/haproxy", "-db", "-f", str(folder / "haproxy.cfg")]
        text += _program(shop, edge.name, "haproxy", command, folder, unprivileged)
    write_file(shop.supervisor / "supervisord.conf", text, mode=0o600)


def _program(shop: Shop, group: str, name: str, command: list[str], folder: Path,
             unprivileged: bool) -> str:
    user = as_user(shop.unprivileged_id(group)) if unprivileged else []
    command = ["/usr/bin/setpriv", "--pdeathsig", "KILL", *user, *command]
    if UNQUOTABLE & set("".join(command)):
        raise Failure("the repository's path has a character that supervisor reads as its own",
                      str(REPO), "use a path without blanks, quotes and other signs")
    return PROGRAM.format(group=group, name=name, command=" ".join(command), directory=folder,
                          log=shop.log)


def _alive(pid: int) -> bool:
    """Also false for a process that has ended and that nobody has asked about."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: str):
        super().__init__()
        self._path = path

    def make_connection(self, host):
        return UnixConnection(self._path, timeout=30.0)
