"""Calls to Stripe's API through the official library, which is imported with the first call and not before.

Where the API is comes from a setting alone, redirections are not followed, and every call has a time limit. The library
does not repeat calls: what is to be tried again is, by the stage that wanted it, without a process waiting meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, NamedTuple, TypeVar

import msgspec
from django.conf import settings

from tenure.connectors.stripe import wire
from tenure.connectors.stripe.errors import KeyRefused, NotThere, PermissionMissing, StripeAway, StripeBusy
from tenure.connectors.stripe.types import KeyCheck, Kind, Phase

TIMEOUT = (5.0, 20.0)
"""Seconds to connect, and to wait for any part of the answer."""
A_PAGE = 100
_LONGEST_HOLD = 3_600.0
_MOST_PAGES = 100
_Part = TypeVar("_Part", wire.Lines, wire.Items)


class Listing(NamedTuple):
    """Which list a phase reads, of which kind its rows are, and what is asked for beyond the ordinary."""

    kind: Kind | None
    list_: Callable[[Any, dict[str, Any]], Any]
    params: Mapping[str, Any] = {}


LISTINGS: dict[Phase, Listing] = {
    Phase.PRODUCTS: Listing(Kind.PRODUCT, lambda c, p: c.v1.products.list(p)),
    Phase.PRICES: Listing(Kind.PRICE, lambda c, p: c.v1.prices.list(p), {"expand": ["data.tiers"]}),
    Phase.COUPONS: Listing(Kind.COUPON, lambda c, p: c.v1.coupons.list(p), {"expand": ["data.applies_to"]}),
    Phase.CUSTOMERS: Listing(
        Kind.CUSTOMER, lambda c, p: c.v1.customers.list(p), {"expand": ["data.discount.source.coupon"]}
    ),
    Phase.CHECKOUTS: Listing(
        Kind.CHECKOUT, lambda c, p: c.v1.checkout.sessions.list(p), {"status": "complete"}
    ),
    Phase.SUBSCRIPTIONS: Listing(
        Kind.SUBSCRIPTION,
        lambda c, p: c.v1.subscriptions.list(p),
        {"status": "all", "expand": ["data.discounts.source.coupon"]},
    ),
    Phase.INVOICES: Listing(Kind.INVOICE, lambda c, p: c.v1.invoices.list(p)),
    Phase.INVOICE_PAYMENTS: Listing(
        Kind.INVOICE_PAYMENT, lambda c, p: c.v1.invoice_payments.list(p), {"status": "paid"}
    ),
    Phase.CHARGES: Listing(Kind.CHARGE, lambda c, p: c.v1.charges.list(p)),
    Phase.REFUNDS: Listing(Kind.REFUND, lambda c, p: c.v1.refunds.list(p)),
    Phase.CREDIT_NOTES: Listing(Kind.CREDIT_NOTE, lambda c, p: c.v1.credit_notes.list(p)),
    Phase.DISPUTES: Listing(Kind.DISPUTE, lambda c, p: c.v1.disputes.list(p)),
    Phase.EVENTS: Listing(None, lambda c, p: c.v1.events.list(p)),
}  # fmt: skip


class Fetched(NamedTuple):
    """A page of a list: its rows as they came, whether there are more, and since when at least they were so."""

    rows: Sequence[bytes]
    has_more: bool
    as_of: datetime


class Stripe:
    """Stripe's API, with one key."""

    def __init__(self, key: str) -> None:
        import requests
        from stripe import RequestsClient, StripeClient

        session = requests.Session()
        session.max_redirects = 0
        self._client = StripeClient(
            key,
            base_addresses={"api": settings.TENURE_STRIPE_API},
            http_client=RequestsClient(timeout=TIMEOUT, session=session),
            max_network_retries=0,
        )

    def page(self, phase: Phase, *, after: str = "", since: datetime | None = None, limit: int = A_PAGE) -> Fetched:
        """Read a page of a list, the newest rows first; `after` is the id of the last row that was read."""
        listing = LISTINGS[phase]
        params = {"limit": limit, **listing.params, **({"starting_after": after} if after else {})}
        if since is not None:
            params["created"] = {"gte": int(since.timestamp())}
        answer = _answered(lambda: listing.list_(self._client, params))
        page = wire.read(answer.body.encode(), wire.Page)
        return Fetched([bytes(row) for row in page.data], page.has_more, answer.as_of)

    def price(self, price_id: str) -> bytes:
        """Read a price with its tiers."""
        answer = _answered(lambda: self._client.v1.prices.retrieve(price_id, {"expand": ["tiers"]}))
        return answer.body.encode()

    def coupon(self, coupon_id: str) -> bytes:
        """Read a coupon with the products it is for."""
        return _answered(
            lambda: self._client.v1.coupons.retrieve(coupon_id, {"expand": ["applies_to"]})
        ).body.encode()  # fmt: skip

    def subscription(self, subscription_id: str) -> bytes:
        """Read a subscription with its discounts written out."""
        expand = {"expand": ["discounts.source.coupon", "items.data.discounts.source.coupon"]}
        return _answered(lambda: self._client.v1.subscriptions.retrieve(subscription_id, expand)).body.encode()  # type: ignore[arg-type]

    def invoice_lines(self, invoice_id: str) -> list[wire.Line]:
        """Read all lines of an invoice, page by page."""
        pages = _pages(lambda params: self._client.v1.invoices.line_items.list(invoice_id, params), wire.Lines)
        return [line for page in pages for line in page.data]

    def subscription_items(self, subscription_id: str) -> list[wire.Item]:
        """Read all items of a subscription, page by page, with their discounts written out."""
        asked = {"subscription": subscription_id, "expand": ["data.discounts.source.coupon"]}
        pages = _pages(lambda params: self._client.v1.subscription_items.list(asked | params), wire.Items)
        return [item for page in pages for item in page.data]

    def check(self) -> KeyCheck:
        """Find out whose key it is and which of the lists it may not read; raises `KeyRefused` or `StripeAway`."""
        forbidden = []
        for phase in Phase:
            try:
                self.page(phase, limit=1)
            except PermissionMissing:
                forbidden.append(phase)
        account_id, name = "", ""
        try:
            answer = _answered(lambda: self._client.v1.accounts.retrieve_current())
            account_id, name = _account(answer.body.encode())
        except PermissionMissing:
            pass  # nothing depends on it: it is only shown
        return KeyCheck(account_id=account_id, account_name=name, forbidden=tuple(forbidden))


