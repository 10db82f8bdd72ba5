"""Files of events are read as Segment calls, or refused row by row."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.connectors.csv_events import reading
from tenure.connectors.csv_events.mapping import Ordinals
from tenure.connectors.csv_events.types import FileUnreadable
from tenure.connectors.files import queries as imports
from tenure.connectors.files import reading as files
from tenure.connectors.files import wording
from tenure.connectors.files.actions.taking.events import EventsTaker
from tenure.connectors.files.errors import ColumnsUnusable
from tenure.connectors.files.exporting import export
from tenure.connectors.files.models import Import
from tenure.connectors.files.rules.columns import read_mapping, stored, suggest
from tenure.connectors.files.types import Kind, Read, Status, Target
from tenure.customers import queries as customers
from tenure.tracking import queries as tracking
from tenure.tracking.actions import planning
from tenure.tracking.types import RuleGiven, RuleKind
from tests.connectors.files.given import checked, counts, imported, refusals
from tests.given import given_member

CLICKS = Path(__file__).parents[1] / "data" / "ecom_clickstream.csv.gz"
NOW = datetime(2026, 3, 4, tzinfo=UTC)


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "events.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read_all(path: Path, choices: str = ""):
    found = files.look_over(path)
    columns = read_mapping(Kind.EVENTS, choices, found.header, suggest(Kind.EVENTS, found.header, files.sample(found)))
    of = Import(
        workspace_id=1, kind="events", header=list(found.header), columns=stored(columns), said_at=NOW,
        status=Status.RUNNING,
    )  # fmt: skip
    taker = EventsTaker(of)
    read = [taker.read(row) for row in files.rows(found)]
    return [each.what if isinstance(each, Read) else each for each in read]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_reads_chinese_in_any_common_encoding(tmp_path, encoding):
    lines = "".join(f"點擊商品頁面,2026-02-03 10:00:00,使用者{i:04d}\n" for i in range(200))
    path = written(tmp_path, "event,timestamp,user_id\n" + lines, encoding)

    calls = read_all(path)

    assert (calls[7][0]["event"], calls[7][0]["userId"]) == ("點擊商品頁面", "使用者0007")


def test_finds_semicolons_and_other_names_of_columns(tmp_path):
    path = written(tmp_path, "Action;Time;Customer ID;Company;Price\nbought;1767225600;7;acme;9.5\n")

    [[call]] = read_all(path)

    assert call == {
        "type": "track",
        "event": "bought",
        "messageId": call["messageId"],
        "timestamp": "2026-01-01T00:00:00+00:00",
        "userId": "7",
        "anonymousId": None,
        "properties": {"Price": "9.5"},
        "context": {"groupId": "acme"},
    }


def test_tells_traits_once_until_they_change(tmp_path):
    rows = [
        "a,2026-01-01,u1,Maya,acme,Starter",
        "b,2026-01-02,u1,Maya,acme,Starter",
        "c,2026-01-03,u1,Maya,acme,Premium",
    ]
    path = written(tmp_path, "event,timestamp,user_id,name,account_id,plan\n" + "\n".join(rows))

    calls = read_all(path, "event=event,user.name=name,account.plan=plan")

    assert [[c["type"] for c in row] for row in calls] == [
        ["identify", "group", "track"],
        ["track"],
        ["group", "track"],
    ]
    assert calls[2][0]["traits"] == {"plan": "Premium"}


def test_says_why_a_row_cannot_be_used(tmp_path):
    rows = [
        "",
        ",2026-01-01,u",
        "a,2026-01-01,",
        "a,soon,u",
        "a,1970-01-01,u",
        "a,2027-01-01,u",
        "a,b",
        "ok,2026-01-01,u",
    ]
    path = written(tmp_path, "event,timestamp,user_id\n" + "\n".join(rows) + "\n")

    codes = [getattr(row, "code", "taken") for row in read_all(path)]

    assert codes == [
        "no_event", "no_id", "timestamp_unreadable", "timestamp_out_of_range", "timestamp_out_of_range",
        "wrong_number_of_cells", "taken",
    ]  # fmt: skip
    assert [wording.reason(row.code, row.particulars) for row in read_all(path)[2:4]] == [
        "“soon” is not a date and time.",
        "1970-01-01T00:00:00+00:00 is before 1990 or in the future.",
    ]


def test_history_from_before_2000_is_taken(tmp_path):
    path = written(tmp_path, "event,timestamp,user_id\na,1989-12-31T23:59:59Z,u\na,1990-01-01,u\na,1997-01-01,u\n")

    codes = [getattr(row, "code", "taken") for row in read_all(path)]

    assert codes == ["timestamp_out_of_range", "taken", "taken"]


def test_one_event_for_every_row_when_no_column_names_it(workspace, tmp_path):
    found = files.look_over(
        written(tmp_path, "user_id,day,name\nu1,1997-01-18,Blue\nu1,1997-01-18,Blue\n", name="p.csv")
    )
    mapping = "timestamp=day"

    first = imported(found, Kind.EVENTS, mapping=mapping, event="Order Completed")
    again = imported(found, Kind.EVENTS, mapping=mapping, event="Order Completed")
    other = imported(found, Kind.EVENTS, mapping=mapping, event="Order Shipped")

    assert [counts(of) for of in (first, again, other)] == [(2, 0, 0, 0), (0, 0, 2, 0), (2, 0, 0, 0)]
    assert sorted((r["event"], r["timestamp"][:10], r["properties"]) for r in export(Kind.EVENTS).records) == [
        ("Order Completed", "1997-01-18", {"name": "Blue"}),
        ("Order Completed", "1997-01-18", {"name": "Blue"}),
        ("Order Shipped", "1997-01-18", {"name": "Blue"}),
        ("Order Shipped", "1997-01-18", {"name": "Blue"}),
    ]


def test_a_row_that_names_its_event_is_that_one(tmp_path):
    path = written(tmp_path, "event,timestamp,user_id\nbought,2026-01-01,u\n,2026-01-01,u\n")
    found = files.look_over(path)
    columns = suggest(Kind.EVENTS, found.header, files.sample(found))
    of = Import(
        workspace_id=1, kind="events", header=list(found.header), columns=stored(columns), said_at=NOW,
        status=Status.RUNNING, event="visited",
    )  # fmt: skip

    taker = EventsTaker(of)

    assert [taker.read(row).what[-1]["event"] for row in files.rows(found)] == ["bought", "visited"]


def test_the_event_of_all_rows_is_refused_where_there_is_none():
    header = ("id", "timestamp", "user_id")

    with pytest.raises(ColumnsUnusable, match="accounts have no field 'event'"):
        read_mapping(Kind.ACCOUNTS, "external_id=id", header, [], event="Order Completed")
    with pytest.raises(ColumnsUnusable, match="at most 255"):
        read_mapping(Kind.EVENTS, "timestamp=timestamp,user_id=user_id", header, [], event="x" * 256)
    with pytest.raises(ColumnsUnusable, match="say --event NAME"):
        read_mapping(Kind.EVENTS, "timestamp=timestamp,user_id=user_id", header, [])


def test_names_the_columns_there_are_when_the_mapping_does_not_fit():
    header = ("what", "when", "who")

    with pytest.raises(ColumnsUnusable, match=r"Which column is the event.*what, when, who"):
        read_mapping(Kind.EVENTS, "", header, [])
    with pytest.raises(ColumnsUnusable, match="no column 'whom'"):
        read_mapping(Kind.EVENTS, "event=what,timestamp=when,user_id=whom", header, [])
    chosen = read_mapping(Kind.EVENTS, "event=what,timestamp=when,user_id=who", header, [])
    assert {c.target: c.name for c in chosen} == {
        Target.EVENT: "what", Target.TIMESTAMP: "when", Target.USER_ID: "who",
    }  # fmt: skip


def test_says_what_is_wrong_with_a_file(tmp_path):
    with pytest.raises(FileUnreadable, match="not a file"):
        reading.look_over(tmp_path / "missing.csv")
    with pytest.raises(FileUnreadable, match="is empty"):
        reading.look_over(written(tmp_path, ""))
    with pytest.raises(FileUnreadable, match="appear twice"):
        reading.look_over(written(tmp_path, "a,a\n1,2\n"))
    with pytest.raises(FileUnreadable, match="Name its encoding"):
        reading.look_over(written(tmp_path, "event,timestamp\nä,2026-01-01\n", "latin-1"), "utf-8")
    with pytest.raises(FileUnreadable, match="is not utf-16: it holds no zero bytes"):
        reading.look_over(written(tmp_path, "event,timestamp\nabc,2026-01-01\n"), "utf-16")


def test_keeps_the_rows_before_a_file_breaks_off(tmp_path, workspace):
    whole = gzip.compress(("event,timestamp,user_id\n" + "a,2026-01-01,u\n" * 200_000).encode())
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])

    of = imported(files.look_over(path), Kind.EVENTS)

    assert (of.status, of.problem) == (Status.FAILED, "breaks_off")
    assert of.new > 0
    assert tracking.events_stored() > 0


def test_json_lines_keep_the_types_of_properties(tmp_path):
    path = written(
        tmp_path,
        '{"event": "Bought", "timestamp": "2026-01-01T10:00:00Z", "userId": "u1", "properties": {"seats": 3}, '
        '"plan": 4}\n'
        '{"event": "Bought", "timestamp": 1767225600, "userId": 7, "properties": [1], "plan": null}\n'
        '{"event": "Left", "timestamp": 1767225600, "userId": 7, "groupId": "acme"}\n',
        name="events.jsonl",
    )

    first, second, third = read_all(path)

    assert (first[0]["properties"], first[0]["userId"]) == ({"seats": 3, "plan": 4}, "u1")
    assert (second.code, second.column) == ("properties_unreadable", "properties")
    assert third[0]["userId"] == "7"


@given(st.lists(st.integers(0, 5), max_size=60))
def test_marks_are_counted_as_long_as_there_is_room(marks):
    few = Ordinals(slots=64)
    seen: dict[int, int] = {}

    for mark in marks:
        seen[mark or 1] = seen.get(mark or 1, 0) + 1
        assert few.next(mark) == seen[mark or 1]


@given(st.lists(st.sampled_from(["a,2026-01-01,u", "a,2026-01-01,v", "b,2026-01-01,u"]), max_size=30))
def test_gives_every_row_an_id_of_its_own_and_the_same_again(tmp_path_factory, rows):
    path = written(tmp_path_factory.mktemp("rows"), "event,timestamp,user_id\n" + "\n".join(rows) + "\n")

    first, again = ([call[0]["messageId"] for call in read_all(path)] for _ in range(2))

    assert first == again
    assert len(set(first)) == len(rows)


def test_imports_a_real_clickstream_once_however_often_it_is_repeated(workspace, tmp_path):
    found = files.look_over(CLICKS)

    dry = checked(found, Kind.EVENTS)
    assert (dry.rows, *counts(dry)) == (31_106, 31_106, 0, 0, 0)
    assert (tracking.waiting_calls(), tracking.events_stored()) == (0, 0)

    assert counts(imported(found, Kind.EVENTS)) == (31_106, 0, 0, 0)
    assert counts(imported(found, Kind.EVENTS)) == (0, 0, 31_106, 0)

    assert tracking.events_stored() == 31_106
    assert counts(checked(found, Kind.EVENTS)) == (0, 0, 31_106, 0)
    facts = customers.account_facts([])
    assert facts.num_rows == 600, "each visitor is an account of one"


def test_writes_refused_rows_with_their_line_and_reason(tmp_path, workspace):
    path = written(tmp_path, "event,timestamp,user_id\nok,2026-01-01,u\n,2026-01-01,u\nbad,never,u\n")

    of = imported(files.look_over(path), Kind.EVENTS)

    assert counts(of) == (1, 0, 0, 2)
    assert list(imports.refused_lines(of)) == [
        ["The row names no event.", 3, "event", "", "2026-01-01", "u"],
        ["“never” is not a date and time.", 4, "timestamp", "bad", "never", "u"],
    ]


def test_refuses_row_by_row_what_the_tracking_plan_blocks(tmp_path, workspace):
    ada = given_member()
    planning.define_rule(RuleGiven(kind=RuleKind.BLOCK, event="spam"), by=ada)
    path = written(tmp_path, "event,timestamp,user_id\nok,2026-01-01,u\nspam,2026-01-01,u\n")

    dry, of = checked(files.look_over(path), Kind.EVENTS), imported(files.look_over(path), Kind.EVENTS)

    assert counts(dry) == counts(of) == (1, 0, 0, 1)
    assert refusals(of) == [(3, "event_blocked")]
    assert tracking.refusals().count() == 0
