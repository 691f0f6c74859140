"""What the suite `fresh` takes along from this machine, and how it judges; no machine is made."""

import subprocess
from types import SimpleNamespace

import pytest

from ops.fresh import interrupted, machine, settings, trouble, walk
from ops.suites import fresh
from ops.suites.context import Context

TARGETS = """http://mirror.example/debian/ bookworm main Debian
http://mirror.example/debian/ bookworm contrib Debian
http://mirror.example/debian-security/ bookworm-security main Debian
https://packages.example/cloud cloud-bookworm main Somebody
https://packages.example/node bookworm main Somebody
http://mirror.example/debian/ trixie main Debian
"""


@pytest.fixture
def apt(monkeypatch):
    def put(output: str) -> None:
        monkeypatch.setattr(settings.subprocess, "run", lambda *_, **__:
                            subprocess.CompletedProcess([], 0, output, ""))

    return put


def test_only_debians_own_packages_of_this_release_come_along(apt):
    apt(TARGETS)
    assert settings.sources() == [
        "deb http://mirror.example/debian/ bookworm main contrib",
        "deb http://mirror.example/debian-security/ bookworm-security main"]
    assert settings.mirror() == "http://mirror.example/debian/"


def test_a_machine_of_another_release_is_no_place_for_it(apt):
    apt("http://mirror.example/debian/ trixie main Debian\n")
    with pytest.raises(settings.Failure, match="no Debian 12"):
        settings.sources()


def test_only_what_it_takes_to_reach_registries_comes_along(monkeypatch):
    monkeypatch.setattr(settings.os, "environ", {
        "https_proxy": "http://p:1", "NO_PROXY": "x", "PIP_CERT": "/c.pem", "npm_config_cafile": "/c",
        "NODE_EXTRA_CA_CERTS": "/c", "PIP_INDEX_URL": "https://i", "npm_config_nodedir": "/usr",
        "CCACHE_DIR": "/ccache", "PATH": "/opt/bin", "PYTHONPATH": "/x", "PIP_FIND_LINKS": "/wheels"})
    assert set(settings.environment()) == {"https_proxy", "NO_PROXY", "PIP_CERT", "PIP_INDEX_URL",
                                           "npm_config_cafile", "NODE_EXTRA_CA_CERTS"}


@pytest.mark.parametrize("line, kept", [
    ("registry=https://r.example/", True), ("@our:registry=https://r.example/", True),
    ("//r.example/:_authToken=t", True), ("cafile=/etc/ssl/c.pem", True), ("nodedir=/usr", False),
    ("cache=/root/npm", False),
])
def test_of_npms_settings_too(tmp_path, monkeypatch, line, kept):
    monkeypatch.setattr(settings.Path, "home", lambda: tmp_path)
    (tmp_path / ".npmrc").write_text(f"{line}\n")
    assert (line in settings._npm()) is kept


def test_nothing_of_the_callers_environment_gets_in():
    words = machine.USER.command(["./perpetua", "up"], {"PIP_CERT": "/c"})
    assert words[:2] == ["/usr/bin/env", "-i"]
    assert {"HOME=/home/owner", "PIP_CERT=/c", f"PATH={machine.PATH}"} <= set(words)
    assert "--reuid=owner" in words and words[-2:] == ["./perpetua", "up"]
    assert "--reuid=root" not in machine.ROOT.command(["x"], {})


REFUSED = "perpetua: 127.0.0.1:8080 is taken, end that\n"


@pytest.mark.parametrize("status, output, is_fine", [
    (1, REFUSED, True), (1, f"  looking up packages ... failed, 1.0 s\n{REFUSED}", True),
    (1, f"perpetua: needs Python to begin with: 15 packages\n{REFUSED}", True),
    (0, REFUSED, False), (124, REFUSED, False), (1, REFUSED * 2, False), (1, "", False),
    (1, f"  | the log's\n  | last lines\n{REFUSED}", False), (1, f"{REFUSED}and more\n", False),
    (1, f"E: Could not get lock\n{REFUSED}", False), (1, REFUSED.replace("8080", "80"), False),
])
def test_what_one_clear_line_is(status, output, is_fine):
    assert (trouble.one_line(machine.Result(status, output), ("8080", "taken")) == []) is is_fine


def test_figures_are_printed_for_each_step_and_together():
    one = walk.Walk(None, machine.ROOT, [], None, [
        walk.Figures("up", 351.4, 362_900_000, 3_134_400_000),
        walk.Figures("down --wipe", 0.6, 0, -29_200_000)])
    lines = walk.table(one)
    assert len(lines) == 3
    assert "351.4 s" in lines[0] and "362.9 MB down" in lines[0] and "+3134.4 MB" in lines[0]
    assert "-29.2 MB" in lines[1] and "352.0 s" in lines[2] and "+3105.2 MB" in lines[2]


@pytest.mark.parametrize("seconds, passed", [(14 * 60, 1), (16 * 60, 0)])
def test_a_quarter_of_an_hour_is_the_limit(tmp_path, seconds, passed):
    context = Context(log=tmp_path, catalogues=None)
    walk.in_time(walk.Walk(context, machine.ROOT, [], None, [walk.Figures("up", seconds)]))
    assert context.passed == passed and context.failed == 1 - passed


def test_a_machine_that_never_opened_is_not_taken_further(tmp_path, monkeypatch):
    """Nothing can be shown there that was not said already."""
    done = []
    monkeypatch.setattr(fresh.tree, "base", lambda *_: tmp_path)
    monkeypatch.setattr(fresh.tree, "bundle", lambda _: tmp_path)
    monkeypatch.setattr(fresh.tree, "uncommitted", lambda: 0)
    monkeypatch.setattr(fresh.walk, "clone", lambda *_: True)
    monkeypatch.setattr(fresh.walk, "shop", lambda *_, **how: done.append(how["tests"]))
    monkeypatch.setattr(fresh.trouble, "prepare", lambda *_: done.append("trouble"))
    context = Context(log=tmp_path, catalogues=None, account="user", without_tests=True)
    fresh.walks(context, tmp_path, tmp_path)
    assert done == [False]


@pytest.mark.parametrize("pattern, command, is_it", [
    (interrupted.COMPILING, "/usr/bin/ninja -C /srv/perpetua/build/release -j3 perpetuad", True),
    (interrupted.COMPILING, "/usr/bin/ninja -C /srv/perpetua/build/release -n perpetuad", False),
    (interrupted.UNPACKING, "/usr/bin/dpkg --status-fd 18 --no-triggers --unpack", True),
    (interrupted.UNPACKING, "/usr/bin/dpkg --print-foreign-architectures", False),
])
def test_what_an_up_is_at(pattern, command, is_it):
    assert bool(pattern.match(command)) is is_it


def test_a_shop_that_was_taken_down_has_left_nothing(tmp_path, monkeypatch):
    at = SimpleNamespace(files=tmp_path, processes=lambda: {7: "ninja"}, listeners=lambda: ["0:1F90"])
    monkeypatch.setattr(walk, "GONE_WAIT_S", 0)
    (tmp_path / "srv/perpetua/.perpetua").mkdir(parents=True)
    assert walk.leftovers(at, machine.ROOT) == [
        "a process: ninja (pid 7)", "a listener at 0:1F90", "the home folder"]
