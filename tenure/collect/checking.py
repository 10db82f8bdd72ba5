"""What is checked at the door: cheap for a batch in order, call by call for one that is not. Pure.

The whole batch is decoded once into structs without its payloads. Only when something looks odd is each call looked at
by itself, so that a bad one is refused alone.
"""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec

from tenure.collect.codes import BodyRefused, Code
from tenure.collect.limits import Limits
from tenure.collect.mending import mended, split_batch
from tenure.tracking.types import ReadCall

Kind = Literal["identify", "group", "track", "page", "screen", "alias"]

_Id = Annotated[str, msgspec.Meta(max_length=255)] | int | None
_Name = Annotated[str, msgspec.Meta(max_length=255)] | None
_Moment = Annotated[datetime, msgspec.Meta(tz=True)] | None


class _Object(msgspec.Struct, rename="camel", gc=False):
    """Any JSON object: every key is skipped, nothing is kept."""


class _Call(msgspec.Struct, rename="camel", gc=False, kw_only=True):
    type: Kind
    user_id: _Id = None
    anonymous_id: _Id = None
    group_id: _Id = None
    previous_id: _Id = None
    event: _Name = None
    name: _Name = None
    message_id: _Name = None
    properties: _Object | None = None
    traits: _Object | None = None
    context: _Object | None = None


class _TimedCall(_Call, rename="camel", gc=False, kw_only=True):
    timestamp: _Moment = None


class _Batch(msgspec.Struct, rename="camel", gc=False):
    batch: list[_TimedCall]
    write_key: str | None = None
    sent_at: str | None = None


class _OpenCall(_TimedCall, rename="camel", gc=False, kw_only=True):
    """A call whose payloads are read, too, each part as it was sent."""

    properties: dict[str, msgspec.Raw] | msgspec.UnsetType | None = msgspec.UNSET  # type: ignore[assignment]
    traits: dict[str, msgspec.Raw] | msgspec.UnsetType | None = msgspec.UNSET  # type: ignore[assignment]


class _OpenBatch(msgspec.Struct, rename="camel", gc=False):
    batch: list[_OpenCall]
    write_key: str | None = None
    sent_at: str | None = None


class _LooseBatch(msgspec.Struct, rename="camel", gc=False):
    batch: list[msgspec.Raw]
    write_key: msgspec.Raw = msgspec.Raw(b"null")
    sent_at: msgspec.Raw = msgspec.Raw(b"null")


class _LooseCall(msgspec.Struct, rename="camel", gc=False):
    type: msgspec.Raw = msgspec.Raw(b"null")
    write_key: msgspec.Raw = msgspec.Raw(b"null")
    sent_at: msgspec.Raw = msgspec.Raw(b"null")
    timestamp: msgspec.Raw = msgspec.Raw(b"null")
    message_id: msgspec.Raw = msgspec.Raw(b"null")


class _Payloads(msgspec.Struct, rename="camel", gc=False):
    properties: dict[str, msgspec.Raw] | None = None
    traits: dict[str, msgspec.Raw] | None = None


_batch = msgspec.json.Decoder(_Batch)
_open_batch = msgspec.json.Decoder(_OpenBatch)
_loose_batch = msgspec.json.Decoder(_LooseBatch)
_call = msgspec.json.Decoder(_Call)
_loose_call = msgspec.json.Decoder(_LooseCall)
_payloads = msgspec.json.Decoder(_Payloads)
_text = msgspec.json.Decoder(str)


@dataclasses.dataclass(frozen=True, slots=True)
class BadCall:
    """A call that cannot be taken, and why."""

    index: int
    code: Code
    reason: str
    raw: bytes
    message_id: str = ""
    size: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Examined:
    """What of a request goes into the intake log (`content`, calls in order) and what does not."""

    content: bytes
    call_count: int
    write_key: str | None
    sent_at: datetime | None
    refused: tuple[BadCall, ...] = ()
    calls: Sequence[ReadCall] | None = None
    """What of the calls was read on the way, where they are in order; None: nothing."""


def examine_batch(body: bytes, received_at: datetime, limits: Limits) -> Examined:
    """Check `{"batch": […], "writeKey", "sentAt"}`; raises `BodyRefused` when there is no batch to be found in it."""
    try:
        batch = _batch.decode(body)
    except (ValueError, RecursionError):
        return _examine_each(body, received_at, limits)
    sent_at = moment(batch.sent_at)
    if _is_near(sent_at, received_at, limits) and _in_order(batch.batch, body, received_at, limits):
        return Examined(body, len(batch.batch), batch.write_key, sent_at)
    return _examine_each(body, received_at, limits)


