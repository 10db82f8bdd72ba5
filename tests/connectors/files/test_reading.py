"""Files of any encoding and layout are read row by row."""

import gzip
import tracemalloc

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.connectors.csv_events.types import FileUnreadable
from tenure.connectors.files import reading
from tenure.connectors.files.rules.columns import suggest
from tenure.connectors.files.rules.values import Unreadable, read_value
from tenure.connectors.files.types import Kind, Layout, Target, ValueType
from tenure.kernel.exporting import portions

SIMPLIFIED = "客户编号,客户名称,城市\n一号,北京航运有限公司,北京的天气很好\n二号,上海物流集团,我们在上海工作\n"
TRADITIONAL = "客戶編號,客戶名稱,城市\n一號,臺灣航運股份有限公司,臺北的天氣很好\n二號,香港貿易有限公司,我們在香港工作\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "utf-8-sig"),
        (SIMPLIFIED, "utf-16"),
        (SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "utf-8-sig"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_finds_the_encoding(tmp_path, text, encoding, packed):
    path = tmp_path / "file.csv"
    path.write_bytes(gzip.compress(text.encode(encoding)) if packed else text.encode(encoding))

    found = reading.look_over(path)
    first = next(reading.rows(found))

    lines = text.splitlines()
    assert (list(found.header), list(first.cells.values())) == (lines[0].split(","), lines[1].split(","))
    meant = [c.target for c in suggest(Kind.ACCOUNTS, found.header, [first])]
    assert meant == [Target.EXTERNAL_ID, Target.NAME, Target.TRAIT]


def test_json_lines_keep_their_types_and_say_which_line_is_broken(tmp_path):
    path = tmp_path / "file.jsonl"
    path.write_text('{"external_id": "a1", "traits": {"seats": 4, "tags": ["x"]}}\n\n[1]\n{"external_id": "a2"\n')

    found = reading.look_over(path)

    assert (found.layout, found.header) == (Layout.JSON_LINES, ("external_id", "traits.seats", "traits.tags"))
    assert [(r.number, r.cells, r.wrong) for r in reading.rows(found)] == [
        (1, {"external_id": "a1", "traits.seats": 4, "traits.tags": ["x"]}, ""),
        (3, {"line": "[1]"}, "not_an_object"),
        (4, {"line": '{"external_id": "a2"'}, "not_an_object"),
    ]
    assert [c.trait for c in suggest(Kind.ACCOUNTS, found.header, [])] == ["", "seats", "tags"]


def test_a_large_file_takes_little_memory(tmp_path):
    path = tmp_path / "large.csv.gz"
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write("account_id,name,note\n")
        for n in range(300_000):
            file.write(f"a{n},Company {n},{'x' * 100}\n")
    found = reading.look_over(path)
    tracemalloc.start()

    count = sum(1 for _ in reading.rows(found))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 300_000
    assert most < 4 * 1024 * 1024  # the file holds 37 MB


@pytest.mark.parametrize(
    ("cell", "type_", "value"),
    [
        ("1,200", "number", 1200), ("-3.50", "number", -3.5), ("12%", "number", 12), ("1e3", "number", 1000.0),
        ("是", "boolean", True), ("No", "boolean", False), ("2025年6月7日", "date", "2025-06-07"),
        ("20250607", "date", "2025-06-07T00:00:00+00:00"),
        ("2025-06-07T10:00:00+02:00", "date", "2025-06-07T08:00:00+00:00"),
        ("'=1+1", "text", "=1+1"), (" ", "text", None), (True, "boolean", True),
    ],
)  # fmt: skip
def test_reads_values(cell, type_, value):
    assert read_value(cell, ValueType(type_)) == value


@pytest.mark.parametrize(
    ("cell", "type_"), [("1,2,3", "number"), ("nan", "number"), ("maybe", "boolean"), ("soon", "date"), ("12", "date")]
)
def test_refuses_values_that_are_something_else(cell, type_):
    with pytest.raises(Unreadable):
        read_value(cell, ValueType(type_))


text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=20)


@given(rows=st.lists(st.tuples(text, text), min_size=1, max_size=20), layout=st.sampled_from(["csv", "jsonl"]))
def test_what_is_exported_is_read_back(tmp_path_factory, rows, layout):
    path = tmp_path_factory.mktemp("there") / f"file.{layout}"
    rows = [(a, b) for a, b in rows if a.strip() == a and b.strip() == b and not a.startswith("'")]
    rows = [(a, b) for a, b in rows if not b.startswith("'")] or [("a", "b")]
    if layout == "csv":
        path.write_bytes(b"".join(portions(["one", "two"], rows)))
    else:
        path.write_bytes(b"".join(msgspec.json.encode({"one": a, "two": b}) + b"\n" for a, b in rows))

    read = [
        tuple(read_value(c, ValueType.TEXT) for c in row.cells.values())
        for row in reading.rows(reading.look_over(path))
    ]

    assert read == rows


def test_an_empty_file_and_a_wrong_encoding_are_refused(tmp_path):
    (tmp_path / "empty.jsonl").write_bytes(b" \n")
    (tmp_path / "wrong.csv").write_bytes("客户\n北京\n".encode("gb18030"))

    with pytest.raises(FileUnreadable):
        reading.look_over(tmp_path / "empty.jsonl")
    with pytest.raises(FileUnreadable):
        reading.look_over(tmp_path / "wrong.csv", "utf-8")
