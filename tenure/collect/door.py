"""The door itself: from one HTTP request to what is stored of it, and the answer."""

import base64
import binascii
import dataclasses
import time
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from tenure.collect import answers
from tenure.collect.answers import Answer, Send
from tenure.collect.checking import BadCall, Examined, Kind
from tenure.collect.codes import BodyRefused, Code
from tenure.collect.commits import GroupCommit, Overloaded
from tenure.collect.figures import figures
from tenure.collect.keys import Found, KeysUnavailable, WriteKeys
from tenure.collect.limits import Limits
from tenure.collect.paths import (
    HEALTH,
    METRICS,
    PATHS,
    POSTHOG_ASKS,
    POSTHOG_PARTS,
    POSTHOG_SETTINGS,
    SETTINGS,
    Shape,
    methods_of,
)
from tenure.collect.posthog import flags_answer, settings_answer
from tenure.collect.rates import Rates
from tenure.collect.reading import Reader, Receive, SenderGone
from tenure.collect.sdk_settings import sdk_settings
from tenure.collect.understanding import kept_of, screened, understood
from tenure.kernel import clock
from tenure.tracking.actions.intake_log import seal
from tenure.tracking.errors import NotStorable
from tenure.tracking.types import RefusedCall, SealedBatch

_TOLD = 20
_NO_FLAGS = answers.said(200, flags_answer())
_PASSED_OVER = answers.said(200, {"status": 1})
_POSTHOG_TAKEN = answers.said(200, {"success": True, "status": "Ok"})
_POSTHOG_SETTINGS = answers.said(200, settings_answer())
_POSTHOG_SCRIPT = answers.script("")
_NOTHING_TO_SHOW = answers.said(200, {"surveys": [], "experiments": [], "earlyAccessFeatures": []})


@dataclasses.dataclass(slots=True)
class _Headers:
    length: int | None = None
    encoding: bytes = b""
    authorization: bytes = b""
    host: bytes = b""
    forwarded_scheme: bytes = b""


