"""The drill's verdict, its way out, and what it does when something goes wrong, without a shop."""

import copy
import json
import signal
from argparse import Namespace
from contextlib import contextmanager

import pytest

from ops.commands import drill as command
from ops.drills import buyers, kill_region
from ops.drills.verdict import COUNTS, text, verdict
from ops.errors import Failure
from ops.progress import Steps
from ops.shop import Shop

IRELAND, SINGAPORE = "eu-west-1", "ap-southeast-1"


def tally(**changes) -> dict:
    latency = {"count": 100, "p50": 1.0, "p99": 5.0, "max": 9.0}
    counts = dict.fromkeys(COUNTS, 0) | {"requests": 100, "orders_acknowledged": 5,
                                         "cart_writes_acknowledged": 9, "latency_ms": latency}
    return counts | {"refusals": {}, "failures": {}, "answered_by": {SINGAPORE: 100}} | changes


def good_report() -> dict:
    return tally(gap_ms_max=120.0) | {"phases": [
        tally(name="before", orders_remote=5, cart_writes_remote=9, answered_by={IRELAND: 100}),
        tally(name="during"), tally(name="returning"),
        tally(name="after", answered_by={IRELAND: 40, SINGAPORE: 60})]}


def good_check(**changes) -> dict:
    return {"pass": True, "findings": [], "lost_orders": [], "lost_cart_lines": [],
            "stock_exact": True} | changes


def good_checks() -> dict[str, dict]:
    return {"survivors_alone": good_check(), "every_region": good_check()}


def test_a_drill_in_which_nothing_went_wrong_passes():
    result = verdict(IRELAND, good_report(), good_checks(), [])
    assert result["pass"] and result["faults"] == []
    assert (result["failed_safe"], result["orders_lost"], result["gap_ms_max"]) == (0, 0, 120.0)
    assert result["orders_acknowledged"] == 5
    assert list(result["latency_ms"]) == ["before", "during", "returning", "after"]
    assert text(result).endswith("\npassed")


def phase(report: dict, name: str) -> dict:
    return next(phase for phase in report["phases"] if phase["name"] == name)


@pytest.mark.parametrize("alter, fault", [
    (lambda r: r.update(failed_safe=1), "1 reads failed"),
    (lambda r: r.update(gap_ms_max=300.0), "a gap of 300 ms"),
    (lambda r: r.update(gap_ms_max=400.0, sent_late_ms_max=90.0), "the machine is too busy"),
    (lambda r: phase(r, "before").update(orders_remote=0), "no order was acknowledged remote"),
    (lambda r: phase(r, "before").update(cart_writes_remote=0), "no cart write was acknowledged r"),
    (lambda r: phase(r, "during").update(orders_acknowledged=0), "no order was acknowledged during"),
    (lambda r: phase(r, "during").update(cart_writes_acknowledged=0), "no cart write was"),
    (lambda r: phase(r, "after").update(orders_acknowledged=0), "no order was acknowledged after"),
    (lambda r: phase(r, "after").update(answered_by={SINGAPORE: 9}), f"{IRELAND} was asked nothing"),
    (lambda r: r["phases"].pop(), "no order was acknowledged after"),
])
def test_what_buyers_must_not_have_seen_is_a_fault(alter, fault):
    report = good_report()
    alter(report)
    result = verdict(IRELAND, report, good_checks(), [])
    assert not result["pass"]
    assert any(fault in found for found in result["faults"]), result["faults"]
    assert "NOT PASSED" in text(result)


def test_a_region_that_no_edge_is_near_to_need_not_be_asked_again():
    report = good_report()
    phase(report, "before").update(answered_by={IRELAND: 100})
    phase(report, "after").update(answered_by={IRELAND: 100})
    assert verdict(SINGAPORE, report, good_checks(), [])["pass"]


def test_an_order_that_each_check_misses_is_lost_once():
    checks = good_checks()
    checks["survivors_alone"] = good_check(**{"pass": False}, lost_orders=["or_1"],
                                           findings=["or_1 is not there"])
    checks["every_region"] = good_check(**{"pass": False}, lost_orders=["or_1", "or_2"],
                                        findings=["or_1 is not there", "or_2 is not there"])
    result = verdict(IRELAND, good_report(), checks, [])
    assert result["orders_lost"] == 2 and not result["pass"]
    assert result["faults"] == ["or_1 is not there", "or_2 is not there"]


def test_what_could_not_be_checked_has_not_passed():
    for missing in good_checks():
        checks = good_checks()
        del checks[missing]
        result = verdict(IRELAND, good_report(), checks, ["it was not possible"])
        assert not result["pass"] and "it was not possible" in result["faults"]


class FakeLoad:
    """A load that has a record, and gives up when the test says so."""

    def __init__(self, trouble, name, record):
        self.trouble, self.name, self.record = trouble, name, record
        self.killed = False

    def begun(self) -> bool:
        return True

    def wait_until_begun(self) -> None:
        pass

    def wait(self, _seconds) -> None:
        self.trouble(f"waiting in {self.name}")

    def finish(self) -> None:
        self.trouble(f"finishing {self.name}")

    def kill(self) -> None:
        self.killed = True


