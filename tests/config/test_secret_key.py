"""The key that signs sessions is there whole, or not at all, whatever was killed while it was made."""

import stat
import subprocess
import sys

import pytest

from tests.config.running import ROOT, environment

READ = "from tenure.config import settings; print(settings.SECRET_KEY)"


def starts(home, how_many):
    """Start several processes at once; they need no database to find the key."""
    told = environment(home, DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    running = [
        subprocess.Popen([sys.executable, "-c", READ], env=told, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(how_many)
    ]
    return [process.communicate(timeout=60)[0].strip() for process in running]


@pytest.mark.parametrize("left", [None, ""], ids=["is new", "was left empty by a kill"])
def test_all_who_start_at_once_have_the_same_key(tmp_path, left):
    if left is not None:
        (tmp_path / "secret_key").write_text(left)
        (one,) = starts(tmp_path, 1)
    else:
        one = ""

    keys = set(starts(tmp_path, 3))

    assert len(keys) == 1
    assert len(min(keys)) == 64
    assert one in {"", min(keys)}
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
