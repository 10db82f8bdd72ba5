"""Ctrl-C ends everything cleanly, whatever Tenure is doing: no traceback, nothing left running, and it starts again."""

import time

import pytest

from tests.config.running import processes_of, serving, wait_until

PATIENCE = 100
"""Seconds: whether it ends is the question here, not how soon on a busy machine."""


def assert_clean(running, code):
    assert running.process.wait(PATIENCE) == code, running.said()[-4_000:]
    wait_until(lambda: not processes_of(running.home), 20, "nothing is left running")
    assert "Traceback" not in running.said()
    assert "Aborted" not in running.said()


@pytest.mark.parametrize("presses", [1, 3])
def test_while_serving(tmp_path, presses):
    with serving(tmp_path / "home") as running:
        running.wait_until_ready()
        wait_until(lambda: running.child("work"), 10, "work runs")

        for _ in range(presses):
            running.press_ctrl_c()
            time.sleep(0.2)

        assert_clean(running, 0)
        assert running.said().count("Stopping") == 1


@pytest.mark.parametrize("presses", [1, 3])
def test_while_the_demo_is_filled(tmp_path, presses):
    with serving(tmp_path / "home", "--demo") as running:
        wait_until(lambda: "Living through" in running.said(), 90, "the year has begun")

        for _ in range(presses):
            running.press_ctrl_c()
            time.sleep(0.2)

        assert_clean(running, 130)
        assert running.said().endswith("\nStopped before the end. Running it again is safe.\n")


@pytest.mark.parametrize("line", ["Starting the database", "Bringing the tables up to date"])
def test_while_starting(tmp_path, line):
    with serving(tmp_path / "home") as running:
        wait_until(lambda: line in running.said(), 30, line)
        time.sleep(0.3)

        running.press_ctrl_c()

        assert_clean(running, 130)

        running.start()
        running.wait_until_ready()
        running.press_ctrl_c()
        assert running.process.wait(PATIENCE) == 0
