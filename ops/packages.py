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
from pathlib import Path

from ops.errors import Failure
from ops.progress import Steps, run_logged
from ops.shop import REPO, write_file

UP = (
    "ca-certificates ccache cmake g++ git haproxy libboost-json1.81-dev libboost-url1.81-dev "
    "libboost1.81-dev libbz2-dev libcli11-dev liblz4-dev libsnappy-dev libsodium-dev "
    "libspdlog-dev libssl-dev libzstd-dev librocksdb-dev mold ninja-build pkg-config "
    "prometheus-cpp-dev python3 python3-cryptography python3-venv supervisor util-linux "
    "zlib1g-dev"
).split()
TEST = (
    "chromium clang-format-19 clang-tidy-19 fonts-liberation libgmock-dev libgtest-dev "
    "librapidcheck-dev python3-flake8 python3-pytest"
).split()

STANDARD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
INSTALL = ["apt-get", "install", "--no-install-recommends"]


def ensure(wanted: list[str], *, yes: bool, log: Path, steps: Steps) -> None:
    """Installs what is missing of `wanted`, after saying what and how much, and asking."""
    missing = [name for name in wanted if name not in installed(wanted)]
    if not missing:
        return
    if not shutil.which("apt-get", path=STANDARD_PATH):
        raise Failure(f"packages are missing: {' '.join(missing)}", "this machine has no apt-get",
                      "use Debian 12")
    with steps.step("looking up packages"):
        run_logged(as_root(["apt-get", "update"]), log, "apt-get update")
        names, download, disk = simulate(missing)
    steps.say(f"These packages of Debian's are missing: {' '.join(missing)}")
    steps.say(f"With what they need: {len(names)} packages, {download} to download, {disk} on disk.")
    if not (yes or agreed()):
        raise Failure("nothing was installed", "you said no", "install them yourself, or say yes")
    with steps.step(f"installing {len(names)} packages"):
        _install(missing, log)
    still = [name for name in missing if name not in installed(missing)]
    if still:
        raise Failure(f"still missing after installing: {' '.join(still)}", str(log),
                      "read the log", log=log)


def installed(names: list[str]) -> set[str]:
    result = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Abbrev}\n", *names],
        capture_output=True, text=True, check=False,
    )
    lines = [line.split() for line in result.stdout.splitlines()]
    return {words[0] for words in lines if len(words) == 2 and words[1] == "ii"}


def simulate(missing: list[str]) -> tuple[list[str], str, str]:
    """What apt would install: names, size of the download, size on disk, in apt's own words."""
    result = subprocess.run(
        [*INSTALL, "--assume-no", *missing], capture_output=True, text=True, check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    problems = [line for line in result.stderr.splitlines() if line.startswith("E: ")]
    if problems and "Abort" not in result.stdout:
        raise Failure(problems[0].removeprefix("E: "), "apt-get",
                      "check that this is Debian 12 with its usual sources")
    block = re.search(r"NEW packages will be installed:\n((?:  .*\n)+)", result.stdout)
    download = re.search(r"Need to get (.*) of archives", result.stdout)
    disk = re.search(r"After this operation, (.*) of additional", result.stdout)
    return (
        block[1].split() if block else missing,
        download[1] if download else "0 B",
        disk[1] if disk else "0 B",
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


def _install(names: list[str], log: Path) -> None:
    quiet = REPO / ".perpetua-tools" / "quiet-services"
    _write_stand_ins(quiet)
    run_logged(
        as_root([
            "env", "DEBIAN_FRONTEND=noninteractive", *INSTALL, "--yes",
            "-o", f"DPkg::Path={quiet}:{STANDARD_PATH}", *names,
        ]),
        log, "apt-get install",
    )


def _write_stand_ins(folder: Path) -> None:
    known = {path.name for path in Path("/etc/init.d").glob("*")}
    for units in ("/lib/systemd/system", "/usr/lib/systemd/system", "/etc/systemd/system"):
        known |= {path.name for path in Path(units).glob("*.*")}
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
