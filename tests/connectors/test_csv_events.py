import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.connectors.csv_events import mapping, reading
from tenure.connectors.csv_events.actions import import_events
from tenure.connectors.csv_events.types import Field, FileUnreadable, MappingWrong
from tenure.tracking import queries as tracking

CLICKS = Path(__file__).parents[1] / "data" / "ecom_clickstream.csv.gz"
NOW = datetime(2026, 3, 4, tzinfo=UTC)


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "events.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read_all(path: Path, choices: str = ""):
    sheet = reading.look_over(path)
    reader = mapping.RowReader(sheet, mapping.read_mapping(choices, sheet), now=NOW)
    return [reader.read(number, cells) for number, cells in reading.rows(sheet)]


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


def test_names_the_columns_there_are_when_the_mapping_does_not_fit(tmp_path):
    sheet = reading.look_over(written(tmp_path, "what,when,who\na,2026-01-01,u\n"))

    with pytest.raises(MappingWrong, match=r"Which column is the event.*what, when, who"):
        mapping.read_mapping("", sheet)
    with pytest.raises(MappingWrong, match="no column 'whom'"):
        mapping.read_mapping("event=what,timestamp=when,user_id=whom", sheet)
    chosen = mapping.read_mapping("event=what,timestamp=when,user_id=who", sheet)
    assert chosen.fields == {Field.EVENT: "what", Field.TIMESTAMP: "when", Field.USER_ID: "who"}


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
    sheet = reading.look_over(path)

    with pytest.raises(FileUnreadable, match="the file cannot be read"):
        import_events(sheet, mapping.read_mapping("", sheet))

    assert tracking.waiting_calls() > 0


@given(st.lists(st.sampled_from(["a,2026-01-01,u", "a,2026-01-01,v", "b,2026-01-01,u"]), max_size=30))
def test_gives_every_row_an_id_of_its_own_and_the_same_again(tmp_path_factory, rows):
    path = written(tmp_path_factory.mktemp("rows"), "event,timestamp,user_id\n" + "\n".join(rows) + "\n")

    first, again = ([call[0]["messageId"] for call in read_all(path)] for _ in range(2))

    assert first == again
    assert len(set(first)) == len(rows)


def test_imports_a_real_clickstream_once_however_often_it_is_repeated(workspace, run_stages, tmp_path):
    from tenure.customers import queries as customers

    sheet = reading.look_over(CLICKS)
    columns = mapping.read_mapping("", sheet)

    dry = import_events(sheet, columns, dry_run=True)
    assert (dry.rows, dry.taken, dry.refused_rows, dry.people) == (31_106, 31_106, 0, 600)
    assert tracking.waiting_calls() == 0

    for _ in range(2):
        import_events(sheet, columns)
        run_stages()
        assert tracking.events_stored() == 31_106

    facts = customers.account_facts([])
    assert facts.num_rows == 600, "each visitor is an account of one"


def test_writes_refused_rows_with_their_line_and_reason(tmp_path, workspace):
    path = written(tmp_path, "event,timestamp,user_id\nok,2026-01-01,u\n,2026-01-01,u\nbad,never,u\n")
    sheet = reading.look_over(path)

    report = import_events(sheet, mapping.read_mapping("", sheet), errors=tmp_path / "refused.csv")

    assert (report.rows, report.taken, report.refused) == (3, 1, {"no_event": 1, "timestamp_unreadable": 1})
    with (tmp_path / "refused.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(r["line"], r["code"]) for r in rows] == [("3", "no_event"), ("4", "timestamp_unreadable")]
