"""The storefront is built when its sources changed, and only then, and swapped in whole."""

from pathlib import Path

import pytest

from ops import build
from ops.errors import Failure
from ops.progress import Steps
from ops.shop import REPO


@pytest.fixture
def web(tmp_path, monkeypatch):
    """A repository of its own with a storefront of two files, and a list of the builds made."""
    folder = tmp_path / "web"
    (folder / "src/shared/api").mkdir(parents=True)
    (folder / ".gitignore").write_text((REPO / "web" / ".gitignore").read_text())
    (folder / "src" / "main.tsx").write_text("first")
    for name, value in {"REPO": tmp_path, "WEB": folder, "STATIC": folder / "dist",
                        "WEB_STAMP": tmp_path / "build" / "web.stamp"}.items():
        monkeypatch.setattr(build, name, value)
    monkeypatch.setattr(build.tools, "node", lambda steps, log: {})
    monkeypatch.setattr(build, "packages", lambda node, steps, log: None)
    return folder


@pytest.fixture
def builds(web, monkeypatch):
    """Stands in for npm: generates types and writes the sources' text as the page."""
    made = []

    def run(command, log, what, *, cwd, env):
        out = Path(command[command.index("--outDir") + 1])
        made.append((web / "dist" / "index.html").exists())
        (web / "src/shared/api/schema.d.ts").write_text("types")
        out.mkdir()
        (out / "index.html").write_text((web / "src" / "main.tsx").read_text())

    monkeypatch.setattr(build, "run_logged", run)
    return made


def test_a_build_is_not_followed_by_another(web, builds, tmp_path):
    for _ in range(3):
        build.storefront(Steps(), tmp_path / "log")
    assert len(builds) == 1


def test_the_former_build_stands_until_the_new_one_is_whole(web, builds, tmp_path):
    build.storefront(Steps(), tmp_path / "log")
    (web / "src" / "main.tsx").write_text("second")
    build.storefront(Steps(), tmp_path / "log")
    assert builds == [False, True]
    assert (web / "dist" / "index.html").read_text() == "second"
    assert sorted(path.name for path in web.iterdir() if path.name.startswith("dist")) == ["dist"]


def test_a_build_without_a_page_leaves_the_former_one(web, builds, tmp_path, monkeypatch):
    build.storefront(Steps(), tmp_path / "log")
    (web / "src" / "main.tsx").write_text("second")
    monkeypatch.setattr(build, "run_logged", lambda *_, **__: None)
    with pytest.raises(Failure, match="no index.html"):
        build.storefront(Steps(), tmp_path / "log")
    assert (web / "dist" / "index.html").read_text() == "first"
