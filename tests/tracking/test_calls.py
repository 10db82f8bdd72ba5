"""What calls say, and which are refused alone."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.tracking.rules.calls import read_all
from tenure.tracking.rules.gathering import Gathered, Origin

ORIGIN = Origin(batch_id=7, received_at=datetime(2026, 3, 10, tzinfo=UTC), skew=0, source="sdk")
GOOD = b'{"type":"track","event":"Exported","userId":"maya","messageId":"good"}'


def gathered(*raw: bytes) -> Gathered:
    made = Gathered()
    made.add(b'{"batch":[%s]}' % b",".join([*raw, GOOD]), ORIGIN)
    assert made.message_id[-1] == "good", "neighbours are spared"
    return made


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"type":"track","event":"x"}', "id_missing"),
        (b'{"type":"track","event":"x","userId":"undefined","anonymousId":" "}', "id_missing"),
        (b'{"type":"track","event":"x","userId":"[object Object]"}', "id_missing"),
        (b'{"type":"track","userId":"u"}', "event_name_missing"),
        (b'{"type":"group","userId":"u"}', "group_id_missing"),
        (b'{"type":"alias","userId":"u"}', "id_missing"),
        (b'{"type":"purchase","userId":"u"}', "type_unknown"),
        (b'{"userId":"u"}', "field_wrong"),
        (b'{"type":"track","event":"x","userId":["u"]}', "field_wrong"),
        (b'{"type":"track","event":"x","userId":"%s"}' % (b"u" * 501), "field_too_long"),
        (b'{"type":"track","event":"x","userId":"a\\u0000b"}', "nul_character"),
        (b'{"type":"track","event":"x","userId":"u","timestamp":"yesterday"}', "timestamp_unreadable"),
        (b'{"type":"track","event":"x","userId":"u","properties":{"a":"%s"}}' % (b"x" * 33_000), "call_too_large"),
        (b"[1]", "call_not_an_object"),
        (
            b'{"type":"track","event":"x","userId":"u","properties":%s}'
            % msgspec.json.encode({f"property {n}": n for n in range(10_000)}),
            "too_many_properties",
        ),
    ],
)
def test_refuses_one_call_with_its_reason(raw, code):
    made = gathered(raw)

    assert [(r.fault.code, len(made)) for r in made.refused] == [(code, 1)]
    assert made.refused[0].raw


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [
        (b'"2026-03-09T10:00:00Z"', datetime(2026, 3, 9, 10, tzinfo=UTC)),
        (b'"2026-03-09T10:00:00.123456+08:00"', datetime(2026, 3, 9, 2, 0, 0, 123456, UTC)),
        (b'"2026-03-09 10:00:00"', datetime(2026, 3, 9, 10, tzinfo=UTC)),
        (b"1772964000", datetime(2026, 3, 8, 10, tzinfo=UTC)),
        (b"1772964000123", datetime(2026, 3, 8, 10, 0, 0, 123000, UTC)),
        (b"null", None),
    ],
)
def test_reads_moments_as_products_write_them(timestamp, expected):
    made = gathered(b'{"type":"track","event":"x","userId":"u","timestamp":%s}' % timestamp)

    assert made.refused == []
    assert made.timestamp[0] == expected


def test_takes_whatever_people_are_called():
    made = gathered('{"type":"track","event":"导出 📈","userId":"مايا","properties":{"who":"👩‍👩‍👧"}}'.encode())

    assert (made.event[0], made.user_id[0]) == ("导出 📈", "مايا")
    assert msgspec.json.decode(made.properties[0]) == {"who": "👩‍👩‍👧"}


def test_mends_payloads_that_no_database_would_take():
    made = gathered(
        rb'{"type":"identify","userId":"u","traits":{"a":"x\u0000y","b":"\ud800","c":"\ud83d\ude00","d":"\\u0000"}}'
    )

    assert made.refused == []
    assert made.traits[0] == {"a": "x\ufffdy", "b": "\ufffd", "c": "😀", "d": "\\u0000"}


@pytest.mark.parametrize("payload", [b"null", b"[]", b'"text"', b"7"])
def test_a_payload_that_is_no_object_is_empty(payload):
    made = gathered(b'{"type":"track","event":"x","userId":1,"properties":%s,"context":%s}' % (payload, payload))

    assert (made.refused, made.user_id[0], made.properties[0], made.context[0]) == ([], "1", b"{}", b"{}")


def test_names_pages_and_screens_as_segment_does():
    made = gathered(
        b'{"type":"page","userId":"u","name":"Pricing","category":"Docs"}',
        b'{"type":"page","userId":"u"}',
        b'{"type":"screen","userId":"u","name":"Home"}',
    )

    assert made.event[:3] == ["Viewed Docs Pricing Page", "Loaded a Page", "Viewed Home Screen"]


def test_learns_the_time_zone_beside_an_identify():
    context = b'{"timezone":"Asia/Taipei","locale":"zh-TW","groupId":"fjord"}'
    made = gathered(b'{"type":"identify","userId":"u","traits":{"locale":"en"},"context":%s}' % context)

    assert (made.traits[0], made.group_id[0]) == ({"locale": "en", "timezone": "Asia/Taipei"}, "fjord")


def test_a_call_without_an_id_of_its_own_gets_one_from_its_place():
    assert gathered(b'{"type":"track","event":"x","userId":"u"}').message_id == ["7-0", "good"]


def test_deep_nesting_costs_no_neighbour():
    deep = b'{"a":' * 2_000 + b"1" + b"}" * 2_000
    made = gathered(b'{"type":"track","event":"x","userId":"u","properties":%s}' % deep)

    assert [r.fault.code for r in made.refused] == ["nested_too_deep"]


ids = st.none() | st.sampled_from(["maya", " ", "null", "a" * 30, "\u4f60\u597d"]) | st.integers(0, 9)
plain_calls = st.fixed_dictionaries(
    {"type": st.just("track"), "event": st.sampled_from(["A", "B b"]), "userId": ids, "anonymousId": ids},
    optional={
        "messageId": st.sampled_from(["m1", "m2"]),
        "timestamp": st.just("2026-03-04T05:06:07Z"),
        "properties": st.none() | st.dictionaries(st.sampled_from("ab"), st.integers(), max_size=2),
        "context": st.dictionaries(st.sampled_from(["groupId", "ip"]), ids, max_size=2),
        "traits": st.just({}),
    },
)


@given(st.lists(plain_calls, max_size=5))
def test_takes_a_plain_batch_at_once_as_it_would_call_by_call(calls):
    at_once, one_by_one = Gathered(), Gathered()
    content = msgspec.json.encode({"batch": calls})

    at_once.add(content, ORIGIN)
    one_by_one._take_each(enumerate(read_all(content)), ORIGIN, odd=False)

    columns = (
        "type", "message_id", "user_id", "anonymous_id", "group_id", "previous_id", "event", "timestamp", "traits",
    )  # fmt: skip
    for column in columns:
        assert getattr(at_once, column) == getattr(one_by_one, column), column
    assert list(at_once.properties) == list(one_by_one.properties)
    assert list(at_once.context) == list(one_by_one.context)
    assert [(r.fault, r.raw) for r in at_once.refused] == [(r.fault, r.raw) for r in one_by_one.refused]
