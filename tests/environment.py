"""Loaded before Django: the tests' own home folder, and one embedded PostgreSQL cluster shared by test processes."""

import os
import tempfile
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

os.environ.pop("TENURE_SMTP_URL", None)
os.environ.pop("TENURE_DEMO", None)
os.environ["TENURE_HOME"] = tempfile.mkdtemp(prefix="tenure-tests-")
os.environ["TENURE_SECRET_KEY"] = "only-for-tests-" + "x" * 40
os.environ["TENURE_HOSTS"] = "127.0.0.1,localhost,testserver"

if not os.environ.get("DATABASE_URL"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tenure.config.postgres import start_embedded

        cluster = ROOT / "var" / "tests"
        cluster.mkdir(parents=True, exist_ok=True)
        os.environ["DATABASE_URL"] = start_embedded(cluster)
