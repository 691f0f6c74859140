"""The processes of a shop under Debian's supervisor: one group a region, one an edge.

A process that dies by itself is started again. `kill_region` sends SIGKILL through supervisor, to
the process groups of everything in the region, and supervisor leaves stopped what it was told to
stop, until `start` is called: so a drill's kill lasts. That is why the stop signal is KILL; a
graceful end is a SIGTERM of our own, and a server that drained exits with 0, which is not started
again either.
"""

import os
import subprocess
import time
import xmlrpc.client
from pathlib import Path

from ops import build
from ops.door import UnixConnection
from ops.errors import Failure
from ops.shop import Shop, write_file

SUPERVISORD = "/usr/bin/supervisord"
STOPPED_STATES = {"STOPPED", "EXITED", "FATAL"}
START_WAIT_S = 10.0
# perpetuad gives its clients this long to finish; then it is killed.
DRAIN_WAIT_S = 15.0
POLL_S = 0.02

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
stopsignal={stopsignal}
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
        except OSError:
            return False

    def processes(self) -> list[dict]:
        """Each with group, name, statename, pid (0 when not running) and start (s since 1970)."""
        return self._call("getAllProcessInfo") if self.running() else []

    def group(self, name: str) -> list[dict]:
        return [process for process in self.processes() if process["group"] == name]

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

    def reload(self) -> None:
        """Takes over a changed configuration; groups that went or changed are stopped."""
        added, changed, removed = self._call("reloadConfig")[0]
        for name in (*removed, *changed):
            self.stop_gracefully([name])
            self._call("removeProcessGroup", name)
        for name in (*added, *changed):
            self._call("addProcessGroup", name)

    def start(self, group: str) -> None:
        """Starts what does not run of a group; returns at once, readiness is for others to ask."""
        for process in self.group(group):
            if process["statename"] in STOPPED_STATES | {"BACKOFF"}:
                self._start_one(process)

    def _start_one(self, process: dict) -> None:
        try:
            self._call("startProcess", f"{process['group']}:{process['name']}", False)
        except xmlrpc.client.Fault as fault:
            if not fault.faultString.startswith("ALREADY_STARTED"):
                raise Failure(f"{process['group']} does not start: {fault.faultString}",
                              str(self._shop.log), "read its log",
                              log=self.log_of(process)) from None

    def kill(self, group: str) -> list[int]:
        """SIGKILL for everything in the group, which then stays dead; the pids that died."""
        pids = [process["pid"] for process in self.group(group) if process["pid"]]
        self._call("stopProcessGroup", group)
        return pids

    def stop_gracefully(self, groups: list[str]) -> None:
        """SIGTERM, time to drain, and SIGKILL for what is still there then."""
        signalled = set()
        for process in self.processes():
            if process["group"] in groups and process["statename"] in ("RUNNING", "STARTING"):
                self._signal(process)
                signalled.add(process["pid"])
        deadline = time.monotonic() + DRAIN_WAIT_S
        while time.monotonic() < deadline:
            if not any(process["pid"] in signalled for process in self.processes()):
                break
            time.sleep(POLL_S)
        for name in groups:
            # Also ends the waiting of what supervisor was about to start again.
            self._call("stopProcessGroup", name)

    def _signal(self, process: dict) -> None:
        try:
            self._call("signalProcess", f"{process['group']}:{process['name']}", "TERM")
        except xmlrpc.client.Fault as fault:
            if not fault.faultString.startswith("NOT_RUNNING"):
                raise

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

    def _call(self, method: str, *arguments):
        return getattr(self._proxy.supervisor, method)(*arguments)


def write_config(shop: Shop, *, unprivileged: bool) -> bool:
    """Writes supervisord.conf; True when it changed."""
    text = HEAD.format(folder=shop.supervisor, log=shop.log)
    for region in shop.regions:
        folder = shop.region_folder(region.name)
        command = [str(build.SERVER), "run", "--config", str(folder / "config.json")]
        text += _program(shop, region.name, "perpetuad", command, folder, unprivileged, "KILL")
    for edge in shop.topology.edges:
        folder = shop.edge_folder(edge.name)
        command = ["/usr/sbin/haproxy", "-db", "-f", str(folder / "haproxy.cfg")]
        text += _program(shop, edge.name, "haproxy", command, folder, unprivileged, "TERM")
    return write_file(shop.supervisor / "supervisord.conf", text, mode=0o600)


def _program(shop: Shop, group: str, name: str, command: list[str], folder: Path,
             unprivileged: bool, stopsignal: str) -> str:
    if unprivileged:
        command = as_user(shop.unprivileged_id(group)) + command
    for word in command:
        if any(character in word for character in " \t\"'%;"):
            raise Failure(f"the path '{word}' has a character that supervisor reads as its own",
                          "repository or home folder", "use a path without blanks, quotes, % and ;")
    return PROGRAM.format(group=group, name=name, command=" ".join(command), directory=folder,
                          log=shop.log, stopsignal=stopsignal)


def as_user(number: int) -> list[str]:
    return ["/usr/bin/setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups",
            "--no-new-privs", "--inh-caps=-all"]


def why_not_unprivileged(shop: Shop) -> str | None:
    """None when servers can run as users of their own; otherwise the reason, empty when it goes
    without saying: somebody without privileges has none to give up."""
    if os.geteuid() != 0:
        return ""
    number = shop.unprivileged_id(shop.regions[0].name)
    needed = [("the home folder", shop.home), ("the repository", build.SERVER),
              ("the storefront", build.STATIC)]
    for what, path in needed:
        result = subprocess.run([*as_user(number), "/usr/bin/test", "-x", str(path)],
                                capture_output=True, check=False)
        if result.returncode != 0:
            return f"{what} ({path}) cannot be reached by other users"
    return None


def hand_over(shop: Shop) -> None:
    """Gives each region's and edge's folder to the user that it runs as."""
    names = [(shop.region_folder(r.name), r.name) for r in shop.regions]
    names += [(shop.edge_folder(e.name), e.name) for e in shop.topology.edges]
    for folder, name in names:
        number = shop.unprivileged_id(name)
        for path in (folder, *folder.rglob("*")):
            if path.lstat().st_uid != number:
                os.chown(path, number, number, follow_symlinks=False)
        folder.chmod(0o700)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: str):
        super().__init__()
        self._path = path

    def make_connection(self, host):
        return UnixConnection(self._path, timeout=30.0)
