import re
from pathlib import Path

from tenure.collect.codes import Code

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "intake.md"


def test_every_code_is_explained_and_no_other():
    codes = re.findall(r"^\|(?: \d+ \|)? `([a-z0-9_]+)` \|", PAGE.read_text(), re.MULTILINE)
    explained = [code for code in codes if not code.startswith("tenure_")]  # those are metrics

    assert sorted(explained) == sorted(Code)
