"""Debian's packages: what each command needs, what is missing, and installing just that.

Nothing but packages changes on the machine: their services are neither started nor enabled, by
stand-ins for the four tools through which maintainer scripts do that, put in front of the path
that apt gives to dpkg. They live in the repository, so an interrupted run leaves nothing behind
(a policy-rc.d would stay). Services that were there before are passed on to the real tools.
"""

import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from ops import preflight
from ops.errors import Failure
from ops.network import unreachable
from ops.progress import Steps, output_since, run_logged
from ops.shop import REPO, write_file

UP = (
    "ca-certificates ccache cmake g++ haproxy libboost-json1.81-dev libboost-url1.81-dev "
    "libboost1.81-dev libbz2-dev libcli11-dev liblz4-dev libsnappy-dev libsodium-dev "
    "libspdlog-dev libssl-dev libutf8proc-dev libzstd-dev librocksdb-dev mold ninja-build "
    "pkg-config prometheus-cpp-dev python3 python3-cryptography python3-venv supervisor "
    "util-linux zlib1g-dev"
).split()
TEST = (
    "chromium clang-format-19 clang-tidy-19 fonts-liberation libgmock-dev libgtest-dev "
    "python3-flake8 python3-pytest"
).split()
# libFuzzer and the sanitizers it runs under are parts of Clang; llvm-19 names the lines of a stack.
FUZZ = "clang-19 libclang-rt-19-dev llvm-19".split()
# A bare machine in a folder, and a network for it.
BARE = "debootstrap git iproute2 slirp4netns util-linux".split()

STANDARD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Another apt, such as the one that a new machine updates itself with, is waited for.
LOCK_WAIT_S = 900
POLL_S = 0.2
PACKAGE_MANAGERS = {"apt", "apt-get", "aptitude", "dpkg"}
# Nothing is taken away for what is installed: that would be somebody else's.
INSTALL = ["apt-get", "install", "--no-install-recommends", "--no-remove",
           "-o", f"DPkg::Lock::Timeout={LOCK_WAIT_S}"]
# A network on which everything is lost is noticed, not waited for.
BOUNDED = ["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20",
           "-o", "Acquire::https::Timeout=20"]
# What dpkg was doing when it was ended, as apt looks for it too.
UNFINISHED = Path("/var/lib/dpkg/updates")
LINE_CHARS = 100
DEBIAN = "Debian's mirror"


@dataclass(frozen=True)
class Plan:
    """What apt would do, sizes in its own words."""

    new: list[str]
    upgraded: list[str]
    download: str
    disk: str
    hosts: frozenset[str] = frozenset()  # that the archives come from


def ensure(wanted: list[str], others: list[str], *, yes: bool, log: Path, steps: Steps) -> None:
    """Installs what is missing of `wanted`, after saying what and how much, and asking. `others`
    are downloads from elsewhere that will follow, each with its size: one answer is for all."""
    present = installed(wanted)
    missing = [name for name in wanted if name not in present]
    if not missing and not others:
        return
    if missing:
        preflight.require_debian()
        repair(yes=yes, log=log, steps=steps)
    plan = look_up(missing, log, steps) if missing else None
    for line in announcement(plan, others):
        steps.say(line)
    if not (yes or agreed()):
        raise Failure("nothing was installed", "you said no", "install them yourself, or say yes")
    if not plan:
        return
    with steps.step(f"installing {len(plan.new) + len(plan.upgraded)} packages"):
        _install(missing, plan, log)
    present = installed(missing)
    still = [name for name in missing if name not in present]
    if still:
        raise Failure(f"still missing after installing: {' '.join(still)}", str(log),
                      "read the log", log=log)


def repair(*, yes: bool, log: Path, steps: Steps) -> None:
    """Lets dpkg and apt end what was interrupted: before, they do nothing else."""
    wait_for_others(steps)
    if not (any(UNFINISHED.glob("[0-9]*")) or audit()):
        return
    steps.say("Debian's package manager was interrupted and has to end what it began.")
    if not (yes or agreed()):
        raise Failure("nothing was installed", "you said no",
                      "run 'dpkg --configure -a' as root, or say yes")
    quiet = REPO / ".perpetua-tools" / "quiet-services"
    _write_stand_ins(quiet, unfinished())
    authenticate()
    with steps.step("ending an interrupted installation"):
        # The first ends with an error where a package waits for one that was not unpacked yet.
        for rest in (["dpkg", "--configure", "--pending"],
                     [*INSTALL, *settings(quiet), "--fix-broken", "--yes"]):
            with suppress(Failure) if rest[0] == "dpkg" else nullcontext():
                run_logged(as_root(["env", "DEBIAN_FRONTEND=noninteractive",
                                    f"PATH={quiet}:{STANDARD_PATH}", *rest]), log, rest[0],
                           reaches=DEBIAN, patient=True)


