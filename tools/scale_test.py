"""Every expression of the product on a real Apache Spark of two workers, one of which is killed in mid-query.

    make scale-test          # needs Java 17; Spark itself comes from PyPI into var/spark

First, events are stored in a lake as the intake worker stores them, the cluster counts them from the lake's files, and
while it does, the worker that is busy with a task is killed with its executor. Another takes its place. Then come the
expressions that tests/engines compares with Sail, over the same made-up rows. The rows have to be those of DuckDB each
time. The questions are put by the product's own `engine.answer`, as with TENURE_ENGINE set. Last, what is counted from
the lake's files is asked of the master itself (`spark://…`), by a process that has the whole of Spark.

TENURE_SCALE_EVENTS says how many events the lake holds (default 400 000), TENURE_SCALE_ONLY which expressions are
compared (those with this in their names), TENURE_SPARK where Spark is. With two cores to itself it takes some six
CPU-minutes.
"""

import contextlib
import datetime as dt
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa

from bench.make_events import FIRST_DAY, Size, World
from bench.rig import fresh_tenure

EVENTS = int(os.environ.get("TENURE_SCALE_EVENTS", "400000"))
SPARK = Path(os.environ.get("TENURE_SPARK", "var/spark")).resolve()
WORKER_MEMORY, EXECUTOR_MEMORY = "1g", "700m"
QUICK = "-XX:TieredStopAtLevel=1"
"""Over so few rows, compiling takes longer than computing."""
ONLY = os.environ.get("TENURE_SCALE_ONLY", "")
DAYS, DAYS_AT_ONCE = 60, 15
PATIENCE = 600.0
"""Seconds for the cluster to come up: on two cores that others use, too, it took up to 200."""


