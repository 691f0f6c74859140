"""What a machine lacks is said in one line before anything is done on it."""

import os

import pytest

from ops import preflight
from ops.errors import Failure

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n'


@pytest.mark.parametrize("text, name", [
    ('PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', "Ubuntu 24"),
    (DEBIAN.replace("12", "13"), "Debian GNU/Linux 13"),
    ("ID=debian\n", "unknown system"),
    ("", "unknown system"),
])
def test_another_distribution_is_refused(tmp_path, text, name):
    (tmp_path / "os-release").write_text(text)
    with pytest.raises(Failure, match=rf"this is .*{name}.*Debian 12"):
        preflight.require_debian(tmp_path / "os-release")


def test_debian_12_is_fine(tmp_path):
    (tmp_path / "os-release").write_text(DEBIAN)
    preflight.require_debian(tmp_path / "os-release")


def test_a_machine_that_does_not_say_what_it_is_is_refused(tmp_path):
    with pytest.raises(Failure, match="unknown system"):
        preflight.require_debian(tmp_path / "os-release")


@pytest.fixture
def memory(monkeypatch, tmp_path):
    def put(available_mb: int, swap_mb: int = 0, limit: str = "max", cores: int = 8) -> None:
        (tmp_path / "meminfo").write_text(
            f"MemTotal: 99999999 kB\nMemAvailable: {available_mb * 1_000_000 // 1024 + 1} kB\n"
            f"SwapFree: {swap_mb * 1_000_000 // 1024 + 1} kB\n")
        (tmp_path / "limit").write_text(f"{limit}\n")
        monkeypatch.setattr(preflight, "MEMORY", tmp_path / "meminfo")
        monkeypatch.setattr(preflight, "LIMITS", (tmp_path / "limit", tmp_path / "none"))
        monkeypatch.setattr(preflight, "cores", lambda: cores)

    return put


@pytest.mark.parametrize("given, jobs", [
    ({"available_mb": 24000}, 9), ({"available_mb": 24000, "cores": 2}, 3),
    ({"available_mb": 1700}, 2), ({"available_mb": 1000}, 1),
    ({"available_mb": 500, "swap_mb": 2000}, 3), ({"available_mb": 24000, "limit": "1700000000"}, 2),
])
def test_no_more_compilers_run_than_there_is_memory_for(memory, given, jobs):
    memory(**given)
    assert preflight.jobs() == jobs


@pytest.mark.parametrize("given", [{"available_mb": 999}, {"available_mb": 400, "swap_mb": 500},
                                   {"available_mb": 24000, "limit": "900000000"}])
def test_too_little_memory_for_one_is_refused(memory, given):
    memory(**given)
    with pytest.raises(Failure, match=r"MB of memory are free and the build needs 1000.*add swap"):
        preflight.jobs()


@pytest.fixture
def disks(monkeypatch):
    """Two file systems: /usr with 1,500 MB free, all else with 500."""
    def in_usr(path) -> bool:
        return str(path).startswith("/usr")

    monkeypatch.setattr(preflight, "device", lambda path: 1 if in_usr(path) else 2)
    monkeypatch.setattr(preflight, "free_mb", lambda path: 1500 if in_usr(path) else 500)


def test_what_is_needed_adds_up_where_it_is_on_one_file_system(disks, tmp_path):
    preflight.require_disk([("packages", preflight.Path("/usr"), 1400), ("programs", tmp_path, 400),
                            ("nothing", tmp_path, 0)])
    with pytest.raises(Failure) as refused:
        preflight.require_disk([("packages", preflight.Path("/usr"), 1400),
                                ("programs", tmp_path, 400),
                                ("the shop", tmp_path / "not/there/yet", 200)])
    assert "500 MB of disk are free and 600 are needed (programs 400, the shop 200)" in str(
        refused.value)
    assert str(tmp_path) in str(refused.value)


def test_nothing_needed_is_never_too_much(disks, tmp_path):
    preflight.require_disk([("packages", tmp_path, 0)])


def test_this_machine_can_be_read():
    assert preflight.memory_mb() > 0
    assert os.access(preflight.MEMORY, os.R_OK)
