"""Another process at work on the test's database, to be killed at any moment."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """Return the address of the test database, for another process."""
    known = connection.settings_dict
    where = f"host={quote(known['HOST'], safe='')}" + (f"&port={known['PORT']}" if known["PORT"] else "")
    return f"postgresql://{quote(known['USER'])}:{quote(known['PASSWORD'])}@/{quote(known['NAME'])}?{where}"


class Worker:
    """A process that runs the given stages over and over, until it is killed."""

    def __init__(self, smtp_url: str, *stages: str) -> None:
        code = (
            "import django, time; django.setup()\n"
            "from tenure.kernel import clock, jobs\n"
            "print('ready', flush=True)\n"
            "while True:\n"
            f"    if not sum(jobs.run_stage(s, clock.now(), turns=1) for s in {list(stages)!r}): time.sleep(0.01)\n"
        )
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tenure.config.settings",
            "DATABASE_URL": database_url(),
            "TENURE_SMTP_URL": smtp_url,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=20)
        if self._process.stdout is not None:
            self._process.stdout.close()