class Door:
    """Takes Segment's calls, and PostHog's. Answers 200 only when they are on disk, else 429, and never 5xx."""

    def __init__(self, limits: Limits, keys: WriteKeys, commits: GroupCommit) -> None:
        self._limits = limits
        self._keys = keys
        self._commits = commits
        self._reader = Reader(limits)
        self._rates = Rates(limits.calls_per_second, time.monotonic)
        self.refusals: Counter[str] = Counter()

    async def answer(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        path = scope["path"]
        method = scope["method"]
        if method == "POST" and path in PATHS:
            try:
                said = await self._take(scope, receive)
            except SenderGone:
                return
        elif not (there := methods_of(path)):
            said = _no_such_path()
        elif method == "OPTIONS":
            said = answers.preflight(there)
        elif method in ("GET", "HEAD") and path not in PATHS:
            said = await self._tell(scope, path)
        else:
            said = answers.refused(405, Code.METHOD_NOT_ALLOWED, f"{method} is not for {path}.", allow=there)
        await said.send(send)

    async def _take(self, scope: Any, receive: Receive) -> Answer:
        """Read, check, store, and only then say yes."""
        headers = _headers(scope["headers"])
        path = scope["path"]
        received_at = clock.now()
        body = b""
        key = _key_of(headers.authorization) if headers.authorization else None
        try:
            if self._commits.is_overloaded:
                raise Overloaded
            body = await self._reader.read(receive, headers.length)
            if headers.encoding or body[:1] == b"\x1f":
                body = self._reader.unpacked(body, headers.encoding)
            shape = PATHS[path]
            if shape is Shape.POSTHOG_FLAGS:
                return _NO_FLAGS
            if shape is Shape.PASSED_OVER:
                return _PASSED_OVER
            query = scope["query_string"].decode("latin-1") if shape is Shape.POSTHOG else ""
            examined = understood(path, query, body, received_at, self._limits, self._keys.screen_known(key))
            key = key or examined.write_key
            found = await self._keys.find(key)
            match = found.match
            if match is None:
                raise _bad_key(key, found)
            wait = self._rates.wait(key or "", examined.call_count)
            if wait:
                raise BodyRefused(429, Code.OVERLOADED, "This write key sends more than its share. Try again soon.")
            if found.screen is not None:
                examined = screened(examined, found.screen)
            refused = [
                RefusedCall(
                    workspace_id=match.workspace_id, received_at=received_at, sent_at=examined.sent_at, code=bad.code,
                    reason=bad.reason, path=path, write_key=key or "", message_id=bad.message_id, source=match.name,
                    raw=bad.raw, size=bad.size or len(bad.raw),
                )
                for bad in examined.refused
            ]  # fmt: skip
            batch = None
            if examined.call_count:
                batch = SealedBatch(
                    workspace_id=match.workspace_id,
                    write_key_id=match.write_key_id,
                    received_at=received_at,
                    sent_at=examined.sent_at,
                    content=seal(examined.content),
                    event_count=examined.call_count,
                )
            self.refusals.update(each.code for each in refused)
            if batch or refused:
                await self._commits.commit(batch, refused)
            return _answer_to(examined, shape)
        except BodyRefused as no:
            return await self._refuse(no, path, key, body or no.seen, headers.length or 0)
        except NotStorable as error:
            refusal = BodyRefused(400, Code.NOT_STORABLE, f"PostgreSQL will not store this: {error}")
            return await self._refuse(refusal, path, key, body, len(body))
        except (Overloaded, KeysUnavailable):
            return self._come_back()

    async def _refuse(self, no: BodyRefused, path: str, key: str | None, seen: bytes, size: int) -> Answer:
        """Keep a refused request where people can see it, and say why."""
        self.refusals[no.code] += 1
        if no.status == 429:
            return answers.refused(429, no.code, no.reason, retry_after=self._limits.retry_after_seconds)
        try:
            found = await self._keys.find(key)
            match = found.match or found.retired
            if found.screen is not None:
                seen = kept_of(path, seen, found.screen)
            refused = RefusedCall(
                workspace_id=match.workspace_id if match else None, received_at=clock.now(), code=no.code,
                reason=no.reason, path=path, write_key=key or "", source=match.name if match else "", raw=seen,
                size=max(size, len(seen)),
            )  # fmt: skip
            await self._commits.commit(None, [refused])
        except (Overloaded, KeysUnavailable):
            return self._come_back()
        except NotStorable:
            pass
        return answers.refused(no.status, no.code, no.reason)

    async def _tell(self, scope: Any, path: str) -> Answer:
        if path in HEALTH:
            return self._health()
        if path == METRICS:
            return self._figures(scope)
        if path in POSTHOG_ASKS:
            return _NOTHING_TO_SHOW
        if POSTHOG_PARTS.fullmatch(path):
            return _POSTHOG_SCRIPT
        posthog = POSTHOG_SETTINGS.fullmatch(path)
        asked = posthog or SETTINGS.fullmatch(path)
        assert asked is not None
        try:
            match = (await self._keys.find(asked[1])).match
        except KeysUnavailable:
            return self._come_back()
        if match is None:
            return answers.refused(404, Code.WRITE_KEY_UNKNOWN, "There is no such write key.")
        if posthog:
            return _POSTHOG_SCRIPT if posthog[2] else _POSTHOG_SETTINGS
        headers = _headers(scope["headers"])
        host = headers.host.decode("latin-1") or ":".join(map(str, scope["server"]))
        scheme = "https" if headers.forwarded_scheme == b"https" else scope["scheme"]
        return answers.said(200, sdk_settings(asked[1], host, scheme), (b"cache-control", b"private, max-age=60"))

    def _health(self) -> Answer:
        state = {
            "waiting": self._commits.waiting,
            "commits": self._commits.commits,
            "calls": self._commits.committed_calls,
        }
        if self._commits.is_overloaded:
            wait = b"%d" % self._commits.retry_after
            return answers.said(429, {"status": "overloaded", **state}, (b"retry-after", wait))
        return answers.said(200, {"status": "ok", **state})

    def _figures(self, scope: Any) -> Answer:
        """Tell a monitoring system on this machine what this process has seen."""
        asked = dict(scope["headers"])
        if (scope.get("client") or ("",))[0] not in ("127.0.0.1", "::1") or b"x-forwarded-for" in asked:
            return _no_such_path()
        return answers.text(
            figures(
                refused=self.refusals,
                taken=self._commits.committed_calls,
                commits=self._commits.commits,
                waiting=self._commits.waiting,
                held_bytes=self._reader.held,
                is_overloaded=self._commits.is_overloaded,
            )
        )

    def _come_back(self) -> Answer:
        self.refusals[Code.OVERLOADED] += 1
        return answers.refused(
            429, Code.OVERLOADED, "Tenure cannot store this just now. Try again soon.",
            retry_after=self._commits.retry_after,
        )  # fmt: skip


def _headers(sent: Sequence[tuple[bytes, bytes]]) -> _Headers:
    found = _Headers()
    for name, value in sent:
        if name == b"content-length":
            found.length = int(value) if value.isdigit() else None
        elif name == b"content-encoding":
            found.encoding = value.strip().lower()
        elif name == b"authorization":
            found.authorization = value
        elif name == b"host":
            found.host = value
        elif name == b"x-forwarded-proto":
            found.forwarded_scheme = value
    return found


@lru_cache(maxsize=10_000)
def _key_of(authorization: bytes) -> str | None:
    """Return the write key of a Basic authorization: it is the user name, there is no password."""
    scheme, _, encoded = authorization.partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode().partition(":")[0] or None
    except (binascii.Error, UnicodeDecodeError):
        return None


def _bad_key(key: str | None, found: Found) -> BodyRefused:
    if found.retired is not None:
        return BodyRefused(
            401, Code.WRITE_KEY_RETIRED, "This write key has been retired; use the one that replaced it."
        )
    if key:
        return BodyRefused(401, Code.WRITE_KEY_UNKNOWN, "There is no such write key.")
    return BodyRefused(401, Code.WRITE_KEY_MISSING, "Send the write key as Basic user name or as writeKey in the body.")


def _answer_to(examined: Examined, shape: Shape | Kind) -> Answer:
    if not examined.refused:
        return _POSTHOG_TAKEN if shape is Shape.POSTHOG else answers.TAKEN
    if not isinstance(shape, Shape):
        bad = examined.refused[0]
        # What the workspace does not want is no fault of the sender's.
        return answers.TAKEN if bad.code is Code.EVENT_BLOCKED else answers.refused(400, bad.code, bad.reason)
    return answers.said(
        200,
        {
            "success": True,
            "status": "Ok",
            "taken": examined.call_count,
            "refused": len(examined.refused),
            "refusals": [_told(bad) for bad in examined.refused[:_TOLD]],
        },
    )


def _told(bad: BadCall) -> dict[str, object]:
    return {"index": bad.index, "messageId": bad.message_id, "code": bad.code, "message": bad.reason}


def _no_such_path() -> Answer:
    return answers.refused(404, Code.PATH_UNKNOWN, "There is nothing here. Calls are sent to /v1/batch.")