class Cluster:
    """A standalone Spark: a master, two workers of one core each, and the server of Spark Connect."""

    def __init__(self, folder: Path) -> None:
        home = next((SPARK / "lib").glob("python3*/site-packages/pyspark"), None)
        if home is None:
            raise SystemExit(f"There is no Spark in {SPARK}. Run: make scale-test")
        self._bin = home / "bin"
        self._folder = folder
        self._environment = {
            **os.environ,
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_NO_DAEMONIZE": "1",
            "PYSPARK_PYTHON": str(SPARK / "bin" / "python"),
        }
        self.workers: list[subprocess.Popen[bytes]] = []
        self._others: list[subprocess.Popen[bytes]] = []

    def start(self) -> str:
        """Start everything; returns the address of Spark Connect."""
        port, self._page, connect, self._driver = (_free_port() for _ in range(4))
        master = f"spark://127.0.0.1:{port}"
        where = ("--host", "127.0.0.1", "--port", str(port), "--webui-port", str(self._page))
        self._others.append(self._run("master", "spark-class", "org.apache.spark.deploy.master.Master", *where))
        _wait(lambda: self.alive() == 0, "the master answers")
        self.master = master
        for _ in range(2):
            self.add_a_worker()
        _wait(lambda: self.alive() == 2, "two workers have joined")
        settings = {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": str(connect),
            "spark.executor.memory": EXECUTOR_MEMORY,
            "spark.executor.cores": "1",
            "spark.cores.max": "2",
            "spark.sql.shuffle.partitions": "4",
            "spark.sql.files.openCostInBytes": "262144",
            "spark.sql.codegen.wholeStage": "false",
            "spark.driver.extraJavaOptions": QUICK,
            "spark.executor.extraJavaOptions": QUICK,
            "spark.sql.session.timeZone": "UTC",
            "spark.ui.port": str(self._driver),
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.memory": "1g",
            "spark.driver.host": "127.0.0.1",
        }
        given = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
        server = "org.apache.spark.sql.connect.service.SparkConnectServer"
        self._others.append(
            self._run("connect", "spark-submit", "--master", master, "--class", server, *given, "spark-internal")
        )
        _wait(lambda: self._all_run() and _listens(connect), "Spark Connect listens")
        return f"sc://127.0.0.1:{connect}"

    def add_a_worker(self) -> None:
        """Start one more worker."""
        number = len(list(self._folder.glob("worker-*.log"))) + 1
        said = ("--host", "127.0.0.1", "--cores", "1", "--memory", WORKER_MEMORY, "--webui-port", "0")
        work = ("--work-dir", str(self._folder / f"work-{number}"))
        worker = "org.apache.spark.deploy.worker.Worker"
        self.workers.append(self._run(f"worker-{number}", "spark-class", worker, *said, *work, self.master))

    def _run(self, name: str, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [str(self._bin / program), *arguments],
                env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def _all_run(self) -> bool:
        if any(started.poll() is not None for started in [*self._others, *self.workers]):
            raise SystemExit((self._folder / "connect.log").read_text(errors="replace")[-3000:])
        return True

    def alive(self) -> int | None:
        """Return how many workers the master counts on, or None before it answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._page}/json/", timeout=2) as answer:
                return int(json.load(answer)["aliveworkers"])
        except (OSError, ValueError):
            return None

    def running_tasks(self) -> list[dict[str, Any]]:
        """Return the tasks that run now, each with its stage, as Spark's own page of the driver tells it."""
        return [
            {**task, "stage": stage["stageId"]}
            for stage in self._told("stages?status=active")
            for task in self._told(f"stages/{stage['stageId']}/{stage['attemptId']}/taskList?status=running&length=20")
        ]

    def tasks_of(self, stage: int) -> list[dict[str, Any]]:
        """Return the tasks of every attempt at a stage."""
        attempts = self._told(f"stages/{stage}?details=false")
        return [
            task
            for attempt in attempts
            for task in self._told(f"stages/{stage}/{attempt['attemptId']}/taskList?length=1000")
        ]

    def _told(self, what: str) -> Any:
        base = f"http://127.0.0.1:{self._driver}/api/v1/applications"
        with urllib.request.urlopen(base, timeout=10) as answer:
            application = json.load(answer)[0]["id"]
        with urllib.request.urlopen(f"{base}/{application}/{what}", timeout=10) as answer:  # noqa: S310
            return json.load(answer)

    def kill_the_worker_of(self, executor: str) -> None:
        """Kill -9 the worker that an executor belongs to, with the executor."""
        for worker in self.workers:
            process = psutil.Process(worker.pid)
            family = process.children(recursive=True)
            if any(re.search(rf"--executor-id {executor}\b", " ".join(each.cmdline())) for each in family):
                for each in [process, *family]:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        each.kill()
                worker.wait()
                self.workers.remove(worker)
                return
        raise SystemExit(f"No worker has executor {executor}")

    def stop_connect(self) -> None:
        """End the server of Spark Connect, which has every core, and wait until the master has noticed."""
        _end(self._others.pop())
        _wait(lambda: self._cores_used() == 0, "the cores are free")

    def _cores_used(self) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._page}/json/", timeout=10) as answer:
            return int(json.load(answer)["coresused"])

    def environment_of_a_driver(self) -> dict[str, str]:
        """Return what a process needs that asks the master itself: the whole of Spark in the place of its client."""
        whole = str(Path(self._environment["SPARK_HOME"]).parent)
        settings = f"--driver-memory 1g --executor-memory {EXECUTOR_MEMORY} --conf spark.sql.shuffle.partitions=4"
        return {
            **self._environment,
            "PYTHONPATH": os.pathsep.join([whole, str(Path.cwd())]),
            "PYSPARK_SUBMIT_ARGS": f"{settings} --conf spark.driver.host=127.0.0.1 pyspark-shell",
        }

    def stop(self) -> None:
        """End every process that was started."""
        for started in [*self._others[::-1], *self.workers]:
            _end(started)


def _end(started: subprocess.Popen[bytes]) -> None:
    if started.poll() is None:
        process = psutil.Process(started.pid)
        for each in [*process.children(recursive=True), process]:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        started.wait()


def main() -> int:
    """Compare, and kill; returns 1 when rows differ or nothing was hit."""
    with fresh_tenure(), tempfile.TemporaryDirectory(prefix="tenure-scale-") as folder:
        cluster = Cluster(Path(folder))
        try:
            began = time.perf_counter()
            address = cluster.start()
            _say("the cluster runs: a master, two workers, Spark Connect", began)
            began = time.perf_counter()
            _fill(1)
            _say(f"{EVENTS:,} events in the lake", began)
            hit = _kill_and_compare(address, cluster)
            cluster.add_a_worker()
            _wait(lambda: cluster.alive() == 2, "another worker has joined")
            wrong = _compare_all(address)
            by_master = _compare_by_master(cluster)
            return int(bool(wrong) or not hit or not by_master)
        finally:
            cluster.stop()


def _compare_all(address: str) -> int:
    """Compute every expression here and there; prints a line each and returns how many differ."""
    print(f"\n{'expression':<70} {'rows':>7}  equal  DuckDB s  Spark s", flush=True)
    found = [_compare(address, what, asked) for what, asked in expressions() if ONLY in what]
    print(f"\n{sum(found)} of {len(found)} expressions are equal", flush=True)
    return len(found) - sum(found)