@pytest.fixture
def drill(monkeypatch, tmp_path, handlers):
    """A drill over a made-up shop; `at` names the moment at which `how` is raised, once."""
    class Drill:
        at, how = "", Failure("it broke")
        alive = True
        events: list[str] = []

        def trouble(self, moment: str) -> None:
            self.events.append(moment)
            if moment == self.at:
                self.at = ""
                raise self.how

        def run(self) -> dict:
            shop = Shop.open(str(tmp_path), 21000)
            self.runner = kill_region.KillRegion(shop, IRELAND, Steps(), rate=10, seconds=1,
                                                 shared=False)
            return self.runner.run()

    made = Drill()
    made.events = []

    class FakeSupervisor:
        def __init__(self, _shop):
            pass

        def kill(self, region):
            made.trouble(f"killing {region}")
            made.alive = False
            return [1]

        def start(self, region):
            made.trouble(f"starting {region}")
            made.alive = True

    def start_load(_shop, folder, name, **_options):
        return FakeLoad(made.trouble, name, folder / name)

    def check(_shop, records, regions, **_options):
        made.trouble(f"checking {len(regions)}")
        return good_check()

    @contextmanager
    def no_step(_title):
        yield

    monkeypatch.setattr(kill_region, "Supervisor", FakeSupervisor)
    monkeypatch.setattr(kill_region, "ready", lambda _shop, name: name != IRELAND or made.alive)
    monkeypatch.setattr(kill_region, "wait_until_ready", lambda *_: made.trouble("getting ready"))
    monkeypatch.setattr(kill_region, "region_at", lambda *_: IRELAND)
    monkeypatch.setattr(kill_region, "positions", lambda *_: {"a#1": 1})
    monkeypatch.setattr(Steps, "step", lambda _self, title: no_step(title))
    monkeypatch.setattr(buyers, "start_load", start_load)
    monkeypatch.setattr(buyers, "check", check)
    monkeypatch.setattr(buyers, "report", lambda *_: copy.deepcopy(good_report()))
    return made


def test_a_drill_kills_checks_and_brings_back(drill):
    assert drill.run()["pass"]
    assert drill.alive
    assert drill.events.index("killing eu-west-1") < drill.events.index("checking 1") \
        < drill.events.index("starting eu-west-1") < drill.events.index("checking 2")


@pytest.mark.parametrize("moment", ["checking 1", "checking 2", "starting eu-west-1",
                                    "getting ready", "waiting in return", "finishing return"])
def test_what_goes_wrong_after_the_kill_is_told_in_the_verdict(drill, moment):
    drill.at = moment
    result = drill.run()
    assert not result["pass"] and "it broke" in result["faults"]
    assert drill.alive and all(load.killed for load in drill.runner._loads)


@pytest.mark.parametrize("moment", ["waiting in kill", "finishing kill"])
def test_without_a_measurement_there_is_no_verdict(drill, moment):
    drill.at = moment
    with pytest.raises(Failure):
        drill.run()
    assert drill.alive and drill.runner._loads[0].killed


def test_a_load_that_gave_up_before_the_kill_spares_the_region(drill):
    drill.at = "waiting in kill"
    with pytest.raises(Failure):
        drill.run()
    assert "killing eu-west-1" not in drill.events


@pytest.mark.parametrize("moment", ["waiting in kill", "killing eu-west-1", "finishing kill",
                                    "checking 1", "waiting in return", "getting ready"])
def test_whenever_it_is_interrupted_the_region_is_back(drill, moment):
    drill.at, drill.how = moment, KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        drill.run()
    assert drill.alive and all(load.killed for load in drill.runner._loads)


def test_a_region_that_stays_away_after_an_interrupt_is_said_so(drill, monkeypatch):
    def raise_signal(moment):
        if moment == "checking 1":
            signal.raise_signal(signal.SIGINT)
        if moment == "getting ready":
            raise Failure("it does not get ready")

    monkeypatch.setattr(drill, "trouble", raise_signal)
    with pytest.raises(Failure, match="does not get ready"):
        drill.run()


@pytest.mark.parametrize("lost, status", [([], 0), (["or_1"], 1)])
def test_the_commands_status_says_whether_something_was_lost(drill, monkeypatch, tmp_path, capsys,
                                                             lost, status):
    (tmp_path / "founded").touch()
    found = {"pass": not lost, "lost_orders": lost, "findings": lost}
    monkeypatch.setattr(buyers, "check", lambda *_, **__: good_check(**found))
    options = Namespace(home=str(tmp_path), port=21000, region=None, rate=10, seconds=1,
                        shared=False, json=True)
    assert command.run(options) == status
    said = json.loads(capsys.readouterr().out)
    assert said["orders_lost"] == len(lost) and said["pass"] == (status == 0)
