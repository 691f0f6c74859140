"""Signals in the middle of something that must be undone."""

import signal

import pytest

from ops.drills.interrupts import interruptible


def test_the_first_signal_interrupts_and_no_other_the_way_out(handlers):
    undone = []
    with pytest.raises(KeyboardInterrupt):
        with interruptible():
            try:
                signal.raise_signal(signal.SIGHUP)
            finally:
                signal.raise_signal(signal.SIGINT)
                signal.raise_signal(signal.SIGTERM)
                undone.append(True)
    signal.raise_signal(signal.SIGINT)
    assert undone


def test_what_is_held_back_comes_right_after(handlers):
    done = []
    with pytest.raises(KeyboardInterrupt):
        with interruptible() as interrupts:
            with interrupts.held():
                signal.raise_signal(signal.SIGTERM)
                done.append("held")
            done.append("never")
    assert done == ["held"]


def test_what_nohup_had_ignored_stays_ignored(handlers):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with interruptible():
        signal.raise_signal(signal.SIGHUP)
