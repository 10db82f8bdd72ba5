"""Lists written for PostgreSQL at once say what the driver's own, item by item, say."""

from datetime import UTC, date

import psycopg
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.types.array import ListDumper

from tenure.kernel.arrays import QuickListDumper

text = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"))
moments = st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1 < at.year < 9999)
KINDS = {
    "text": text | st.sampled_from(['"', "\\", "null", "NULL", "{}", ",", " ", "", "a\tb\n", "雪"]),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "float8": st.floats(allow_nan=False),
    "boolean": st.booleans(),
    "date": st.dates(min_value=date(1, 1, 1)),
    "timestamptz": moments,
}


def sent(dumper: type[ListDumper], values: list[object], kind: str) -> list[object]:
    with connection.cursor() as cursor:
        line = cursor.connection
        usual = line.adapters.get_dumper(list, psycopg.adapt.PyFormat.AUTO)
        line.adapters.register_dumper(list, dumper)
        try:
            row = psycopg.ClientCursor(line).execute(f"SELECT %s::{kind}[]", [values]).fetchone()
        finally:
            line.adapters.register_dumper(list, usual)
    return row[0]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_lists_arrive_as_they_were_sent(db, kind):
    @settings(max_examples=100, deadline=None)
    @given(st.lists(KINDS[kind] | st.none(), max_size=8))
    def arrive(values):
        assert sent(QuickListDumper, values, kind) == sent(ListDumper, values, kind) == values

    arrive()


def test_every_connection_writes_them_so(db):
    connection.ensure_connection()

    assert connection.connection.adapters.get_dumper(list, psycopg.adapt.PyFormat.TEXT) is QuickListDumper


def test_leaves_lists_of_lists_to_the_driver(db):
    assert sent(QuickListDumper, [[1, 2], [3, 4]], "bigint") == [[1, 2], [3, 4]]


@pytest.mark.parametrize("values", [["a\0b", "c"], ["a\0b", None]])
def test_refuses_a_nul_as_the_driver_does(db, values):
    with pytest.raises(psycopg.DataError, match="NUL"):
        sent(QuickListDumper, values, "text")
