"""Installing packages keeps their services from starting, and leaves those already there alone."""

import subprocess

import pytest

from ops import packages


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
    packages._write_stand_ins(folder)
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


def test_what_is_there_is_not_installed_again(tmp_path):
    class Silent:
        def __getattr__(self, _):
            raise AssertionError("nothing should be said or done")

    packages.ensure(["dpkg", "libc6"], yes=False, log=tmp_path / "log", steps=Silent())


def test_what_is_missing_is_named():
    assert packages.installed(["dpkg", "no-such-package"]) == {"dpkg"}


def test_debian_has_every_package_that_is_asked_for():
    names = [*packages.UP, *packages.TEST]
    output = subprocess.run(["apt-cache", "show", "--no-all-versions", *names],
                            capture_output=True, text=True, check=False).stdout
    found = {line.split()[1] for line in output.splitlines() if line.startswith("Package: ")}
    assert set(names) <= found
