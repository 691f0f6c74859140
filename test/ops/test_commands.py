"""The command line: help for everything, and errors of one line."""

import json
import os
import shutil
import subprocess

import pytest

from ops.cli import COMMANDS
from ops.shop import REPO


def perpetua(*arguments: str, cwd=None, env=None) -> subprocess.CompletedProcess:
    return subprocess.run([str(REPO / "perpetua"), *arguments], capture_output=True, text=True,
                          cwd=cwd, env=env, stdin=subprocess.DEVNULL, timeout=60, check=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    result = perpetua(command, "--help")
    assert result.returncode == 0 and len(result.stdout) > 200
    for option in ("--port N", "--home DIR", "--json", "--yes"):
        assert option in result.stdout


@pytest.mark.parametrize("arguments", [
    ["stat"], ["status", "--nonsense"], ["status", "--port", "x"], ["status", "--port", "99999"],
    ["stock", "add", "id", "0", "--delivery", "d"], ["stock", "add", "id", "-5", "--delivery", "d"],
    ["stock", "add", "id", "٣", "--delivery", "d"], ["stock", "add", "id", "5"],
    ["drill", "nonsense"], ["drill", "kill-region", "atlantis"], ["test", "nonsense"],
    ["test", "--catalogues", "/no/such/folder"], ["test", "catalogues"], ["import"],
    ["fuzz", "nonsense"], ["fuzz", "--minutes", "0"],
    ["sim", "nonsense"], ["sim", "--workload", "nonsense"], ["sim", "--faults", "x"],
    ["sim", "--trace", "--json"],
    ["import", "/no/such/file"], ["book", "put", "/no/such/file"], ["book", "eat", "x"],
])
def test_a_mistake_is_one_line(tmp_path, arguments):
    result = perpetua(*arguments, "--home", str(tmp_path / "home"))
    assert result.returncode != 0
    assert result.stderr.startswith("perpetua: ") and result.stderr.count("\n") == 1, result.stderr
    assert not (tmp_path / "home").exists(), "a mistake must leave nothing behind"


def test_it_works_from_any_folder_and_through_a_link(tmp_path):
    link = tmp_path / "shop"
    link.symlink_to(REPO / "perpetua")
    result = subprocess.run([str(link), "status", "--json", "--home", str(tmp_path / "h")],
                            capture_output=True, text=True, cwd="/", check=True, timeout=60)
    assert len(json.loads(result.stdout)["regions"]) == 2


def test_the_machines_other_pythons_do_not_matter(tmp_path):
    for name in ("python3", "python"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 77\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "json.py").write_text("raise SystemExit(78)\n")
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}",
                   "PYTHONPATH": str(tmp_path), "PYTHONHOME": "/nowhere"}
    assert perpetua("status", "--json", env=environment).returncode == 0


def test_options_count_before_and_after_the_commands_name(tmp_path):
    options = ["--port", "18181", "--home", str(tmp_path / "h"), "--json"]
    before = perpetua(*options, "status")
    after = perpetua("status", *options)
    assert before.stdout == after.stdout and ":18181" in before.stdout


def test_down_of_what_never_was(tmp_path):
    result = perpetua("down", "--json", "--home", str(tmp_path / "h"))
    assert json.loads(result.stdout) == {"stopped": [], "wiped": False}
    assert not (tmp_path / "h").exists()


def test_wipe_deletes_what_is_ours_and_nothing_else(tmp_path):
    home = tmp_path / "h"
    for name in ("regions/eu-west-1/store", "log", "ca"):
        (home / name).mkdir(parents=True)
    (home / "letter.txt").write_text("mine")
    assert perpetua("down", "--wipe", "--home", str(home)).returncode == 0
    assert [path.name for path in home.iterdir()] == ["letter.txt"]


def test_the_stub_is_posix_shell():
    dash = shutil.which("dash")
    assert dash and subprocess.run([dash, "-n", str(REPO / "perpetua")], check=False).returncode == 0