def examine_batch_to_screen(body: bytes, received_at: datetime, limits: Limits) -> Examined:
    """Check a batch as `examine_batch` does, and read in the same pass what a tracking plan asks of calls in order."""
    try:
        batch = _open_batch.decode(body)
    except (ValueError, RecursionError):
        return _examine_each(body, received_at, limits)
    sent_at = moment(batch.sent_at)
    if _is_near(sent_at, received_at, limits) and _in_order(batch.batch, body, received_at, limits):
        return Examined(body, len(batch.batch), batch.write_key, sent_at, calls=batch.batch)
    return _examine_each(body, received_at, limits)


def examine_call(body: bytes, kind: Kind, received_at: datetime, limits: Limits) -> Examined:
    """Check one call sent to its own path; the path says what it is when the body does not."""
    try:
        loose = _loose_call.decode(body)
    except (ValueError, RecursionError):
        body = _mended(body)
        loose = _decoded_call(body)
    if bytes(loose.type) == b"null":
        rest = body.strip()[1:].lstrip()
        body = b'{"type":"%s"%s%s' % (kind.encode(), b"" if rest == b"}" else b",", rest)
    sent_at = moment(_string(loose.sent_at))
    bad = _fault(0, body, sent_at, received_at, limits)
    return Examined(
        content=b"" if bad else b'{"batch":[%s]}' % body,
        call_count=0 if bad else 1,
        write_key=_string(loose.write_key),
        sent_at=sent_at,
        refused=(bad,) if bad else (),
    )


def moment(text: str | None) -> datetime | None:
    """Read an ISO 8601 moment (UTC when it names no zone), or None for what is not one."""
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _is_near(sent_at: datetime | None, received_at: datetime, limits: Limits) -> bool:
    return sent_at is None or abs(sent_at - received_at) < limits.latest_ahead


def _in_order(calls: Sequence[_TimedCall], body: bytes, received_at: datetime, limits: Limits) -> bool:
    """Tell, in one quick pass, whether no call of the batch needs a closer look."""
    if len(calls) > limits.calls or not (body.isascii() or _is_utf8(body)):
        return False
    # Looking for one character costs a thirtieth of looking for six.
    if b"\\" in body and b"\\u0000" in body:
        return False
    earliest, latest = limits.earliest, received_at + limits.latest_ahead
    for call in calls:
        if not (call.user_id or call.anonymous_id):
            return False
        if call.type == "track":
            if not call.event:
                return False
        elif call.type == "group" and not call.group_id:
            return False
        at = call.timestamp
        if at is not None and not earliest <= at <= latest:
            return False
    return (
        len(body) <= limits.call_bytes
        or not calls
        or max(map(len, _loose_batch.decode(body).batch)) <= limits.call_bytes
    )


def _examine_each(body: bytes, received_at: datetime, limits: Limits) -> Examined:
    try:
        loose = _loose_batch.decode(body)
    except msgspec.ValidationError:
        raise _no_batch() from None
    except (ValueError, RecursionError):
        try:
            body = mended(body)
            loose = _loose_batch.decode(body)
        except msgspec.ValidationError:
            raise _no_batch() from None
        except ValueError as error:
            raise _broken(error) from None
        except RecursionError:
            calls, strings = split_batch(body)
            if not calls:
                raise BodyRefused(400, Code.NESTED_TOO_DEEP, "The JSON is nested too deep to be read.") from None
            loose = _LooseBatch(
                [msgspec.Raw(call) for call in calls],
                msgspec.Raw(strings.get(b"writeKey", b"null")),
                msgspec.Raw(strings.get(b"sentAt", b"null")),
            )
    if len(loose.batch) > limits.calls:
        raise BodyRefused(413, Code.BATCH_TOO_LONG, f"At most {limits.calls} calls fit in one batch.")
    write_key = _string(loose.write_key)
    sent_at = moment(_string(loose.sent_at))
    raws = [bytes(raw) for raw in loose.batch]
    faults = [_fault(index, raw, sent_at, received_at, limits) for index, raw in enumerate(raws)]
    refused = tuple(fault for fault in faults if fault)
    if not refused:
        return Examined(body, len(raws), write_key, sent_at)
    good = [raw for raw, fault in zip(raws, faults, strict=True) if not fault]
    return Examined(b'{"batch":[%s]}' % b",".join(good), len(good), write_key, sent_at, refused)


def _fault(index: int, raw: bytes, sent_at: datetime | None, received_at: datetime, limits: Limits) -> BadCall | None:
    """Return what is wrong with one call, or None."""
    wrong = _wrong(raw, sent_at, received_at, limits)
    return BadCall(index, wrong[0], wrong[1], raw, _message_id(raw)) if wrong else None


