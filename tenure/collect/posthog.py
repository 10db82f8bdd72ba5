"""PostHog's requests as the Segment calls they mean, so that its SDKs work by changing only the host. Pure.

Names that begin with `$` are PostHog's own and are kept beside the properties, in `context.posthog`.
"""

import base64
import binascii
import dataclasses
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import msgspec

from tenure.collect.codes import BodyRefused, Code
from tenure.collect.mending import mended

Said = dict[str, Any]

ACCOUNT_GROUPS = ("company", "account", "organization", "organisation", "customer", "tenant", "workspace", "team")
"""Kinds of groups that are accounts, the surest first; PostHog's other groups (a project, a channel) are not."""

NO_USE = frozenset(
    {
        "$pageleave", "$feature_flag_called", "$feature_view", "$feature_interaction", "$web_vitals", "$snapshot",
        "$performance_event", "$opt_in", "$opt_out", "$dead_click", "$heatmap", "$$heatmap",
        "$feature_enrollment_update",
    }
)  # fmt: skip
"""Events by which PostHog watches itself; nobody did anything."""

_CONTEXT = {"$ip": "ip", "$raw_user_agent": "userAgent", "$browser_language": "locale", "$timezone": "timezone"}
_PAGE = {"$current_url": "url", "$pathname": "path", "$referrer": "referrer", "title": "title"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Translated:
    """A request as a batch of Segment calls; `passed_over` events meant nothing to us."""

    body: bytes
    write_key: str | None
    passed_over: int


def translate(body: bytes, query: str) -> Translated:
    """Read what PostHog's SDKs send to /batch, /capture and /e; raises `BodyRefused` when it is nothing of theirs."""
    said = _decoded(body, query)
    sent_at: Any = None
    key: Any = None
    if isinstance(said, dict):
        sent_at, key = said.get("sent_at"), said.get("api_key") or said.get("token")
        inner = said.get("batch", said.get("data"))
        events = inner if isinstance(inner, list) else [said]
    else:
        events = said
    if not isinstance(events, list) or not events:
        raise BodyRefused(400, Code.BATCH_MISSING, 'The body must be an event, a list of them, or {"batch": […]}.')
    key = key or next((k for k in map(_key_in, events) if k), None)
    calls, passed_over = [], 0
    for event in events:
        if isinstance(event, dict) and event.get("event") in NO_USE:
            passed_over += 1
        else:
            calls.append(call_of(event) if isinstance(event, dict) else event)
    batch: Said = {"batch": calls}
    if isinstance(sent_at, str):
        batch["sentAt"] = sent_at
    return Translated(
        body=msgspec.json.encode(batch), write_key=key if isinstance(key, str) else None, passed_over=passed_over
    )


def call_of(event: Said) -> Said:
    """Return the Segment call one PostHog event means."""
    properties = _object(event.get("properties"))
    name = event.get("event")
    distinct_id = event.get("distinct_id", properties.get("distinct_id"))
    call: Said = {"messageId": event.get("uuid") or properties.get("$insert_id")}
    if event.get("timestamp") is not None:
        call["timestamp"] = event["timestamp"]
    call["anonymousId" if _is_anonymous(distinct_id, properties) else "userId"] = distinct_id
    context = _context(properties)
    own = {k: v for k, v in properties.items() if not k.startswith("$") and k not in ("token", "distinct_id")}
    match name:
        case "$identify" | "$set" | "$set_once" | "$unset":
            call |= {"type": "identify", "userId": distinct_id, "traits": _traits(event, properties)}
            call.pop("anonymousId", None)
            if name == "$identify" and properties.get("$anon_distinct_id"):
                call["anonymousId"] = properties["$anon_distinct_id"]
        case "$groupidentify":
            call |= {
                "type": "group", "groupId": _account(_group_identified(properties)),
                "traits": _object(properties.get("$group_set")),
            }  # fmt: skip
            # The SDKs make up who it was when nobody is named.
            if not properties.get("$is_identified"):
                call.pop("userId", None)
                call.pop("anonymousId", None)
        case "$create_alias" | "$merge_dangerously":
            call |= {"type": "alias", "userId": distinct_id, "previousId": properties.get("alias")}
            call.pop("anonymousId", None)
        case "$pageview" | "$page":
            call |= {"type": "page", "properties": own | _renamed(properties, _PAGE)}
        case "$screen":
            call |= {"type": "screen", "name": properties.get("$screen_name"), "properties": own}
        case _:
            call |= {"type": "track", "event": name, "properties": own}
    if context:
        call["context"] = context
    return {k: v for k, v in call.items() if v is not None}


def _decoded(body: bytes, query: str) -> Any:
    if body[:5] == b"data=" or b"&data=" in body[:200]:
        body = _unwrapped(parse_qs(body.decode("latin-1")).get("data", [""])[0])
    elif not body and "data=" in query:
        body = _unwrapped(parse_qs(query).get("data", [""])[0])
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):
        pass
    try:
        return msgspec.json.decode(mended(body))
    except ValueError as error:
        raise BodyRefused(400, Code.JSON_BROKEN, f"The body is not JSON: {error}") from None
    except RecursionError:
        raise BodyRefused(400, Code.NESTED_TOO_DEEP, "The JSON is nested too deep to be read.") from None


