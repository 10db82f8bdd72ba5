"""A server on loopback that answers as Stripe's REST API does, from a `World`: lists by cursor, expansion, refusals."""

import copy
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.connectors.stripe.world import Json, World, cut_short

LISTS = {
    "customers": "customer", "products": "product", "prices": "price", "coupons": "coupon", "invoices": "invoice",
    "subscriptions": "subscription", "charges": "charge", "refunds": "refund", "invoice_payments": "invoice_payment",
    "credit_notes": "credit_note", "disputes": "dispute",
}  # fmt: skip


class StripeServer(ThreadingHTTPServer):
    """Answers for one world; `hiccups` are given to the next requests, `forbidden` are lists the key may not read."""

    daemon_threads = True

    def __init__(self, world: World, key: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.world, self.key = world, key
        self.hiccups: list[tuple[int, dict[str, str]]] = []
        self.forbidden: set[str] = set()
        self.asked: list[str] = []
        self.counted: Counter[str] = Counter()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving(world: World, key: str = "rk_test_harbor") -> Iterator[StripeServer]:
    """Serve a world until the block is left."""
    server = StripeServer(world, key)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StripeServer

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self.server.world.now, usegmt=True)

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        self.server.asked.append(self.path)
        if self.server.hiccups:
            status, headers = self.server.hiccups.pop(0)
            if status == 0:  # the line breaks
                self.close_connection = True
                self.connection.close()
                return
            kind = "rate_limit_error" if status == 429 else "api_error"
            self._answer(status, {"error": {"type": kind, "message": f"hiccup {status}"}}, headers)
            return
        if self.headers.get("Authorization") != f"Bearer {self.server.key}":
            self._answer(
                401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided: rk_***"}}
            )
            return
        parts = asked.path.strip("/").split("/")[1:]
        query = parse_qs(asked.query)
        self.server.counted[parts[0]] += 1
        if parts[0] in self.server.forbidden:
            message = "The provided key 'rk_***' does not have the required permissions for this endpoint."
            self._answer(403, {"error": {"type": "invalid_request_error", "message": message}})
            return
        try:
            self._answer(200, self._found(parts, query))
        except KeyError as missing:
            error = {
                "type": "invalid_request_error",
                "code": "resource_missing",
                "message": f"No such thing: {missing}",
            }
            self._answer(404, {"error": error})

    def _found(self, parts: list[str], query: dict[str, list[str]]) -> Json:
        world = self.server.world
        expand = [v for k, values in query.items() if k.startswith("expand") for v in values]
        if parts == ["account"]:
            return world.account
        if parts == ["events"]:
            horizon = world.now - 30 * 86_400
            rows = [e for e in reversed(world.events) if e["created"] > horizon]
            types = [v for k, values in query.items() if k.startswith("types") for v in values]
            rows = [e for e in rows if e["type"] in types] if types else rows
            return self._page(rows, query, [], "/v1/events")
        if parts == ["checkout", "sessions"]:
            return self._page(_newest(world, "checkout.session"), query, expand, "/v1/checkout/sessions")
        if parts == ["subscription_items"]:
            items = world.objects["subscription"][query["subscription"][0]]["items"]["data"]
            return self._page(items, query, expand, asked_path(parts))
        kind = LISTS[parts[0]]
        if parts[0] == "invoices" and parts[2:] == ["lines"]:
            return self._page(world.objects["invoice"][parts[1]]["lines"]["data"], query, [], asked_path(parts))
        if len(parts) == 2:
            return _expanded(_shown(world.objects[kind][parts[1]]), expand, world)
        rows = _newest(world, kind)
        if kind == "subscription" and query.get("status") != ["all"]:
            rows = [r for r in rows if r["status"] not in {"canceled", "incomplete_expired"}]
        return self._page(rows, query, expand, f"/v1/{parts[0]}")

    def _page(self, rows: list[Json], query: dict[str, list[str]], expand: list[str], url: str) -> Json:
        limit = int(query.get("limit", ["10"])[0])
        if not 1 <= limit <= 100:
            raise KeyError("limit")
        if after := query.get("starting_after"):
            ids = [r["id"] for r in rows]
            if after[0] not in ids:
                raise KeyError(after[0])
            rows = rows[ids.index(after[0]) + 1 :]
        inside = [e.removeprefix("data.") for e in expand]
        page = [_expanded(_shown(r), inside, self.server.world) for r in rows[:limit]]
        return {"object": "list", "url": url, "has_more": len(rows) > limit, "data": page}

    def _answer(self, status: int, body: Json, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Request-Id": "req_1", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def asked_path(parts: list[str]) -> str:
    return "/v1/" + "/".join(parts)


def _newest(world: World, kind: str) -> list[Json]:
    """Rows as lists give them: the last made first."""
    rows = list(world.objects[kind].values())[::-1]
    return sorted(rows, key=lambda r: -r["created"])


def _shown(thing: Json) -> Json:
    """What is said without being asked to expand it."""
    return cut_short({k: copy.deepcopy(v) for k, v in thing.items() if k not in {"tiers", "applies_to"}})


def _expanded(thing: Json, paths: list[str], world: World) -> Json:
    for path in paths:
        if path.count(".") >= 4:
            raise KeyError(f"{path}: more than 4 levels")
        _expand(thing, path.split("."), world)
    return thing


def _expand(here: Any, path: list[str], world: World) -> None:
    if isinstance(here, list):
        for each in here:
            _expand(each, path, world)
        return
    if not isinstance(here, dict) or not path:
        return
    name, rest = path[0], path[1:]
    if name in {"tiers", "applies_to"}:
        kept = world.objects[here["object"]][here["id"]]
        here[name] = copy.deepcopy(kept.get(name))
        return
    value = here.get(name)
    if isinstance(value, str):
        kind = {"coupon": "coupon", "customer": "customer", "product": "product", "price": "price"}[name]
        here[name] = _shown(world.objects[kind][value])
    elif isinstance(value, list) and value and isinstance(value[0], str):
        here[name] = [_shown(world.objects["discount"][v]) for v in value]
    _expand(here[name], rest, world)
