"""Static segments: who is on the list, and who is meant by ids that were pasted."""

import re
from collections.abc import Iterable, Sequence

from tenure.customers import queries as customers
from tenure.segments.models import Membership
from tenure.segments.types import Subject
from tenure.segments.types.answers import ListRead

MOST_LISTED = 100_000
_APART = re.compile(r"[\s,;]+")


def ids_written(text: str) -> Sequence[str]:
    """Take a pasted text or a file of one column apart: one a line, or between commas, semicolons or tabs."""
    lines = [line.strip().strip("\"'") for line in text.replace("\x00", "").splitlines()]
    parts = [part.strip("\"'") for line in lines for part in _APART.split(line)]
    return list(dict.fromkeys(part for part in parts if part))[:MOST_LISTED]


def who_is_meant(subject: Subject, written: Iterable[str]) -> ListRead:
    """Find accounts by your product's id, our number (`#17`) or domain; people by id, number or e-mail address."""
    asked = list(dict.fromkeys(each.strip() for each in written if each.strip()))
    known = customers.ids_meant("account" if subject is Subject.ACCOUNT else "person", asked)
    return ListRead(
        found=[(each, known[each]) for each in asked if each in known],
        unknown=[each for each in asked if each not in known],
    )


def listed_names(segment_id: int) -> Sequence[str]:
    """Return who is on a list by your product's ids, or by our numbers where it has none; in order."""
    members = Membership.objects.filter(segment=segment_id, left_at=None)
    rows = members.values_list("account_id", "account__external_id", "person_id", "person__external_id")
    return sorted(
        (account_name if account else person_name) or f"#{account or person}"
        for account, account_name, person, person_name in rows
    )