def _wrong(raw: bytes, sent_at: datetime | None, received_at: datetime, limits: Limits) -> tuple[Code, str] | None:
    if len(raw) > limits.call_bytes:
        return _why_so_large(raw, limits)
    if not _is_utf8(raw):
        return Code.NOT_UTF8, "The call is not UTF-8."
    try:
        call = _call.decode(raw)
        loose = _loose_call.decode(raw)
    except msgspec.ValidationError as error:
        return _field_fault(str(error))
    except RecursionError:
        return Code.NESTED_TOO_DEEP, "The call is nested too deep to be read."
    except ValueError as error:
        return Code.JSON_BROKEN, str(error)
    return _who_fault(call) or _time_fault(loose.timestamp, sent_at, received_at, limits)


def _who_fault(call: _Call) -> tuple[Code, str] | None:
    named = (
        (call.user_id, call.anonymous_id) if call.type != "group" else (call.user_id, call.anonymous_id, call.group_id)
    )
    if all(name is None or name == "" for name in named):
        return Code.ID_MISSING, "A call needs a userId or an anonymousId (a group call at least a groupId)."
    if call.type == "track" and not call.event:
        return Code.EVENT_NAME_MISSING, "A track call needs the name of its event."
    if call.type == "group" and call.group_id in (None, ""):
        return Code.GROUP_ID_MISSING, "A group call needs a groupId."
    for value in (*named, call.group_id, call.previous_id, call.event, call.name, call.message_id):
        if isinstance(value, str) and "\x00" in value:
            return Code.NUL_CHARACTER, "An id or a name has a NUL character in it."
    return None


def _time_fault(
    raw: msgspec.Raw, sent_at: datetime | None, received_at: datetime, limits: Limits
) -> tuple[Code, str] | None:
    text = bytes(raw)
    if text == b"null":
        return None
    at = moment(_string(raw))
    try:
        # A clock that is wrong is still right about how long ago things were: what counts is the time before sending.
        happened_at = at - (sent_at - received_at) if at and sent_at else at
    except OverflowError:
        happened_at = None
    if at is None or happened_at is None:
        return Code.TIMESTAMP_UNREADABLE, f"timestamp {text[:40].decode()} is not an ISO 8601 moment."
    if happened_at < limits.earliest:
        return Code.TIMESTAMP_TOO_EARLY, f"timestamp {at.isoformat()} is before {limits.earliest.year}."
    ahead = happened_at - received_at
    if ahead > limits.latest_ahead:
        return Code.TIMESTAMP_IN_FUTURE, f"timestamp {at.isoformat()} is {_roughly(ahead)} ahead."
    return None


def _roughly(span: timedelta) -> str:
    return f"{span.days} days" if span.days > 1 else f"{round(span.total_seconds() / 3600)} hours"


def _field_fault(message: str) -> tuple[Code, str]:
    if "`type`" in message or "$.type" in message:
        return Code.TYPE_UNKNOWN, "type must be identify, group, track, page, screen or alias."
    if "$." not in message:
        return Code.CALL_NOT_AN_OBJECT, message
    if "length <=" in message:
        return Code.FIELD_TOO_LONG, message
    return Code.FIELD_WRONG, message


def _why_so_large(raw: bytes, limits: Limits) -> tuple[Code, str]:
    try:
        payloads = _payloads.decode(raw)
    except (ValueError, RecursionError):
        payloads = _Payloads()
    names = max(len(payloads.properties or ()), len(payloads.traits or ()))
    if names > limits.property_names:
        return Code.TOO_MANY_PROPERTIES, f"The call has {names} properties; at most {limits.property_names} are taken."
    return Code.CALL_TOO_LARGE, f"The call is {len(raw)} bytes; at most {limits.call_bytes} are taken."


def _message_id(raw: bytes) -> str:
    try:
        return (_string(_loose_call.decode(raw).message_id) or "")[:255]
    except (ValueError, RecursionError):
        return ""


def _string(raw: msgspec.Raw) -> str | None:
    try:
        return _text.decode(raw)
    except ValueError:
        return None


def _mended(body: bytes) -> bytes:
    try:
        return mended(body)
    except ValueError as error:
        raise _broken(error) from None
    except RecursionError:
        raise BodyRefused(400, Code.NESTED_TOO_DEEP, "The JSON is nested too deep to be read.") from None


def _decoded_call(body: bytes) -> _LooseCall:
    try:
        return _loose_call.decode(body)
    except ValueError:
        raise BodyRefused(400, Code.CALL_NOT_AN_OBJECT, "The body must be a JSON object.") from None


def _broken(error: ValueError) -> BodyRefused:
    return BodyRefused(400, Code.JSON_BROKEN, f"The body is not JSON: {error}")


def _no_batch() -> BodyRefused:
    return BodyRefused(400, Code.BATCH_MISSING, 'The body must be a JSON object with "batch": a list of calls.')


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