def wait_for_others(steps: Steps) -> None:
    """Also for what an `up` that was killed has begun."""
    if not (others := at_work()):
        return
    with steps.step(f"waiting for {', '.join(others)}"):
        deadline = time.monotonic() + LOCK_WAIT_S
        while others := at_work():
            if time.monotonic() > deadline:
                raise Failure(f"{', '.join(others)} still works on packages", "this machine",
                              "wait for it to end, then run this again")
            time.sleep(POLL_S)


def at_work() -> list[str]:
    """What works on this machine's packages, as far as names tell; in containers on it they work on
    the containers'."""
    found = []
    for path in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            status = dict(line.split(":", 1) for line in path.read_text().splitlines())
            name = status["Name"].strip()
            if name in PACKAGE_MANAGERS and len(status["NSpid"].split()) == 1:
                found.append(f"{name} (pid {path.parent.name})")
    return sorted(found)


def unfinished() -> list[str]:
    """The packages whose services are as new as they are themselves."""
    output = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"],
                            capture_output=True, text=True, check=False).stdout
    return [line.split()[0] for line in output.splitlines() if line.split()[1:] and line.split()[1]
            in ("unpacked", "half-configured", "half-installed")]


def audit() -> bool:
    """Whether some package is neither in nor out."""
    return bool(subprocess.run(["dpkg", "--audit"], capture_output=True, text=True,
                               check=False).stdout.strip())


def look_up(missing: list[str], log: Path, steps: Steps) -> Plan:
    if not shutil.which("apt-get", path=STANDARD_PATH):
        raise Failure(f"packages are missing: {' '.join(missing)}", "this machine has no apt-get",
                      "use Debian 12")
    if ":" in str(REPO):
        raise Failure("the repository's path has a colon, which ends a folder in a search path",
                      str(REPO), "use another path")
    command = as_root(["apt-get", "update", *BOUNDED])
    authenticate()
    with steps.step("looking up packages"):
        began = log.stat().st_size if log.exists() else 0
        run_logged(command, log, "apt-get update", reaches=DEBIAN)
        said = output_since(log, began)
        try:
            plan = simulate(missing)
        except Failure:
            plan = None
            if not unreachable(said):
                raise
        # For apt a source that is out of reach is no error while it has old lists; and it would try
        # each package, one after the other.
        out_of_reach = set(re.findall(r"Failed to fetch \w+://([^/\s]+)", said))
        if plan is None or out_of_reach & plan.hosts:
            raise Failure(f"{DEBIAN} cannot be reached ({unreachable(said) or 'apt does not say why'})",
                          str(log), "see to the network, then run this again")
        return plan


def announcement(plan: Plan | None, others: list[str]) -> list[str]:
    lines = []
    if plan:
        what = f"{len(plan.new)} new packages" + (
            f" and {len(plan.upgraded)} to upgrade" if plan.upgraded else "")
        lines.append(f"From Debian: {what}, {plan.download} to download, {plan.disk} on disk:")
        lines.append(textwrap.fill(" ".join([*plan.new, *plan.upgraded]), LINE_CHARS,
                                   initial_indent="  ", subsequent_indent="  ",
                                   break_on_hyphens=False, break_long_words=False))
    return [*lines, *others]


def installed(names: list[str]) -> set[str]:
    result = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True, text=True, check=False,
    )
    lines = [line.split() for line in result.stdout.splitlines()]
    return {words[0] for words in lines if words[1:] == ["installed"]}