def _compare_by_master(cluster: Cluster) -> bool:
    """Have another process put the questions about the lake to the master; says whether all rows were equal."""
    cluster.stop_connect()
    print("\nasked of the master itself", flush=True)
    asking = [sys.executable, "-m", "tools.scale_test", cluster.master]
    return subprocess.run(asking, env=cluster.environment_of_a_driver(), check=False).returncode == 0


def ask_master(master: str) -> int:
    """Compare what is counted from the lake that TENURE_LAKE names, in this process as the driver; 1: rows differ."""
    import django

    django.setup()
    found = [_compare(master, what, asked) for what, asked in _of_the_lake()]
    return int(not all(found))


def _compare(address: str, what: str, asked: Any) -> bool:
    from tenure.lake import engine

    began = time.perf_counter()
    here = engine.run_sql(asked)
    between = time.perf_counter()
    there = _on_cluster(address, asked)
    ended = time.perf_counter()
    equal = rows_of(here, asked) == rows_of(there, asked)
    times = f"{between - began:8.2f} {ended - between:8.2f}"
    print(f"{what:<70} {here.num_rows:>7,}  {'yes' if equal else 'NO':<5}  {times}", flush=True)
    return equal


def _on_cluster(address: str, asked: Any) -> pa.Table:
    from django.test import override_settings

    from tenure.lake import engine

    with override_settings(TENURE_ENGINE=address):
        return engine.answer(asked)


def rows_of(found: pa.Table, asked: Any) -> list[str]:
    """Return rows in an order of their own, numbers to twelve digits: sums of floats depend on who adds first."""
    rows = found.select(asked.schema.names).cast(asked.schema).to_pylist()
    return sorted(repr([f"{v:.12g}" if isinstance(v, float) else v for v in row.values()]) for row in rows)


def expressions() -> Iterator[tuple[str, Any]]:
    """Name the rows that a group of expressions is over, and yield each with what it is called."""
    yield from _of_the_lake()
    yield from expressions_over_rows()


def expressions_over_rows() -> Iterator[tuple[str, Any]]:
    """Do it for those that are over made-up rows."""
    yield from _of_insights()
    yield from _of_rollups()
    yield from _of_activity_and_use()
    yield from _of_segments()
    yield from _of_traits()


def _of_insights() -> Iterator[tuple[str, Any]]:
    from tenure.lake import engine
    from tests.engines import test_same_numbers as same
    from tests.insights.engines import Duck, tell

    told = None
    for what, calendar, expression in same._expressions():
        if told is not calendar:
            groups, entries = same.PLANS.items(), same.SIGNED_UP.items()
            tell(Duck(), same.HISTORY, groups=groups, calendar=calendar, entries=entries, wanted=same.STEPS)
            told = calendar
        yield what, engine.sql_of(expression)


def _of_rollups() -> Iterator[tuple[str, Any]]:
    from tenure.lake import engine
    from tenure.tracking.rules import rollups
    from tests.engines import test_every_expression as every

    for name, rows in {rollups.NAMED_EVENTS: every.raw(), **every.moves()}.items():
        engine.name_rows(name, rows)
    for people, homes, accounts in every.FLAGS:
        events = rollups.attributed(rollups.events_table(), people=people, homes=homes, accounts=accounts)
        moved = [w for w, yes in (("people", people), ("homes", homes), ("accounts", accounts)) if yes]
        yield f"use by person and day, moved: {', '.join(moved) or 'none'}", engine.sql_of(rollups.person_days(events))
    engine.name_rows(rollups.NAMED_PERSON_DAY, every.rolled_up(every.HAPPENED))
    yield "use by account and day", engine.sql_of(rollups.account_days(rollups.person_day_table()))


