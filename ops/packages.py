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
from dataclasses import dataclass
from pathlib import Path

from ops.errors import Failure
from ops.progress import Steps, run_logged
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

STANDARD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Nothing is taken away for what is installed: that would be somebody else's.
INSTALL = ["apt-get", "install", "--no-install-recommends", "--no-remove"]
LINE_CHARS = 100


@dataclass(frozen=True)
class Plan:
    """What apt would do, sizes in its own words."""

    new: list[str]
    upgraded: list[str]
    download: str
    disk: str


def ensure(wanted: list[str], others: list[str], *, yes: bool, log: Path, steps: Steps) -> None:
    """Installs what is missing of `wanted`, after saying what and how much, and asking. `others`
    are downloads from elsewhere that will follow, each with its size: one answer is for all."""
    present = installed(wanted)
    missing = [name for name in wanted if name not in present]
    if not missing and not others:
        return
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


def look_up(missing: list[str], log: Path, steps: Steps) -> Plan:
    if not shutil.which("apt-get", path=STANDARD_PATH):
        raise Failure(f"packages are missing: {' '.join(missing)}", "this machine has no apt-get",
                      "use Debian 12")
    if ":" in str(REPO):
        raise Failure("the repository's path has a colon, which ends a folder in a search path",
                      str(REPO), "use another path")
    command = as_root(["apt-get", "update"])
    if command[0] == "sudo" and sys.stdin.isatty():
        # Asked for its password now: later the progress would be written over the question.
        subprocess.run(["sudo", "-v"], check=False)
    with steps.step("looking up packages"):
        run_logged(command, log, "apt-get update")
        return simulate(missing)


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


def _install(names: list[str], plan: Plan, log: Path) -> None:
    quiet = REPO / ".perpetua-tools" / "quiet-services"
    _write_stand_ins(quiet, plan.new)
    run_logged(
        as_root([
            "env", "DEBIAN_FRONTEND=noninteractive", *INSTALL, "--yes",
            "-o", f"DPkg::Path={quiet}:{STANDARD_PATH}", *names,
        ]),
        log, "apt-get install",
    )


def _write_stand_ins(folder: Path, new: list[str]) -> None:
    known = {path.name for path in Path("/etc/init.d").glob("*")}
    for units in ("/lib/systemd/system", "/usr/lib/systemd/system", "/etc/systemd/system"):
        known |= {path.name for path in Path(units).glob("*.*")}
    # A package that was removed leaves its init script: that service is as new as the others.
    left = subprocess.run(["dpkg-query", "-W", "-f", "${Conffiles}\n", *new],
                          capture_output=True, text=True, check=False).stdout
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
