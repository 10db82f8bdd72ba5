"""The quick look at a batch takes exactly what looking at each call by itself would take."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.collect.checking import examine_batch, examine_batch_to_screen, examine_call, moment
from tenure.collect.codes import BodyRefused, Code
from tenure.collect.limits import Limits
from tenure.collect.mending import mended, split_batch
from tenure.collect.rates import Rates
from tenure.collect.refusing import RefusalBook
from tenure.collect.understanding import screened
from tenure.customers.types import Micros
from tenure.tracking.rules.gathering import Gathered, Origin
from tenure.tracking.rules.screening import screen_from
from tenure.tracking.types import RefusedCall, RuleGiven, RuleKind

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LIMITS = Limits(call_bytes=1_000_000, calls=40)

texts = st.text(max_size=3) | st.sampled_from(["", "ada", "a\x00b", "half \ud83d", "\\u0000", "😀", "x" * 256])
payloads = st.none() | st.dictionaries(st.text(max_size=3), st.text(max_size=3) | st.integers() | st.none(), max_size=2)
moments = st.sampled_from(
    [
        None, "2026-03-04T11:59:59.123Z", "2026-03-04T11:59:59.123456789+08:00", "2026-03-04", "2026-03-04T11:59:59",
        "1970-01-01T00:00:00Z", "2027-03-04T00:00:00Z", "2026-03-05T11:00:00Z", "2026-99-04T00:00:00Z", "soon", "", 7,
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    ]
)  # fmt: skip
kinds = st.sampled_from(["identify", "group", "track", "page", "screen", "alias"])
calls = st.fixed_dictionaries(
    {},
    optional={
        "type": kinds | st.sampled_from(["", "delete", None, 7]),
        "userId": texts | st.none() | st.integers(0, 5) | st.lists(st.integers(), max_size=1),
        "anonymousId": texts | st.none(),
        "groupId": texts | st.none(),
        "event": texts | st.none() | st.integers(),
        "messageId": texts,
        "timestamp": moments,
        "properties": payloads | st.text(max_size=3),
        "traits": payloads,
        "context": payloads | st.lists(st.none(), max_size=1),
    },
)
good_calls = st.builds(
    lambda kind, who, more: {"type": kind, "userId": who, "event": "E", "groupId": "g", **more},
    kinds,
    st.sampled_from(["ada", "贝", 7]),
    st.fixed_dictionaries({}, optional={"timestamp": moments, "properties": payloads, "messageId": texts}),
)
batches = st.lists(calls | good_calls, max_size=5) | st.lists(good_calls, max_size=5)
sent = st.sampled_from([None, "2026-03-04T12:00:01Z", "2027-03-04T12:00:00Z", "1999-01-01T00:00:00Z", "x", 5])


def taken(content: bytes) -> list[Any]:
    return json.loads(content)["batch"] if content else []


def is_fine(call: Any, sent_at: Any) -> bool:
    """The slow, obvious way: what the documentation of Segment's API asks, in plain words."""
    if not isinstance(call, dict) or call.get("type") not in {"identify", "group", "track", "page", "screen", "alias"}:
        return False
    ids = ["userId", "anonymousId", *(["groupId"] if call["type"] == "group" else [])]
    if all(call.get(name) in (None, "") for name in ids):
        return False
    if call["type"] == "track" and not call.get("event"):
        return False
    if call["type"] == "group" and call.get("groupId") in (None, ""):
        return False
    for name in ("userId", "anonymousId", "groupId", "event", "messageId"):
        value = call.get(name)
        if isinstance(value, str) and (len(value) > 255 or "\x00" in value):
            return False
        if value is not None and not isinstance(value, str) and not (isinstance(value, int) and name.endswith("Id")):
            return False
        if name == "messageId" and not isinstance(value, str | None):
            return False
    if any(not isinstance(call.get(name), dict | None) for name in ("properties", "traits", "context")):
        return False
    at = call.get("timestamp")
    if at is None:
        return True
    try:
        read = datetime.fromisoformat(at)
        read = read if read.tzinfo else read.replace(tzinfo=UTC)
        if moment(sent_at if isinstance(sent_at, str) else None):
            read = read - (datetime.fromisoformat(sent_at) - NOW)
        return LIMITS.earliest <= read <= NOW + LIMITS.latest_ahead
    except (TypeError, ValueError, OverflowError):
        return False


