"""What calls said of consent, read again from the lake."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import pyarrow as pa

from tenure.kernel import clock
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables
from tenure.tracking.queries.attribution import attribution
from tenure.tracking.rules.consenting import NEEDLE, preferences_in
from tenure.tracking.types.lake import EVENTS


class ConsentCall(NamedTuple):
    """What one call said of one purpose."""

    person_id: int
    source: str
    purpose: str
    is_given: bool
    at: datetime
    message_id: str


def consents_since(person_ids: Iterable[int], since: datetime) -> list[ConsentCall]:
    """Return every word of these people's calls after a moment, repetitions included, in the order they were said."""
    known = attribution()
    people = {trace: person for person in set(person_ids) for trace in known.traces_of(person)}
    days = [since.date() + timedelta(days=n) for n in range((clock.now().date() - since.date()).days + 2)]
    found = tables.files(current_workspace_id(), EVENTS, days) if people else []
    if not found:
        return []
    engine.name_files("tracking_said", EVENTS, found)
    engine.name_rows("tracking_sayers", pa.table({"id": pa.array(list(people), pa.int64())}))
    rows = engine.run_sql(
        f"""
        SELECT person_id, source, ts, message_id, context FROM tracking_said
        WHERE person_id IN (SELECT id FROM tracking_sayers) AND contains(context, '{NEEDLE.decode()}')
        ORDER BY ts, message_id
        """  # noqa: S608  (names are our own)
    )
    return [
        ConsentCall(people[row["person_id"]], row["source"], purpose, is_given, row["ts"], row["message_id"])
        for row in rows.to_pylist()
        if row["ts"] > since
        for purpose, is_given in preferences_in(row["context"].encode())
    ]
