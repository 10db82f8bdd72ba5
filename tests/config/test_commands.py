"""The commands on a home that is in use, and on one that is not: they work, or refuse in a sentence that helps."""

import re

import pytest

from tests.config.running import ROOT, processes_of, python, serving, tenure, wait_until

CLICKS = ROOT / "tests" / "data" / "ecom_clickstream.csv.gz"
SET_UP = """
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from tests.given import given_workspace
print(given_workspace().pk)
"""
COUNTED = """
from tenure.customers.models import Account
print([Account.everywhere.count(), Account.everywhere.filter(is_solo=True).count()])
"""

IN_USE = (
    "Error: Tenure is at work on this database (`tenure serve`, `tenure work`, or another filling of the demo). "
    "Stop it there, then run this again. Nothing was changed.\n"
)
SMALL = ("--accounts", "12", "--months", "2")


def test_says_how_far_the_filling_is_where_there_is_no_terminal(tmp_path):
    done = tenure(tmp_path, "simulate", *SMALL)

    assert done.returncode == 0, done.stderr
    shares = [int(share) for share in re.findall(r"^tenure +(\d+)%  ", done.stdout, re.MULTILINE)]
    assert shares[0] == 0
    assert shares[-1] == 100
    assert 8 <= len(shares) <= 11
    assert sorted(set(shares)) == shares
    assert "Living through a simulated year: " in done.stdout
    assert done.stderr == ""
    assert processes_of(tmp_path) == []

    again = tenure(tmp_path, "simulate", *SMALL)
    assert again.stdout == (
        "There is a demo workspace already. `tenure reset-demo` throws it away and makes a new one.\n"
    )


@pytest.fixture
def events(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("event,timestamp,user_id\nOpened,2026-03-04T10:00:00Z,maya\nOpened,soon,maya\n")
    return path


def test_on_a_home_that_is_in_use(tmp_path, events):
    home = tmp_path / "home"
    with serving(home, TENURE_DEMO="") as running:
        running.wait_until_ready()
        wait_until(lambda: running.child("work"), 10, "work runs")
        wait_until(
            lambda: tenure(home, "reset-demo", *SMALL).stderr == IN_USE, 15, "work has joined in and is not disturbed"
        )

        refused = tenure(home, "simulate", *SMALL)
        assert (refused.returncode, refused.stderr) == (1, IN_USE)

        migrated = tenure(home, "migrate")
        assert (migrated.returncode, migrated.stdout) == (0, "The database is up to date.\n")

        looked = tenure(home, "doctor")
        assert (looked.returncode, looked.stdout.splitlines()[-1]) == (0, "Nothing is wrong.")

        imported = tenure(home, "import", "events", str(events))
        assert imported.returncode == 1
        assert imported.stderr == "Error: There is no workspace yet. Start `tenure serve` and set one up first.\n"

        taken = tenure(home, "serve", "--port", str(running.port))
        assert taken.returncode == 1
        assert taken.stderr.startswith(f"Error: 127.0.0.1:{running.port} is taken")

        assert running.answers()
        assert running.process.poll() is None
        running.press_ctrl_c()
        assert running.process.wait(30) == 0
        assert processes_of(home) == []


def test_on_a_home_that_is_not_in_use(tmp_path, events):
    home = tmp_path / "home"

    looked = tenure(home, "doctor")
    assert looked.returncode == 1
    assert "Run: tenure migrate" in looked.stdout

    imported = tenure(home, "import", "events", str(events))
    assert imported.returncode == 1
    assert imported.stderr == "Error: The tables are not up to date. Run: tenure migrate\n"

    assert tenure(home, "migrate").stdout == "The database is up to date.\n"
    assert tenure(home, "doctor").returncode == 0

    filled = tenure(home, "reset-demo", *SMALL)
    assert filled.returncode == 0, filled.stderr
    assert filled.stdout.endswith("The demo workspace is new. `tenure serve --demo` (or `make run`) opens it.\n")

    first, second = (tenure(home, "import", "events", str(events)) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "2 rows: 1 new, 0 changed, 0 the same, 1 refused\n" in first.stdout
    assert "  line 3  timestamp_unreadable: " in first.stdout
    assert "2 rows: 0 new, 0 changed, 1 the same, 1 refused\n" in second.stdout
    assert processes_of(home) == []


def test_imports_a_real_clickstream_as_the_readme_says(tmp_path):
    home, mapping = tmp_path / "home", ("--map", "event=event,user_id=user_id,timestamp=timestamp")
    assert python(home, SET_UP) == 1

    wrong = tenure(home, "import", "events", str(CLICKS), "--encoding", "utf-16")
    assert wrong.returncode == 1
    assert wrong.stderr == (
        f"Error: {CLICKS} is not utf-16: it holds no zero bytes. Leave --encoding out to have the encoding found.\n"
    )

    dry = tenure(home, "import", "events", str(CLICKS), *mapping, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "31,106 rows: 31,106 new, 0 changed, 0 the same, 0 refused\n" in dry.stdout
    assert dry.stdout.endswith("Nothing was stored: this was a dry run.\n")

    first, second = (tenure(home, "import", "events", str(CLICKS), *mapping) for _ in range(2))
    assert first.stdout.endswith("\n31,106 rows: 31,106 new, 0 changed, 0 the same, 0 refused\n"), first.stderr
    assert second.stdout.endswith("\n31,106 rows: 0 new, 0 changed, 31,106 the same, 0 refused\n"), second.stderr

    kept = python(home, COUNTED)
    assert kept == [600, 600], "each visitor is an account of one"