@given(batches, sent)
def test_takes_exactly_the_calls_that_are_fine(batch, sent_at):
    body = json.dumps({"batch": batch, "sentAt": sent_at, "writeKey": "wk"}, separators=(",", ":")).encode()

    examined = examine_batch(body, NOW, LIMITS)

    whole = [json.loads(json.dumps(call).encode("utf-8", "replace")) for call in batch]
    fine = [call for call in mend_all(whole) if is_fine(call, sent_at)]
    assert taken(examined.content) == fine
    assert examined.call_count == len(fine)
    assert examined.call_count + len(examined.refused) == len(batch)
    assert examined.write_key == "wk"


@given(batches, sent)
def test_reads_what_a_plan_asks_without_taking_anything_else(batch, sent_at):
    body = json.dumps({"batch": batch, "sentAt": sent_at, "writeKey": "wk"}, ensure_ascii=False).encode(
        "utf-8", "replace"
    )
    screen = screen_from([RuleGiven(kind=RuleKind.DROP, field="a"), RuleGiven(kind=RuleKind.HASH, field="b")], b"key")

    read = examine_batch_to_screen(body, NOW, LIMITS)

    assert dataclasses.replace(read, calls=None) == examine_batch(body, NOW, LIMITS)
    assert screen is not None
    by_itself = screened(dataclasses.replace(read, calls=None), screen)
    assert taken(screened(read, screen).content) == taken(by_itself.content)


def mend_all(batch: list[Any]) -> list[Any]:
    """Half a surrogate pair becomes U+FFFD, anywhere."""
    text = json.dumps(batch, ensure_ascii=False)
    mended_batch: list[Any] = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return mended_batch


@given(st.lists(good_calls | calls, min_size=2, max_size=4))
def test_a_call_fares_the_same_whoever_its_neighbours_are(batch):
    alone = [examine_batch(json.dumps({"batch": [call]}).encode(), NOW, LIMITS) for call in batch]

    together = examine_batch(json.dumps({"batch": batch}).encode(), NOW, LIMITS)

    assert taken(together.content) == [call for one in alone for call in taken(one.content)]
    assert [bad.code for bad in together.refused] == [bad.code for one in alone for bad in one.refused]


@given(st.lists(st.integers(0, 80), max_size=6), st.booleans())
def test_only_the_call_that_is_too_large_is_refused(lengths, mend):
    batch = [{"type": "identify", "userId": "贝" * length, "traits": {"n": 1}} for length in lengths]
    body = json.dumps({"batch": batch, "more": float("nan") if mend else 0}, ensure_ascii=False, separators=(",", ":"))

    examined = examine_batch(body.encode(), NOW, Limits(call_bytes=200))

    small = [call for call in batch if len(json.dumps(call, ensure_ascii=False, separators=(",", ":")).encode()) <= 200]
    assert taken(examined.content) == [call for call in small if call["userId"]]


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused_and_nothing_else(body):
    for look in (lambda: examine_batch(body, NOW, LIMITS), lambda: examine_call(body, "track", NOW, LIMITS)):
        try:
            examined = look()
        except BodyRefused as no:
            assert 400 <= no.status < 500  # noqa: PT017  (being refused is one of two right outcomes)
        else:
            assert len(taken(examined.content)) == examined.call_count


@given(st.lists(good_calls, min_size=1, max_size=4), st.data())
def test_a_damaged_batch_is_taken_in_part_or_refused(batch, data):
    body = bytearray(json.dumps({"batch": batch}).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))

    try:
        examined = examine_batch(bytes(body), NOW, LIMITS)
    except BodyRefused as no:
        assert no.status == 400  # noqa: PT017  (being refused is one of two right outcomes)
    else:
        assert len(taken(examined.content)) == examined.call_count


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(codec=None), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)


@given(json_values)
def test_mending_changes_only_what_is_not_strict_json(value):
    strict = mended(json.dumps(value).encode())

    def expected(part: Any) -> Any:
        match part:
            case float():
                return part if part - part == 0 else None
            case str():
                return part.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            case list():
                return [expected(inner) for inner in part]
            case dict():
                return {expected(name): expected(inner) for name, inner in part.items()}
        return part

    def refuse(name: str) -> Any:
        raise AssertionError(f"{name} is not JSON")

    assert json.loads(strict, parse_constant=refuse) == expected(value)
    strict.decode("utf-8")


