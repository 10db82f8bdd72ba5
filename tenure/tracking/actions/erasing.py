"""Forgetting customers: in the lake, which is rewritten, in the intake log and among what was refused."""

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import msgspec
import zstandard
from django.db import connection, transaction

from tenure.customers.types import CustomerSet
from tenure.kernel import clock, keeping, tenancy
from tenure.lake import engine, tables
from tenure.tracking.actions.intake import alone_with, work_through
from tenure.tracking.actions.rollups import refresh_days
from tenure.tracking.errors import IntakeIsBusy
from tenure.tracking.models import IntakeBatch
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, MONTHS, PERSON_DAY, SESSION_DAY

NAMES = ("userId", "anonymousId", "previousId", "groupId")
"""Where a call names whom it is about."""
_BATCHES_AT_ONCE = 200
_MOST_GLANCED_FOR = 200
_AS_IT_IS = re.compile(r"\d+|[^\W\d_][^\"\\\x00-\x1f]*")
_NO_TEXTS = ("True", "False", "None", "Infinity", "NaN", "inf", "nan", "infinity")


def erase_customers(customers: CustomerSet) -> dict[str, int]:
    """Forget what these customers did; returns how many rows, by where they were.

    What waits in the intake log is read first, so that nothing of them comes back afterwards. Days on which they did
    something are counted anew without them. Raises `IntakeIsBusy` when another process reads the log just then.
    """
    workspace_id = tenancy.current_workspace_id()
    while work_through(workspace_id, clock.now()):
        pass
    with alone_with(workspace_id) as alone:
        if not alone:
            raise IntakeIsBusy
        days = _days_of(customers)
        done = {
            "events of people": tables.delete_rows(workspace_id, EVENTS, "person_id", customers.person_ids),
            "events of accounts": tables.delete_rows(workspace_id, EVENTS, "account_id", customers.account_ids),
        }
        refresh_days(workspace_id, days)
        of_both = {"person_id": customers.person_ids, "account_id": customers.account_ids}
        for column, ids in of_both.items():  # of days, too, whose events are no longer kept
            tables.delete_rows(workspace_id, PERSON_DAY, column, ids)
            tables.delete_rows(workspace_id, SESSION_DAY, column, ids)
            tables.delete_rows(workspace_id, MONTHS[column], "subject", ids)
        tables.delete_rows(workspace_id, ACCOUNT_DAY, "account_id", customers.account_ids)
        done["intake log"] = _forget_in_log(set(customers.words))
    done["refused events"] = _forget_refusals(customers.words)
    return {where: count for where, count in (done | keeping.erase("tracking", customers.named)).items() if count}


def _days_of(customers: CustomerSet) -> list[date]:
    found = tables.files(tenancy.current_workspace_id(), EVENTS)
    if not found:
        return []
    engine.name_files("erasing_events", EVENTS, found)
    people = ", ".join(map(str, customers.person_ids)) or "-1"
    accounts = ", ".join(map(str, customers.account_ids)) or "-1"
    days = engine.run_sql(
        f"SELECT DISTINCT dt FROM erasing_events WHERE person_id IN ({people}) OR account_id IN ({accounts})"  # noqa: S608
    )
    return list(days["dt"].to_pylist())


@transaction.atomic
def _forget_in_log(words: Collection[str]) -> int:
    """Take calls that name them out of batches that were read already; returns how many.

    Batches are compressed, so each has to be opened; the few that may name them are taken apart, and all that changed
    of some hundred batches is written at once.
    """
    may_name = _glance(words)
    gone, after = 0, 0
    done = IntakeBatch.objects.filter(status=IntakeBatch.DONE).order_by("pk")
    while found := list(done.filter(pk__gt=after).values_list("pk", "content")[:_BATCHES_AT_ONCE]):
        after = found[-1][0]
        changed: list[tuple[int, bytes, int]] = []
        for pk, content in found:
            try:
                body = zstandard.ZstdDecompressor().decompress(content)
                if not may_name(body):
                    continue
                said = msgspec.json.decode(body)
                calls = said["batch"]
                left = [call for call in calls if not _is_about(call, words)]
            except (zstandard.ZstdError, msgspec.DecodeError, KeyError, TypeError):
                continue
            if len(left) != len(calls):
                gone += len(calls) - len(left)
                rest = zstandard.ZstdCompressor(level=1).compress(msgspec.json.encode({**said, "batch": left}))
                changed.append((pk, rest, len(left)))
        if changed:
            with connection.cursor() as cursor:
                cursor.execute(
                    """
                    UPDATE tracking_intakebatch b SET content = r.content, event_count = r.event_count
                    FROM unnest(%s::bigint[], %s::bytea[], %s::int[]) AS r (id, content, event_count) WHERE b.id = r.id
                    """,
                    [list(column) for column in zip(*changed, strict=True)],
                )
    return gone


def _glance(words: Collection[str]) -> Callable[[bytes], bool]:
    """Return a quick look that says of a body whether it may name them; it never misses one that does.

    A word stands in JSON as it is, unless something is written with a backslash or is no text: a number can be written
    in many ways.
    """
    plain = [word for word in words if _AS_IT_IS.fullmatch(word) and word not in _NO_TEXTS]
    if len(plain) < len(words) or len(words) > _MOST_GLANCED_FOR:
        return lambda body: True
    needles = [word.encode(errors="surrogatepass") for word in plain]
    return lambda body: b"\\" in body or any(needle in body for needle in needles)


def _is_about(call: Any, words: Collection[str]) -> bool:
    if not isinstance(call, dict):  # refused when it was read, and still in its batch
        return False
    context = call.get("context") if isinstance(call.get("context"), dict) else {}
    return any(str(call.get(name)) in words for name in NAMES) or str((context or {}).get("groupId")) in words


def _forget_refusals(words: Collection[str]) -> int:
    """Delete refused calls whose text names them; it may be broken, so it is searched for the ids in quotes."""
    marks = [b'"' + word.encode() + b'"' for word in words]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM tracking_refusal r WHERE r.workspace_id = %s AND EXISTS (
                SELECT FROM unnest(%s::bytea[]) AS mark
                WHERE position(mark IN r.raw) > 0 OR position(mark IN coalesce(r.mended, '')) > 0
            )
            """,
            [tenancy.current_workspace_id(), marks],
        )
        return int(cursor.rowcount)
