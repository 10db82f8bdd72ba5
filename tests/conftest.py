"""What every test may use: a database of its own, a workspace in scope, a clock, and an ear for announcements."""

import os
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from tenure.kernel import clock, jobs, outbox, tenancy
from tests.given import given_workspace
from tests.migrated import migrated_database

in_ci = "ci" if os.environ.get("CI") else "default"  # there, the same examples each time: red means broken, not luck
hypothesis_settings.register_profile("tenure", hypothesis_settings.get_profile(in_ci), deadline=None)
hypothesis_settings.load_profile("tenure")

TOGETHER = {"collect": "collect", "engines": "engines", "config": "whole", "browser": "whole"}
"""Folders whose tests share what takes long to start, or start whole Tenures, of which one keeps a machine busy.

Anywhere else a file is what one process runs.
"""

SLOWEST_FIRST = {"config": 0, "browser": 0, "insights": 1, "engines": 2, "web": 3}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several processes, begin with what takes longest."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: SLOWEST_FIRST.get(item.nodeid.split("/")[1], len(SLOWEST_FIRST)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give out what belongs together as one."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            return TOGETHER.get(file.split("/")[1], file)

    return Together(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    """Count a test that leaves itself out as failed in CI, where everything it could need is there."""
    report: Any = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"left out, which CI does not allow: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Give each test process its own database, without pooled connections that would outlive it."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    database["TEST"]["NAME"] = f"tenure_test_{os.getpid()}"
    database["TEST"]["TEMPLATE"] = migrated_database()
    database["OPTIONS"].pop("pool", None)


@pytest.fixture(autouse=True)
def lake(tmp_path: Path, settings: Any) -> Path:
    """Give each test a lake of its own."""
    settings.TENURE_LAKE = str(tmp_path / "lake")
    return tmp_path / "lake"


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hash passwords quickly: tests sign many users in, and none of their passwords matters."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def workspace(db: None) -> Iterator[Any]:
    """Open the scope of a fresh workspace."""
    made = given_workspace()
    with tenancy.scope(made.pk):
        yield made


@pytest.fixture
def at() -> Iterator[Callable[[datetime], datetime]]:
    """Set the clock: `at(datetime(2026, 3, 4, tzinfo=UTC))`; may be called again to move on."""
    token: list[Any] = []

    def set_clock(moment: datetime) -> datetime:
        moment = moment.astimezone(UTC)
        token.append(clock._simulated.set(moment))
        return moment

    yield set_clock
    while token:
        clock._simulated.reset(token.pop())


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    """Collect every announcement made in the test."""
    said: list[Any] = []
    stop = outbox.listen(said.append)
    yield said
    stop()


@pytest.fixture
def run_stages() -> Callable[[datetime | None], None]:
    """Run all background stages inline until nothing is left to do."""

    def run(now: datetime | None = None) -> None:
        moment = now or clock.now()
        for _ in range(20):
            if not sum(jobs.run_stage(stage.name, moment) for stage in jobs.stages()):
                return

    return run