@given(st.lists(json_values, max_size=5), st.text(max_size=8))
def test_splitting_finds_the_calls_json_finds(values, sent_at):
    values = [value for value in values if value != ""]
    body = json.dumps({"context": {"batch": [1, 2]}, "sentAt": sent_at, "batch": values, "writeKey": "wk"}).encode()

    found, strings = split_batch(body)

    assert [json.dumps(json.loads(call)) for call in found] == [json.dumps(value) for value in values]
    assert json.loads(strings[b"sentAt"]) == sent_at
    assert json.loads(strings[b"writeKey"]) == "wk"


def test_a_deep_call_is_refused_alone_however_deep():
    deep = b'{"type":"identify","userId":"a","traits":{"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}}"
    good = b'{"type":"identify","userId":"b"}'
    body = b'{"sentAt":"2026-03-04T12:00:00Z","batch":[%s,%s],"writeKey":"wk"}' % (deep, good)

    examined = examine_batch(body, NOW, Limits(call_bytes=1_000_000))

    assert taken(examined.content) == [{"type": "identify", "userId": "b"}]
    assert [bad.code for bad in examined.refused] == [Code.NESTED_TOO_DEEP]
    assert (examined.write_key, examined.sent_at) == ("wk", NOW)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-03-04T12:00:00Z", NOW),
        ("2026-03-04T12:00:00", NOW),
        ("2026-03-04T20:00:00+08:00", NOW),
        ("2026-03-04T12:00:00.123456789Z", NOW + timedelta(microseconds=123456)),
        ("20260304T120000Z", NOW),
        ("yesterday", None),
        ("", None),
        (None, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_reads_the_moments_sdks_write(text, read):
    assert moment(text) == read


def refused(code: str, workspace_id: int | None = 1, size: int = 10) -> RefusedCall:
    return RefusedCall(workspace_id=workspace_id, received_at=NOW, code=code, reason="r", raw=b"x" * size)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 2), st.floats(0, 3)), max_size=60))
def test_every_refusal_is_kept_or_counted(happened):
    clock = [0.0]
    book = RefusalBook(Limits(refusals_burst=3, refusals_per_second=1), lambda: clock[0])

    kept: list[RefusedCall] = []
    for code, workspace_id, wait in happened:
        clock[0] += wait
        kept += book.admit([refused(code, workspace_id)])
    rows = kept + book.folded()

    for kind in {(code, workspace_id) for code, workspace_id, _ in happened}:
        same = [row for row in rows if (row.code, row.workspace_id) == kind]
        assert sum(row.count for row in same) == sum((code, w) == kind for code, w, _ in happened)
        assert len(same) <= 3 + clock[0] * 1 + 1
    assert book.folded() == []


def test_a_refusal_keeps_its_beginning_and_its_size():
    (kept,) = RefusalBook(Limits(), lambda: 0.0).admit([refused("a", size=100_000)])

    assert (kept.raw, kept.size) == (b"x" * 65536, 100_000)


def test_a_sender_may_burst_and_then_gets_its_share():
    clock = [0.0]
    rates = Rates(10, lambda: clock[0])

    assert rates.wait("k", 100) == 0
    assert rates.wait("k", 1) > 0
    assert rates.wait("other", 1) == 0
    clock[0] += 1
    assert rates.wait("k", 10) == 0
    assert rates.wait("k", 1) > 0


@given(batches, sent)
def test_what_the_door_takes_the_intake_can_read(batch, sent_at):
    examined = examine_batch(json.dumps({"batch": batch, "sentAt": sent_at}).encode(), NOW, LIMITS)
    gathered = Gathered()

    if examined.call_count:
        gathered.add(examined.content, Origin(batch_id=1, received_at=NOW, skew=Micros(0), source="sdk"))

    assert len(gathered) + len(gathered.refused) == examined.call_count
    # What only the intake looks for: ids that mean nobody, and an alias that names one person or none.
    assert {refused.fault.code for refused in gathered.refused} <= {"id_missing"}