def _unwrapped(data: str) -> bytes:
    """Undo the base64 in which old browsers send."""
    if data.lstrip()[:1] in ("{", "["):
        return data.encode("latin-1")
    try:
        return base64.b64decode(data.replace(" ", "+"), validate=True)
    except (binascii.Error, ValueError):
        raise BodyRefused(400, Code.JSON_BROKEN, "The form field data is neither JSON nor base64.") from None


def _key_in(event: Any) -> Any:
    if not isinstance(event, dict):
        return None
    return event.get("api_key") or event.get("token") or _object(event.get("properties")).get("token")


def _is_anonymous(distinct_id: Any, properties: Mapping[str, Any]) -> bool:
    """Tell whether an id is one the SDK made up: browsers say so, servers do by making no profile."""
    return (
        properties.get("$is_identified") is False
        or properties.get("$process_person_profile") is False
        or (distinct_id is not None and properties.get("$device_id") == distinct_id)
    )


def _traits(event: Said, properties: Mapping[str, Any]) -> Said:
    once = _object(event.get("$set_once")) | _object(properties.get("$set_once"))
    said = _object(event.get("$set")) | _object(properties.get("$set"))
    gone = event.get("$unset") or properties.get("$unset")
    traits = {k: v for k, v in once.items() if v is not None} | said
    if isinstance(gone, list):
        traits |= {name: None for name in gone if isinstance(name, str)}
    return {k: v for k, v in traits.items() if not k.startswith("$")}


def _group_identified(properties: Mapping[str, Any]) -> Said:
    kind, key = properties.get("$group_type"), properties.get("$group_key")
    return {kind: key} if isinstance(kind, str) else {}


def _account(groups: Mapping[str, Any]) -> Any:
    by_name = {kind.lower(): key for kind, key in groups.items()}
    return next((by_name[kind] for kind in ACCOUNT_GROUPS if by_name.get(kind)), None)


def _context(properties: Mapping[str, Any]) -> Said:
    context = _renamed(properties, _CONTEXT)
    library = {k: v for k, v in (("name", properties.get("$lib")), ("version", properties.get("$lib_version"))) if v}
    if library:
        context["library"] = library
    page = _renamed(properties, _PAGE)
    if "url" in page:
        context["page"] = page
    group = _account(_object(properties.get("$groups")))
    if group is not None:
        context["groupId"] = group
    left = {
        k: v
        for k, v in properties.items()
        if k.startswith("$")
        and k not in _CONTEXT and k not in _PAGE
        and k not in ("$lib", "$lib_version", "$set", "$set_once", "$group_set")
    }  # fmt: skip
    if left:
        context["posthog"] = left
    return context


def _renamed(properties: Mapping[str, Any], names: Mapping[str, str]) -> Said:
    return {ours: properties[theirs] for theirs, ours in names.items() if properties.get(theirs) is not None}


def _object(value: Any) -> Said:
    return value if isinstance(value, dict) else {}


def flags_answer() -> Said:
    """Return what the SDKs ask about feature flags: there are none, and nothing is to be recorded."""
    return {
        "flags": {}, "featureFlags": {}, "featureFlagPayloads": {}, "errorsWhileComputingFlags": False,
        "quotaLimited": [], **settings_answer(),
    }  # fmt: skip


def settings_answer() -> Said:
    """Return the settings the browser SDK asks for: send events and nothing else, packed, to where it asked."""
    return {
        "supportedCompression": ["gzip", "gzip-js"], "hasFeatureFlags": False, "analytics": {"endpoint": "/e/"},
        "sessionRecording": False, "heatmaps": False, "surveys": False, "captureDeadClicks": False,
        "capturePerformance": False, "autocapture_opt_out": False, "autocaptureExceptions": False,
        "defaultIdentifiedOnly": True, "siteApps": [], "toolbarParams": {}, "isAuthenticated": False,
    }  # fmt: skip