class _Dashboard(msgspec.Struct):
    display_name: str | None = None


class _AccountSettings(msgspec.Struct):
    dashboard: _Dashboard = msgspec.field(default_factory=_Dashboard)


class _Account(msgspec.Struct):
    id: str = ""
    settings: _AccountSettings | None = None


def _account(content: bytes) -> tuple[str, str]:
    read = wire.read(content, _Account)
    return read.id, (read.settings.dashboard.display_name or "") if read.settings else ""


def _pages(list_: Callable[[Any], Any], as_: type[_Part]) -> Iterator[_Part]:
    """Read a list to its end, page by page."""
    after: dict[str, Any] = {}
    for _page in range(_MOST_PAGES):
        answer = _answered(partial(list_, {"limit": A_PAGE, **after}))
        page = wire.read(answer.body.encode(), as_)
        yield page
        if not page.has_more or not page.data:
            break
        after = {"starting_after": page.data[-1].id}


class _Answer(NamedTuple):
    body: str
    as_of: datetime


def _answered(call: Callable[[], Any]) -> _Answer:
    """Make one call; turns what the library raises into what to do about it."""
    import time

    import stripe

    began = time.monotonic()
    try:
        response = call().last_response
    except stripe.RateLimitError as error:
        raise StripeBusy("Stripe asks us to come back later.", seconds=_hold(error.headers)) from error
    except stripe.AuthenticationError as error:
        raise KeyRefused(_words(error)) from error
    except stripe.PermissionError as error:
        raise PermissionMissing(_words(error)) from error
    except stripe.InvalidRequestError as error:
        raise NotThere(_words(error)) from error
    except stripe.StripeError as error:
        raise StripeAway(_words(error), status=error.http_status) from error
    took = timedelta(seconds=int(time.monotonic() - began) + 1)
    return _Answer(response.body, _date(response.headers) - took)


def _date(headers: Mapping[str, str]) -> datetime:
    """Read Stripe's own clock, so that ours may be wrong."""
    try:
        return parsedate_to_datetime(headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError) as error:
        raise StripeAway("Stripe's answer has no date.") from error


def _hold(headers: Mapping[str, str] | None) -> float:
    given = {name.lower(): value for name, value in (headers or {}).items()}.get("retry-after", "")
    try:
        return min(max(float(given), 1.0), _LONGEST_HOLD)
    except ValueError:
        return 2.0


def _words(error: Any) -> str:
    """Take what Stripe says, without the key it may quote."""
    said = str(error.user_message or type(error).__name__).split("\n")[0]
    return " ".join(w for w in said.split() if not w.startswith(("rk_", "sk_")))[:300]