def _of_activity_and_use() -> Iterator[tuple[str, Any]]:
    from tenure.activity.queries import faded
    from tenure.activity.queries import use as activity
    from tenure.lake import engine
    from tenure.segments.queries import choices, lifetimes
    from tenure.stats.usage import Series
    from tenure.tracking.queries import use
    from tenure.tracking.rules import rollups
    from tenure.tracking.types.lake import ACCOUNT_DAY
    from tests.engines import test_every_expression as every

    people = every.rolled_up(every.HAPPENED)
    engine.name_rows(rollups.NAMED_PERSON_DAY, people)
    accounts = engine.run_sql(engine.sql_of(rollups.account_days(rollups.person_day_table()))).cast(ACCOUNT_DAY.schema)
    begins, since = (every.NOW - dt.timedelta(days=40)).date(), (every.NOW - dt.timedelta(days=9)).date()
    given = {
        "activity_account_day": accounts,
        "tracking_account_day": accounts,
        "activity_person_day": people,
        "segment_recent_days": people,
        "segment_month": people,
        "segment_events": pa.table({"event": every.NAMES}),
        "activity_accounts": pa.table({"account_id": pa.array([1, 4, 99])}),
        "activity_declines": pa.table({"account_id": [1, 2, 3], "begins": [begins] * 3, "since": [since] * 3}),
        "tracking_wanted": pa.table({"id": pa.array([1, 2, 3, 99])}),
    }
    for name, rows in given.items():
        engine.name_rows(name, rows)
    yield "use that activity judges, of all", activity._use(False)
    yield "use that activity judges, of some", activity._use(True)
    yield "use that activity judges, of a part", activity._use(False, (2, 5))
    yield "accounts with any use", activity._with_use()
    yield "people before and since a decline", faded._people_sql(Series.PEOPLE, False)
    yield "events of people before and since a decline", faded._people_sql(Series.EVENTS, False)
    yield "events before and since a decline", faded._events_sql()
    yield "use by day of some accounts", use._usage_sql()
    yield "active people of some accounts", use._active_sql()
    yield "names of events", use._names_sql()
    yield "commonest events", choices._commonest_sql()
    for subject in ("account_id", "person_id"):
        yield f"use since the beginning, by {subject}", lifetimes._sums_sql(subject)


def _of_segments() -> Iterator[tuple[str, Any]]:
    from tenure.lake import engine
    from tenure.segments.rules import features
    from tenure.segments.rules.compiling import NAMED
    from tenure.segments.types import Subject
    from tests.engines import test_every_expression as every

    for subject in Subject:
        leaves = list(every.leaves_of_every_kind(subject))
        for kind, conditions in (("each condition", leaves), ("conditions grown together", list(every.grown(leaves)))):
            made, inputs = every.asked_of_everybody(subject, conditions)
            for name, rows in inputs.items():
                engine.name_rows(name, rows)
            what = f"{len(conditions)} of {kind}, {subject}"
            yield f"segments: what is known for {what}", made.features_sql
            wide = engine.run_sql(made.features_sql).cast(made.features_sql.schema)
            engine.name_rows(features.FEATURES, wide)
            for level, expression in enumerate(made.plan.named):
                named = engine.sql_of(expression)
                yield f"segments: named ones for {what}, level {level}", named
                engine.name_rows(f"{NAMED}{level}", engine.run_sql(named).cast(named.schema))
            yield f"segments: whom {what} hold of", made.verdicts_sql
            yield f"segments: evidence of {what}", made.evidence_sql


def _of_traits() -> Iterator[tuple[str, Any]]:
    from tenure.computed_traits.queries import computing
    from tenure.computed_traits.types import OF_PEOPLE, OF_PROPERTY, Formula, Measure
    from tenure.lake import engine
    from tenure.tracking.rules import rollups
    from tests.engines import test_every_expression as every
    from tests.engines.test_the_product import AMOUNTS

    raw = every.raw()
    said = [json.dumps({"amount": AMOUNTS[n % len(AMOUNTS)], "a.b": n % 7}) for n in range(raw.num_rows)]
    place = raw.schema.get_field_index("properties")
    engine.name_rows(rollups.NAMED_EVENTS, raw.set_column(place, "properties", pa.array(said)))
    events = rollups.events_table()
    chosen = events.mutate(id=events.account_id)
    for measure in Measure:
        for name in ("amount", "a.b") if measure in OF_PROPERTY else ("",):
            formula = Formula(basis="use", measure=measure, what=name)
            yield f"computed trait: {measure} {name}", engine.sql_of(computing.measured(chosen, formula))
    people = {"id": [1, 1, 2, 3], "is": ["A", "b", "a", None], "number": [1.5, 2.0, None, 4.0], "wanted": ["a"] * 4}
    engine.name_rows(computing._PEOPLE, pa.table(people))
    for measure in sorted(OF_PEOPLE):
        for narrowed in (False, True):
            yield (
                f"computed trait: {measure} of {'some' if narrowed else 'all'} people",
                computing._people_sql(measure, narrowed),
            )


