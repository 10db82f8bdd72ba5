"""A file of any size is taken in a little memory."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MEGABYTE = 1024 * 1024
READS = """
import resource, sys
from pathlib import Path
import django
django.setup()
from tenure.connectors.files import reading
from tenure.connectors.files.actions.taking import taker
from tenure.connectors.files.models import Import
from tenure.connectors.files.rules.columns import stored, suggest
from tenure.connectors.files.types import Kind, Read, Told
from tenure.kernel import clock

path, kind = Path(sys.argv[1]), Kind(sys.argv[2])
found = reading.look_over(path)
columns = suggest(kind, found.header, reading.sample(found))
of = Import(workspace_id=1, kind=kind.value, header=list(found.header), columns=stored(columns), said_at=clock.now())
takes = taker(of)
rows = reading.rows(found)
for _ in range(20_000):
    takes.read(next(rows))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
bytes_left = 48 * 1024 * 1024
in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (in_use + bytes_left, in_use + bytes_left))
taken = sum(isinstance(takes.read(row), Read | Told) for row in rows)
print(20_000 + taken, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
HEADS = {
    "events": "event,timestamp,user_id,account_id,page,note\n",
    "accounts": "account_id,name,plan,note\n",
}


def given_large_file(folder: Path, kind: str, megabytes: int) -> tuple[Path, int]:
    path, rows = folder / f"{kind}.csv", 0
    with path.open("w") as file:
        size = file.write(HEADS[kind])
        while size < megabytes * MEGABYTE:
            note = f"{rows:07}" + "x" * 250
            one = f"Opened,2026-01-01T10:00:00,u{rows},a{rows % 977},home,{note}\n"
            size += file.write(one if kind == "events" else f"a{rows},Account {rows},Pro,{note}\n")
            rows += 1
    return path, rows


@pytest.mark.parametrize(("kind", "megabytes"), [("events", 220), ("accounts", 40)])
def test_reading_a_large_file_takes_no_more_memory_than_a_small_one(tmp_path, kind, megabytes):
    path, rows = given_large_file(tmp_path, kind, megabytes)

    done = subprocess.run(
        [sys.executable, "-c", READS, str(path), kind],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tenure.config.settings", "TENURE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=280,
    )

    assert done.returncode == 0, done.stderr[-2_000:]
    taken, grown = map(int, done.stdout.split())
    assert taken == rows
    assert grown < 16, f"{grown} MB more for {megabytes} MB"