def simulate(missing: list[str]) -> Plan:
    # Not --assume-no: apt asks nothing, and installs, when nothing but what was named is needed.
    result = subprocess.run(
        [*INSTALL, "--print-uris", *missing], capture_output=True, text=True, check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    if result.returncode != 0:
        problems = [line for line in result.stderr.splitlines() if line.startswith("E: ")]
        raise Failure(" ".join(problems) or f"status {result.returncode}", "apt-get",
                      "check that this is Debian 12 with its usual sources")
    return read_plan(result.stdout)


def read_plan(output: str) -> Plan:
    def names(heading: str) -> list[str]:
        block = re.search(rf"{heading}:\n((?:  .*\n)+)", output)
        return block[1].split() if block else []

    download = re.search(r"Need to get (?:\S+ .?B/)?(.*) of archives", output)
    disk = re.search(r"After this operation, (.*) of additional", output)
    return Plan(
        new=names("NEW packages will be installed"),
        upgraded=names("packages will be upgraded"),
        download=download[1] if download else "0 B",
        disk=disk[1] if disk else "0 B",
        hosts=frozenset(re.findall(r"^'\w+://([^/']+)", output, re.MULTILINE)),
    )


def agreed() -> bool:
    """Asks; without a terminal there is nobody to ask and the answer is yes."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    print("Go on? [Y/n] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")


def as_root(command: list[str]) -> list[str]:
    if os.geteuid() == 0:
        return command
    if not shutil.which("sudo"):
        raise Failure("packages are missing and you are not root", "this machine has no sudo",
                      f"run as root: {' '.join(command)}")
    return ["sudo", *command]


def authenticate() -> None:
    """sudo asks for a password now: later the progress would be written over the question."""
    if as_root([])[:1] == ["sudo"] and sys.stdin.isatty():
        subprocess.run(["sudo", "-v"], check=False)


def settings(quiet: Path) -> list[str]:
    return ["-o", f"DPkg::Path={quiet}:{STANDARD_PATH}"]


def _install(names: list[str], plan: Plan, log: Path) -> None:
    quiet = REPO / ".perpetua-tools" / "quiet-services"
    _write_stand_ins(quiet, plan.new)
    command = ["env", "DEBIAN_FRONTEND=noninteractive", *INSTALL, *settings(quiet), "--yes"]
    # A download may be interrupted; dpkg at work would leave packages half-installed.
    run_logged(as_root([*command, "--download-only", *names]), log, "apt-get install",
               reaches=DEBIAN)
    run_logged(as_root([*command, *names]), log, "apt-get install", patient=True)


def _write_stand_ins(folder: Path, new: list[str]) -> None:
    known = {path.name for path in Path("/etc/init.d").glob("*")}
    for units in ("/lib/systemd/system", "/usr/lib/systemd/system", "/etc/systemd/system"):
        known |= {path.name for path in Path(units).glob("*.*")}
    # A package that was removed leaves its init script: that service is as new as the others.
    # One that was interrupted has its unit as well.
    left = "".join(subprocess.run(["dpkg-query", *what, *new], capture_output=True, text=True,
                                  check=False).stdout
                   for what in (["-W", "-f", "${Conffiles}\n"], ["-L"])) if new else ""
    known -= {Path(line.split()[0]).name for line in left.splitlines() if line.strip()}
    write_file(folder / "known", "".join(f"{name}\n" for name in sorted(known)))
    for name, body in STAND_INS.items():
        write_file(folder / name, HEAD.format(folder=folder) + body, mode=0o755)


HEAD = """#!/bin/sh
# Stands in for a tool of maintainer scripts while Perpetua installs packages; see ops/packages.py.
known() {{ grep -qxF -e "$1" -e "$1.service" '{folder}/known'; }}
first() {{ for word in "$@"; do case $word in -*) ;; *) printf '%s' "$word"; return ;; esac; done; }}
"""
STAND_INS = {
    # update-rc.d NAME defaults|enable|remove|...
    "update-rc.d": """
known "$(first "$@")" && exec /usr/sbin/update-rc.d "$@"
case "$*" in
  *' defaults'*) exec /usr/sbin/update-rc.d "$(first "$@")" defaults-disabled ;;
  *' enable'*) exit 0 ;;
  *) exec /usr/sbin/update-rc.d "$@" ;;
esac
""",
    # invoke-rc.d [--option] NAME ACTION
    "invoke-rc.d": """
known "$(first "$@")" && exec /usr/sbin/invoke-rc.d "$@"
exit 0
""",
    # deb-systemd-invoke [--option] ACTION UNIT...
    "deb-systemd-invoke": """
options=; action=; units=
for word in "$@"; do
  case $word in
    -*) options="$options $word" ;;
    *) if [ -z "$action" ]; then action=$word; elif known "$word"; then units="$units $word"; fi ;;
  esac
done
[ -n "$units" ] || exit 0
exec /usr/bin/deb-systemd-invoke $options $action $units
""",
    # deb-systemd-helper [--option] ACTION UNIT...: new units are recorded as disabled.
    "deb-systemd-helper": """
case "$*" in
  *enable*) ;;
  *) exec /usr/bin/deb-systemd-helper "$@" ;;
esac
status=0; options=; action=
for word in "$@"; do
  case $word in
    -*) options="$options $word"; continue ;;
  esac
  if [ -z "$action" ]; then action=$word; continue; fi
  verb=$action
  if [ "$action" = enable ] && ! known "$word"; then verb=update-state; fi
  /usr/bin/deb-systemd-helper $options "$verb" "$word" || status=$?
done
exit $status
""",
}
