"""A process whose output goes to a full disk goes on working."""

import subprocess
import sys
from pathlib import Path

import pytest

WORK = """
import sys, structlog
from tenure.kernel import saying
saying.speak()
log = structlog.get_logger("work")
for _ in range(3):
    log.warning("not committed", reason="x" * 100_000)
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("stage failed")
print("went on", file=sys.stderr)
"""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full on this system")
def test_is_not_stopped_by_a_line_it_cannot_write():
    with open("/dev/full", "w") as output:
        done = subprocess.run(
            [sys.executable, "-c", WORK], stdout=output, stderr=subprocess.PIPE, text=True, check=False
        )

    assert done.stderr.startswith("went on")