def _of_the_lake() -> Iterator[tuple[str, Any]]:
    """Name the files of the lake, and yield what is counted from them; the longest first."""
    from tenure.insights.rules import active, named
    from tenure.lake import engine, tables
    from tenure.tracking.rules import rollups
    from tenure.tracking.types.lake import ACCOUNT_DAY, PERSON_DAY
    from tenure.tracking.types.lake import EVENTS as LAKE_EVENTS

    given = (
        (rollups.NAMED_EVENTS, LAKE_EVENTS),
        (named.PEOPLE_BY_DAY, PERSON_DAY),
        (named.ACCOUNTS_BY_DAY, ACCOUNT_DAY),
    )
    for name, table in given:
        engine.name_files(name, table, tables.files(1, table))
    engine.name_rows(named.CALENDAR, _calendar())
    yield "lake: use by person and day", engine.sql_of(rollups.person_days(rollups.events_table()))
    days = active.active_days(named.person_day(), "person_id", split=False)
    yield "lake: active people by month", engine.sql_of(active.by_period(days))
    yield "lake: use by account and day", engine.sql_of(rollups.account_days(named.person_day()))


def _kill_and_compare(address: str, cluster: Cluster) -> bool:
    """Kill the worker that is busy with the longest question; say whether a task died and the rows are right."""
    from tenure.lake import engine

    what, asked = next(_of_the_lake())
    named, found = engine._named(), []
    here = rows_of(engine.run_sql(asked), asked)

    def ask() -> None:
        engine._named().update(named)  # names belong to a thread
        found.append(_on_cluster(address, asked))

    query = threading.Thread(target=ask)
    began = time.perf_counter()
    query.start()
    hit = None
    while query.is_alive() and hit is None:
        time.sleep(0.05)
        running = [task for task in cluster.running_tasks() if task.get("duration", 0) >= 200]
        hit = running[0] if running else None
    if hit is None:
        print("The query was over before a task was seen: give it more events.", file=sys.stderr)
        return False
    print(f"\n{time.perf_counter() - began:7.1f} s  task {hit['taskId']} of stage {hit['stage']} runs on executor "
          f"{hit['executorId']} for {hit['duration']} ms: its worker is killed", flush=True)  # fmt: skip
    cluster.kill_the_worker_of(hit["executorId"])
    query.join()
    right = bool(found) and rows_of(found[0], asked) == here
    _say(f"{what}, a worker killed while it ran: {'equal' if right else 'DIFFERENT'}, {len(here):,} rows", began)
    _wait(lambda: cluster.alive() == 1, "the master has noticed")
    tasks = [task for task in cluster.tasks_of(hit["stage"]) if task["index"] == hit["index"]]
    for task in tasks:
        said = task.get("errorMessage", "").partition("\n")[0][:100]
        print(f"           task {task['taskId']}, attempt {task['attempt']}, on executor {task['executorId']}: "
              f"{task['status']} {said}", flush=True)  # fmt: skip
    died = any(task["taskId"] == hit["taskId"] and task["status"] in ("FAILED", "KILLED") for task in tasks)
    again = any(task["taskId"] != hit["taskId"] and task["status"] == "SUCCESS" for task in tasks)
    began = time.perf_counter()
    after = rows_of(_on_cluster(address, asked), asked) == here
    _say(f"{what}, on the worker that is left: {'equal' if after else 'DIFFERENT'}", began)
    print("the killed task was computed again elsewhere" if died and again else "NO TASK WAS HIT", flush=True)
    return right and died and again and after


def _fill(workspace_id: int) -> None:
    from tenure.kernel import tenancy
    from tenure.lake import tables
    from tenure.tracking.actions.rollups import refresh_days
    from tenure.tracking.types.lake import EVENTS as LAKE_EVENTS

    world = World(Size(events=EVENTS, accounts=2_000, people=20_000, days=DAYS))
    with tenancy.scope(workspace_id):
        for first in range(0, DAYS, DAYS_AT_ONCE):
            some = range(first, min(first + DAYS_AT_ONCE, DAYS))
            tables.append(workspace_id, LAKE_EVENTS, pa.concat_tables([world.events(day) for day in some]))
        refresh_days(workspace_id, [FIRST_DAY + dt.timedelta(days=n) for n in range(DAYS)])


def _calendar() -> pa.Table:
    from tenure.insights.rules import named

    ends = [dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31)]
    days = [FIRST_DAY + dt.timedelta(days=n) for n in range(DAYS)]
    rows = [(day, (month := next(e for e in ends if e >= day)).replace(day=1), month.month) for day in days]
    return pa.table([list(column) for column in zip(*rows, strict=True)], schema=named.CALENDAR_SCHEMA)


def _say(what: str, began: float) -> None:
    print(f"{time.perf_counter() - began:7.1f} s  {what}", flush=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(true: Any, what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit(f"Waited {seconds:.0f} s in vain: {what}")
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(ask_master(sys.argv[1]) if len(sys.argv) > 1 else main())
