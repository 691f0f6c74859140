"""Installing packages keeps their services from starting, and leaves those already there alone."""

import subprocess
from types import SimpleNamespace

import pytest

from ops import packages
from ops.errors import Failure
from ops.progress import Steps


@pytest.fixture
def stand_ins(tmp_path, monkeypatch):
    """The stand-ins, with recorders in place of the tools that they hand on to."""
    calls = tmp_path / "calls"
    calls.touch()
    real = tmp_path / "real"
    real.mkdir()
    for name, body in packages.STAND_INS.items():
        (real / name).write_text(f'#!/bin/sh\necho "{name} $*" >>{calls}\n')
        (real / name).chmod(0o755)
        for folder in ("/usr/sbin/", "/usr/bin/"):
            body = body.replace(f"{folder}{name}", f"{real}/{name}")
        monkeypatch.setitem(packages.STAND_INS, name, body)
    folder = tmp_path / "quiet"
    packages._write_stand_ins(folder, ["haproxy"])
    (folder / "known").write_text("cron\nssh.service\n")

    def call(*words: str) -> list[str]:
        calls.write_text("")
        subprocess.run([str(folder / words[0]), *words[1:]], check=True)
        return calls.read_text().splitlines()

    return call


@pytest.mark.parametrize("words, handed_on", [
    ("invoke-rc.d --skip-systemd-native haproxy start", []),
    ("invoke-rc.d cron restart", ["invoke-rc.d cron restart"]),
    ("invoke-rc.d ssh restart", ["invoke-rc.d ssh restart"]),
    ("update-rc.d haproxy defaults", ["update-rc.d haproxy defaults-disabled"]),
    ("update-rc.d haproxy enable", []),
    ("update-rc.d haproxy remove", ["update-rc.d haproxy remove"]),
    ("update-rc.d cron defaults", ["update-rc.d cron defaults"]),
    ("deb-systemd-invoke start haproxy.service", []),
    ("deb-systemd-invoke restart haproxy.service ssh.service",
     ["deb-systemd-invoke restart ssh.service"]),
    ("deb-systemd-helper enable haproxy.service", ["deb-systemd-helper update-state haproxy.service"]),
    ("deb-systemd-helper enable ssh.service", ["deb-systemd-helper enable ssh.service"]),
    ("deb-systemd-helper unmask haproxy.service", ["deb-systemd-helper unmask haproxy.service"]),
    ("deb-systemd-helper --quiet was-enabled haproxy.service",
     ["deb-systemd-helper --quiet was-enabled haproxy.service"]),
])
def test_stand_ins(stand_ins, words, handed_on):
    assert stand_ins(*words.split()) == handed_on


def test_what_a_removed_package_left_is_no_service_that_was_there(tmp_path, monkeypatch):
    conffiles = " /etc/init.d/cron 0123\n /etc/default/cron 4567\n"
    monkeypatch.setattr(packages.subprocess, "run",
                        lambda *_, **__: subprocess.CompletedProcess([], 0, conffiles, ""))
    monkeypatch.setattr(packages.Path, "glob", lambda self, _: [self / "cron", self / "ssh"])
    packages._write_stand_ins(tmp_path, ["cron"])
    assert (tmp_path / "known").read_text().split() == ["ssh"]


class Silent:
    def __getattr__(self, _):
        raise AssertionError("nothing should be said or done")


def test_what_is_there_is_not_installed_again(tmp_path):
    packages.ensure(["dpkg", "libc6"], [], yes=False, log=tmp_path / "log", steps=Silent())


def test_what_is_missing_is_named():
    assert packages.installed(["dpkg", "no-such-package"]) == {"dpkg"}


@pytest.mark.parametrize("state, is_there", [
    ("installed", True), ("config-files", False), ("half-installed", False), ("unpacked", False),
])
def test_only_what_is_installed_is_there(monkeypatch, state, is_there):
    """Also on hold, which is about what is wanted, not about what is."""
    monkeypatch.setattr(packages.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess(
        [], 0, f"haproxy {state}\n", ""))
    assert (packages.installed(["haproxy"]) == {"haproxy"}) is is_there


APT = """Reading package lists...
The following additional packages will be installed:
  libbinutils
Suggested packages:
  binutils-doc
The following NEW packages will be installed:
  g++ libbinutils
  haproxy
The following packages will be upgraded:
  libc6
1 upgraded, 3 newly installed, 0 to remove and 5 not upgraded.
Need to get 3,456 kB/216 MB of archives.
After this operation, 801 MB of additional disk space will be used.
'http://deb.debian.org/debian/pool/main/h/haproxy/haproxy.deb' haproxy.deb 2048 MD5Sum:0123
"""


def test_everything_that_apt_will_do_is_announced():
    plan = packages.read_plan(APT)
    assert plan == packages.Plan(["g++", "libbinutils", "haproxy"], ["libc6"], "216 MB", "801 MB")
    said = "\n".join(packages.announcement(plan, ["From PyPI: Node.js, 61 MB to download."]))
    for words in ("3 new packages and 1 to upgrade", "216 MB to download", "801 MB on disk",
                  "g++ libbinutils haproxy libc6", "Node.js, 61 MB"):
        assert words in said


@pytest.mark.parametrize("agreed", [True, False])
def test_downloads_from_elsewhere_are_asked_for_too(monkeypatch, tmp_path, agreed):
    said = []
    monkeypatch.setattr(packages, "agreed", lambda: agreed)
    steps = SimpleNamespace(say=said.append)
    if agreed:
        packages.ensure(["dpkg"], ["Node.js"], yes=False, log=tmp_path / "log", steps=steps)
    else:
        with pytest.raises(Failure, match="nothing was installed"):
            packages.ensure(["dpkg"], ["Node.js"], yes=False, log=tmp_path / "log", steps=steps)
    assert said == ["Node.js"]


@pytest.fixture
def apt(monkeypatch, tmp_path):
    """An apt that does nothing; the calls that it got."""
    calls = tmp_path / "apt-calls"
    (tmp_path / "apt-get").write_text(f"#!/bin/sh\necho \"$*\" >>{calls}\ncat <<'EOF'\n{APT}EOF\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(packages, "as_root", lambda command: command)
    return calls


def test_nothing_is_installed_before_the_answer(apt, monkeypatch, tmp_path):
    """apt itself asks only when it would install more than what was named."""
    monkeypatch.setattr(packages, "agreed", lambda: False)
    with pytest.raises(Failure, match="nothing was installed"):
        packages.ensure(["no-such-package"], [], yes=False, log=tmp_path / "log", steps=Steps())
    for call in apt.read_text().splitlines():
        assert call == "update" or "--print-uris" in call


def test_nothing_is_removed_for_what_is_installed():
    assert "--no-remove" in packages.INSTALL


def test_debian_has_every_package_that_is_asked_for():
    names = [*packages.UP, *packages.TEST]
    output = subprocess.run(["apt-cache", "show", "--no-all-versions", *names],
                            capture_output=True, text=True, check=False).stdout
    found = {line.split()[1] for line in output.splitlines() if line.startswith("Package: ")}
    assert set(names) <= found
