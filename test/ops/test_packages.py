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


def test_what_was_interrupted_is_no_service_that_was_there(tmp_path, monkeypatch):
    answers = {"-W": " /etc/init.d/haproxy 0123\n", "-L": "/.\n/lib/systemd/system/haproxy.service\n"}
    monkeypatch.setattr(packages.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(
        [], 0, answers[command[1]], ""))
    monkeypatch.setattr(packages.Path, "glob", lambda self, _: [
        self / "haproxy", self / "haproxy.service", self / "ssh"])
    packages._write_stand_ins(tmp_path, ["haproxy"])
    assert (tmp_path / "known").read_text().split() == ["ssh"]


def test_only_what_is_half_there_was_interrupted(monkeypatch):
    monkeypatch.setattr(packages.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess(
        [], 0, "a installed\nb unpacked\nc half-configured\nd config-files\ne triggers-pending\n", ""))
    assert packages.unfinished() == ["b", "c"]


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
    assert plan == packages.Plan(["g++", "libbinutils", "haproxy"], ["libc6"], "216 MB", "801 MB",
                                 frozenset({"deb.debian.org"}))
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
    monkeypatch.setattr(packages, "repair", lambda **_: None)
    return calls


def test_nothing_is_installed_before_the_answer(apt, monkeypatch, tmp_path):
    """apt itself asks only when it would install more than what was named."""
    monkeypatch.setattr(packages, "agreed", lambda: False)
    with pytest.raises(Failure, match="nothing was installed"):
        packages.ensure(["no-such-package"], [], yes=False, log=tmp_path / "log", steps=Steps())
    for call in apt.read_text().splitlines():
        assert call.startswith("update ") or "--print-uris" in call


def test_nothing_is_removed_for_what_is_installed():
    assert "--no-remove" in packages.INSTALL


def test_debian_has_every_package_that_is_asked_for():
    names = [*packages.UP, *packages.TEST, *packages.BARE]
    output = subprocess.run(["apt-cache", "show", "--no-all-versions", *names],
                            capture_output=True, text=True, check=False).stdout
    found = {line.split()[1] for line in output.splitlines() if line.startswith("Package: ")}
    assert set(names) <= found


@pytest.fixture
def interrupted(monkeypatch, tmp_path):
    """A dpkg that was ended in the middle; the commands that were run."""
    ran = []
    (tmp_path / "updates").mkdir()
    (tmp_path / "updates" / "0003").touch()
    monkeypatch.setattr(packages, "UNFINISHED", tmp_path / "updates")
    monkeypatch.setattr(packages, "audit", lambda: False)
    monkeypatch.setattr(packages, "at_work", list)
    monkeypatch.setattr(packages, "as_root", lambda command: command)
    monkeypatch.setattr(packages, "_write_stand_ins", lambda *_: None)
    monkeypatch.setattr(packages, "unfinished", list)
    monkeypatch.setattr(packages, "run_logged", lambda command, *_, **how: ran.append((command, how)))
    return ran


def test_what_was_interrupted_is_ended_first(interrupted, tmp_path):
    packages.repair(yes=True, log=tmp_path / "log", steps=Steps())
    assert [command[-1] for command, _ in interrupted] == ["--pending", "--yes"]
    for command, how in interrupted:
        assert how["patient"] and any("quiet-services" in word for word in command)
    assert "--fix-broken" in interrupted[1][0] and "--no-remove" in interrupted[1][0]


def test_a_dpkg_that_waits_for_what_is_not_unpacked_does_not_keep_apt_from_it(
        interrupted, tmp_path, monkeypatch):
    def dpkg_fails(command, *_, **how):
        interrupted.append((command, how))
        if "dpkg" in command:
            raise Failure("dpkg failed")

    monkeypatch.setattr(packages, "run_logged", dpkg_fails)
    packages.repair(yes=True, log=tmp_path / "log", steps=Steps())
    assert len(interrupted) == 2


def test_nothing_is_repaired_after_a_no(interrupted, tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "agreed", lambda: False)
    with pytest.raises(Failure, match="dpkg --configure -a"):
        packages.repair(yes=False, log=tmp_path / "log", steps=Steps())
    assert not interrupted


def test_nothing_is_repaired_that_is_whole(interrupted, tmp_path, monkeypatch):
    (tmp_path / "updates" / "0003").unlink()
    packages.repair(yes=True, log=tmp_path / "log", steps=Silent())
    monkeypatch.setattr(packages, "audit", lambda: True)
    packages.repair(yes=True, log=tmp_path / "log", steps=Steps())
    assert len(interrupted) == 2


def test_another_apt_is_waited_for(interrupted, tmp_path, monkeypatch, capfd):
    answers = [["apt-get (pid 7)"], ["apt-get (pid 7)"], []]
    monkeypatch.setattr(packages, "at_work", lambda: answers.pop(0))
    packages.wait_for_others(Steps())
    assert "waiting for apt-get (pid 7)" in capfd.readouterr().err
    monkeypatch.setattr(packages, "LOCK_WAIT_S", 0)
    monkeypatch.setattr(packages, "at_work", lambda: ["apt-get (pid 7)"])
    with pytest.raises(Failure, match=r"apt-get \(pid 7\) still works on packages"):
        packages.wait_for_others(Steps())


def test_dpkg_is_not_ended_half_way_but_a_download_may_be(interrupted, tmp_path):
    packages._install(["mold"], packages.Plan(["mold"], [], "1 MB", "2 MB"), tmp_path / "log")
    (download, loose), (install, patient) = interrupted
    assert "--download-only" in download and not loose.get("patient")
    assert "--download-only" not in install and patient["patient"]


@pytest.fixture
def update(monkeypatch, tmp_path):
    """An `apt-get update` that prints what it is given; `plan` is what apt then would do."""
    def look_up(said: str, plan) -> packages.Plan:
        monkeypatch.setattr(packages, "run_logged", lambda *_, **__: open(
            tmp_path / "log", "a", encoding="utf-8").write(said))
        monkeypatch.setattr(packages, "simulate", plan)
        return packages.look_up(["x"], tmp_path / "log", Steps())

    return look_up


LOST = "W: Failed to fetch http://a.example/x/InRelease  Temporary failure resolving 'a.example'\n"


def no_such_package(_):
    raise Failure("E: Unable to locate package")


def from_host(host: str):
    return lambda _: packages.Plan(["x"], [], "1 MB", "2 MB", frozenset({host}))


def test_a_mirror_out_of_reach_is_told_from_a_package_that_is_not_there(update):
    with pytest.raises(Failure, match="mirror cannot be reached"):
        update(LOST, no_such_package)
    with pytest.raises(Failure, match="Unable to locate"):
        update("", no_such_package)


def test_a_source_out_of_reach_matters_when_something_is_to_come_from_it(update):
    with pytest.raises(Failure, match="mirror cannot be reached .Temporary failure resolving"):
        update(LOST, from_host("a.example"))
    assert update(LOST, from_host("b.example")).new == ["x"]
