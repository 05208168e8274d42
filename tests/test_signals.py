"""Ctrl-C and the request to end, wherever they arrive while runs are spread over processes."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from cogov_sim.experiments.signals import Arrivals

#: A comparison on two workers that is interrupted at the worst place: where the main thread has just let go of a lock
#: that it waits for. An interruption raised there leaves the lock half taken, and Python answers with a RuntimeError.
WORST = """
import os, signal, sys, threading
from cogov_sim.experiments.store import RunStore

let_go, add = threading.Condition._release_save, RunStore.add
due = AT_ONCE

def let_go_and_interrupt(condition):
    global due
    state = let_go(condition)
    if due and threading.current_thread() is threading.main_thread():
        due = False
        os.kill(os.getpid(), signal.SIGN)
    return state

def add_and_wait_for_it(*of):
    global due
    add(*of)
    due = True

if __name__ == "__main__":
    from cogov_sim import cli
    threading.Condition._release_save, RunStore.add = let_go_and_interrupt, add_and_wait_for_it
    arguments = ["--residents", "300", "--months", "2", "--seeds", "40", "--workers", "2", "--out", sys.argv[1]]
    sys.exit(cli.main(["compare", "government_run", *arguments]))
"""


def minding_interruptions():
    """Ctrl-C ends a process also where these tests run in the background, whose processes inherit that they ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _interruptions_count():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.parametrize(("sign", "at_once"), [("SIGINT", False), ("SIGTERM", False), ("SIGINT", True)])
def test_an_interruption_at_the_worst_place_is_none_but_an_interruption(tmp_path, sign, at_once):
    script = tmp_path / "script.py"
    script.write_text(WORST.replace("SIGN", sign).replace("AT_ONCE", str(at_once)), encoding="utf-8")
    typed = [sys.executable, script, tmp_path / "out"]
    done = subprocess.run(
        typed,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        preexec_fn=minding_interruptions,
    )
    assert done.returncode == 128 + getattr(signal, sign), done.stderr
    assert "Traceback" not in done.stderr and (at_once or sign != "SIGINT" or "runs are kept" in done.stderr)


def test_a_signal_is_kept_until_the_next_wait_and_comes_before_what_waits():
    arrivals = Arrivals()
    before = signal.getsignal(signal.SIGINT)
    steps = []
    with pytest.raises(KeyboardInterrupt), arrivals.signals_kept():
        arrivals.put("first")
        os.kill(os.getpid(), signal.SIGINT)
        steps.append("goes on")
        arrivals.get()
        steps.append("never")
    assert steps == ["goes on"] and signal.getsignal(signal.SIGINT) is before


def test_a_signal_wakes_who_waits_for_nothing():
    arrivals = Arrivals()
    later = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt), arrivals.signals_kept():
        later.start()
        arrivals.get()


def test_a_signal_that_nothing_asked_about_is_acted_on_at_the_end():
    with pytest.raises(KeyboardInterrupt), Arrivals().signals_kept():
        os.kill(os.getpid(), signal.SIGINT)


def test_an_error_is_not_hidden_by_a_kept_signal():
    with pytest.raises(ValueError, match="of the work"), Arrivals().signals_kept():
        os.kill(os.getpid(), signal.SIGINT)
        raise ValueError("of the work")


def test_signals_belong_to_the_main_thread():
    got = []

    def wait():
        arrivals = Arrivals()
        with arrivals.signals_kept():
            arrivals.put("a result")
            got.append(arrivals.get())

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join()
    assert got == ["a result"]
