"""A small model of a Stripe account: objects change as Stripe changes them, and every change is also an event.

Shapes are those of API version 2026-10-28 (`MODERN`); `seen_by` rewrites an object as an endpoint of version 2020-08-27
(`CLASSIC`) is told of it. Amounts, periods and prorations are kept only as far as a subscription ledger needs them.
"""

import copy
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

MODERN = "2026-10-28.endive"
CLASSIC = "2020-08-27"
Json = dict[str, Any]


class World:
    """One Stripe account with a clock of its own."""

    def __init__(self, at: datetime, *, livemode: bool = False) -> None:
        self.now, self.livemode = int(at.timestamp()), livemode
        self.account: Json = {
            "id": "acct_1Harbor", "object": "account", "email": "ada@harbor.example",
            "settings": {"dashboard": {"display_name": "Harbor"}}, "business_profile": {"name": "Harbor"},
        }  # fmt: skip
        self.objects: dict[str, dict[str, Json]] = {
            kind: {}
            for kind in (
                "customer", "product", "price", "coupon", "discount", "subscription", "invoice", "charge", "refund",
                "invoice_payment", "checkout.session", "credit_note", "dispute",
            )
        }  # fmt: skip
        self.events: list[Json] = []
        self._made = 0

    # ids, time, events

    def id(self, prefix: str) -> str:
        self._made += 1
        mixed = hashlib.sha256(f"{prefix}{self._made}".encode()).hexdigest()[:14]
        return f"{prefix}_{mixed}{self._made:04d}"

    def wait(self, **passed: float) -> None:
        """Let time pass; what falls due meanwhile happens when it is due."""
        self.until(datetime.fromtimestamp(self.now, UTC) + timedelta(**passed))

    def until(self, at: datetime) -> None:
        end = int(at.timestamp())
        while due := min(self._due(), default=None, key=lambda d: d[0]):
            moment, happen = due
            if moment > end:
                break
            self.now = max(self.now, moment)
            happen()
        self.now = max(self.now, end)

    def _due(self) -> list[tuple[int, Callable[[], None]]]:
        found: list[tuple[int, Callable[[], None]]] = []
        for each in self.objects["subscription"].values():
            if each["status"] in {"canceled", "incomplete_expired"}:
                continue
            if each["cancel_at"] and not each["cancel_at_period_end"]:
                found.append((each["cancel_at"], lambda s=each: self._end(s)))
            if (pause := each["pause_collection"]) and pause["resumes_at"]:
                found.append((pause["resumes_at"], lambda s=each: self.resume(s["id"])))
            if each["status"] in {"active", "trialing", "past_due"}:
                found.append((period_end(each), lambda s=each: self._renew(s)))
            found += [
                (d["end"], lambda s=each, d=d: self.drop_discount(s["id"], d["id"]))
                for d in self._discounts(each["discounts"])
                if d["end"]
            ]
        return found

    def _tell(self, kind: str, about: Json, previous: Json | None = None) -> Json:
        data: Json = {"object": cut_short(copy.deepcopy(about))}
        if previous is not None:
            data["previous_attributes"] = copy.deepcopy(previous)
            cut_short({"object": about["object"], **data["previous_attributes"]})
        event = {
            "id": self.id("evt"), "object": "event", "api_version": MODERN, "created": self.now, "data": data,
            "livemode": self.livemode, "pending_webhooks": 1, "type": kind,
            "request": {"id": self.id("req"), "idempotency_key": None},
        }  # fmt: skip
        self.events.append(event)
        return event

    def _change(self, event: str, thing: Json, **changes: Any) -> None:
        """Set fields and tell what they were before; nothing is told of what stays the same."""
        previous = {k: copy.deepcopy(thing.get(k)) for k, v in changes.items() if thing.get(k) != v}
        if not previous:
            return
        thing.update(copy.deepcopy(changes))
        self._tell(event, thing, previous)

    def _keep(self, thing: Json, event: str = "") -> Json:
        self.objects[thing["object"]][thing["id"]] = thing
        if event:
            self._tell(event, thing)
        return thing

    # what is sold

    def product(self, name: str) -> Json:
        made = {
            "id": self.id("prod"), "object": "product", "active": True, "created": self.now, "name": name,
            "livemode": self.livemode, "metadata": {}, "updated": self.now,
        }  # fmt: skip
        return self._keep(made, "product.created")

    def price(
        self,
        product: str,
        amount: int | str | None,
        *,
        currency: str = "usd",
        every: str = "month",
        count: int = 1,
        tiers: list[Json] | None = None,
        tiers_mode: str = "graduated",
        metered: bool = False,
        divide_by: int = 0,
        nickname: str | None = None,
    ) -> Json:
        exact = None if amount is None else str(amount)
        made = {
            "id": self.id("price"), "object": "price", "active": True, "created": self.now, "currency": currency,
            "billing_scheme": "tiered" if tiers else "per_unit", "livemode": self.livemode, "lookup_key": None,
            "metadata": {}, "nickname": nickname, "product": product, "type": "recurring",
            "recurring": {
                "interval": every, "interval_count": count, "usage_type": "metered" if metered else "licensed",
                "meter": None, "trial_period_days": None,
            },
            "tiers_mode": tiers_mode if tiers else None,
            "transform_quantity": {"divide_by": divide_by, "round": "up"} if divide_by else None,
            "unit_amount": None if tiers or exact is None or "." in exact else int(exact),
            "unit_amount_decimal": None if tiers else exact,
        }  # fmt: skip
        self._keep(made, "price.created")
        if tiers:
            made["tiers"] = tiers  # said by the API when asked to expand them, never by webhooks
            self.events[-1]["data"]["object"].pop("tiers", None)
        return made

    def coupon(
        self,
        *,
        percent: float | None = None,
        amount: int | None = None,
        currency: str | None = None,
        duration: str = "forever",
        months: int | None = None,
        products: list[str] | None = None,
    ) -> Json:
        made = {
            "id": self.id("co"), "object": "coupon", "amount_off": amount, "created": self.now, "currency": currency,
            "duration": duration, "duration_in_months": months, "livemode": self.livemode, "max_redemptions": None,
            "metadata": {}, "name": None, "percent_off": percent, "redeem_by": None, "times_redeemed": 0, "valid": True,
        }  # fmt: skip
        self._keep(made, "coupon.created")
        if products:
            made["applies_to"] = {"products": products}
        return made

    # who buys

    def customer(self, name: str | None = None, email: str | None = None, **metadata: str) -> Json:
        made = {
            "id": self.id("cus"), "object": "customer", "balance": 0, "created": self.now, "currency": None,
            "delinquent": False, "description": None, "discount": None, "email": email, "livemode": self.livemode,
            "metadata": metadata, "name": name, "phone": None,
        }  # fmt: skip
        return self._keep(made, "customer.created")

    def change_customer(self, customer: str, **changes: Any) -> None:
        self._change("customer.updated", self.objects["customer"][customer], **changes)

    def checkout(self, customer: str, reference: str) -> Json:
        made = {
            "id": self.id("cs_test"), "object": "checkout.session", "client_reference_id": reference,
            "created": self.now,
            "customer": customer, "livemode": self.livemode, "metadata": {}, "mode": "subscription",
            "status": "complete", "subscription": None,
        }  # fmt: skip
        return self._keep(made, "checkout.session.completed")

    # subscriptions

    def subscribe(
        self, customer: str, *items: tuple[str, int], trial_days: int = 0, coupon: str | None = None, pays: bool = True
    ) -> Json:
        prices = [self.objects["price"][price] for price, _ in items]
        start = self.now
        end = start + trial_days * 86_400 if trial_days else next_period(start, prices[0])
        made: Json = {
            "id": self.id("sub"), "object": "subscription", "billing_cycle_anchor": end if trial_days else start,
            "cancel_at": None, "cancel_at_period_end": False, "canceled_at": None,
            "collection_method": "charge_automatically", "created": start, "currency": prices[0]["currency"],
            "customer": customer,
            "discounts": [], "ended_at": None,
            "items": {"object": "list", "data": [], "has_more": False, "total_count": len(items), "url": ""},
            "latest_invoice": None, "livemode": self.livemode, "metadata": {}, "pause_collection": None,
            "schedule": None,
            "start_date": start, "status": "trialing" if trial_days else "incomplete",
            "trial_end": end if trial_days else None, "trial_start": start if trial_days else None,
        }  # fmt: skip
        made["items"]["data"] = [
            self._item(made["id"], p, q, start, end) for p, (_, q) in zip(prices, items, strict=True)
        ]
        if coupon:
            made["discounts"] = [self._discount(coupon, customer, made["id"])["id"]]
        self._keep(made, "customer.subscription.created")
        if not trial_days:
            invoice = self._bill(made, "subscription_create", pays=pays)
            if pays:
                self._change("customer.subscription.updated", made, latest_invoice=invoice["id"])
                self._change("customer.subscription.updated", made, status="active")
        return made

    def change_items(self, subscription: str, *items: tuple[str, int]) -> None:
        """Change prices and quantities; prorated on the next invoice."""
        now = self.objects["subscription"][subscription]
        old = {item["price"]["id"]: item for item in now["items"]["data"]}
        fresh = []
        for price, quantity in items:
            known = self.objects["price"][price]
            kept = old.get(price)
            item = self._item(subscription, known, quantity, self.now, period_end(now))
            if kept:
                item["id"], item["created"] = kept["id"], kept["created"]
                item["current_period_start"] = kept["current_period_start"]
            fresh.append(item)
        if every(fresh[0]["price"]) != every(now["items"]["data"][0]["price"]) and now["status"] != "trialing":
            for item in fresh:
                item["current_period_start"], item["current_period_end"] = (
                    self.now,
                    next_period(self.now, item["price"]),
                )
        self._change("customer.subscription.updated", now, items={**now["items"], "data": fresh})

    def cancel_at_period_end(self, subscription: str) -> None:
        now = self.objects["subscription"][subscription]
        self._change("customer.subscription.updated", now, cancel_at_period_end=True, cancel_at=period_end(now),
                     canceled_at=self.now)  # fmt: skip

    def keep_on(self, subscription: str) -> None:
        now = self.objects["subscription"][subscription]
        self._change("customer.subscription.updated", now, cancel_at_period_end=False, cancel_at=None, canceled_at=None)

    def cancel(self, subscription: str) -> None:
        self._end(self.objects["subscription"][subscription])

    def pause(self, subscription: str, *, behavior: str = "void", resumes_at: int | None = None) -> None:
        now = self.objects["subscription"][subscription]
        self._change("customer.subscription.updated", now,
                     pause_collection={"behavior": behavior, "resumes_at": resumes_at})  # fmt: skip

    def resume(self, subscription: str) -> None:
        self._change("customer.subscription.updated", self.objects["subscription"][subscription], pause_collection=None)

    def set_status(self, subscription: str, status: str) -> None:
        self._change("customer.subscription.updated", self.objects["subscription"][subscription], status=status)

    def give_discount(self, subscription: str, coupon: str) -> Json:
        now = self.objects["subscription"][subscription]
        made = self._discount(coupon, now["customer"], subscription)
        self._change("customer.subscription.updated", now, discounts=[*now["discounts"], made["id"]])
        return made

    def drop_discount(self, subscription: str, discount: str) -> None:
        now = self.objects["subscription"][subscription]
        gone = self.objects["discount"][discount]
        self._tell("customer.discount.deleted", gone)
        self._change("customer.subscription.updated", now, discounts=[d for d in now["discounts"] if d != discount])

    def give_customer_discount(self, customer: str, coupon: str) -> Json:
        made = self._discount(coupon, customer, None)
        self._change("customer.updated", self.objects["customer"][customer], discount=made)
        return made

    def drop_customer_discount(self, customer: str) -> None:
        who = self.objects["customer"][customer]
        self._tell("customer.discount.deleted", who["discount"])
        self._change("customer.updated", who, discount=None)

    def refund(self, charge: str, amount: int) -> Json:
        paid = self.objects["charge"][charge]
        made = {
            "id": self.id("re"), "object": "refund", "amount": amount, "charge": charge, "created": self.now,
            "currency": paid["currency"], "metadata": {}, "payment_intent": paid["payment_intent"], "reason": None,
            "status": "succeeded",
        }  # fmt: skip
        self._keep(made, "refund.created")
        back = paid["amount_refunded"] + amount
        self._change("charge.refunded", paid, amount_refunded=back, refunded=back == paid["amount"])
        return made

    def credit(self, invoice: str, amount: int) -> Json:
        """Take something off an invoice."""
        billed = self.objects["invoice"][invoice]
        made = {
            "id": self.id("cn"), "object": "credit_note", "amount": amount, "created": self.now, "metadata": {},
            "currency": billed["currency"], "customer": billed["customer"], "invoice": invoice, "status": "issued",
            "number": f"{billed['number']}-CN-01", "reason": "order_change", "type": "post_payment",
        }  # fmt: skip
        return self._keep(made, "credit_note.created")

    def dispute(self, charge: str) -> Json:
        """Have a bank ask a payment back."""
        paid = self.objects["charge"][charge]
        made = {
            "id": self.id("dp"), "object": "dispute", "amount": paid["amount"], "charge": charge, "created": self.now,
            "currency": paid["currency"], "metadata": {}, "payment_intent": paid["payment_intent"],
            "reason": "fraudulent", "status": "needs_response",
        }  # fmt: skip
        return self._keep(made, "charge.dispute.created")

    # inside

    def _item(self, subscription: str, price: Json, quantity: int, start: int, end: int) -> Json:
        shown = {k: v for k, v in price.items() if k != "tiers"}
        return {
            "id": self.id("si"), "object": "subscription_item", "created": self.now, "current_period_end": end,
            "current_period_start": start, "discounts": [], "metadata": {}, "price": shown,
            **({} if price["recurring"]["usage_type"] == "metered" else {"quantity": quantity}),
            "subscription": subscription,
        }  # fmt: skip

    def _discount(self, coupon: str, customer: str, subscription: str | None) -> Json:
        terms = self.objects["coupon"][coupon]
        start = datetime.fromtimestamp(self.now, UTC)
        months = terms["duration_in_months"] if terms["duration"] == "repeating" else None
        made = {
            "id": self.id("di"), "object": "discount", "checkout_session": None, "customer": customer,
            "end": int((start + relativedelta(months=months)).timestamp()) if months else None, "invoice": None,
            "promotion_code": None, "source": {"coupon": coupon, "type": "coupon"}, "start": self.now,
            "subscription": subscription, "subscription_item": None,
        }  # fmt: skip
        return self._keep(made, "customer.discount.created")

    def _discounts(self, ids: list[str]) -> list[Json]:
        return [self.objects["discount"][i] for i in ids]

    def _renew(self, subscription: Json) -> None:
        if subscription["cancel_at_period_end"]:
            self._end(subscription)
            return
        items = copy.deepcopy(subscription["items"])
        for item in items["data"]:
            item["current_period_start"] = item["current_period_end"]
            item["current_period_end"] = next_period(item["current_period_end"], item["price"])
        was_trial = subscription["status"] == "trialing"
        self._change("customer.subscription.updated", subscription, items=items,
                     status="active" if was_trial else subscription["status"])  # fmt: skip
        if not subscription["pause_collection"]:
            invoice = self._bill(subscription, "subscription_cycle")
            self._change("customer.subscription.updated", subscription, latest_invoice=invoice["id"])

    def _end(self, subscription: Json) -> None:
        subscription |= {
            "status": "canceled",
            "ended_at": self.now,
            "canceled_at": subscription["canceled_at"] or self.now,
        }
        self._tell("customer.subscription.deleted", subscription)

    def _bill(self, subscription: Json, reason: str, *, pays: bool = True) -> Json:
        total = sum(amount_of(i) for i in subscription["items"]["data"])
        item = subscription["items"]["data"][0]
        made = {
            "id": self.id("in"), "object": "invoice", "amount_due": total, "amount_paid": 0, "amount_remaining": total,
            "billing_reason": reason, "created": self.now, "currency": subscription["currency"],
            "customer": subscription["customer"], "discounts": list(subscription["discounts"]), "due_date": None,
            "lines": {"object": "list", "data": [self._line(subscription, i) for i in subscription["items"]["data"]],
                      "has_more": False, "url": ""},
            "livemode": self.livemode, "metadata": {}, "number": None,
            "parent": {"type": "subscription_details", "quote_details": None,
                       "subscription_details": {"metadata": {}, "subscription": subscription["id"]}},
            "period_end": item["current_period_end"], "period_start": item["current_period_start"], "status": "draft",
            "status_transitions": {"finalized_at": None, "paid_at": None, "voided_at": None},
            "subtotal": total, "total": total, "total_taxes": [],
        }  # fmt: skip
        self._keep(made, "invoice.created")
        number = f"HB-{len(self.objects['invoice']):04d}"
        marks = {**made["status_transitions"], "finalized_at": self.now}
        self._change("invoice.finalized", made, status="open", number=number, status_transitions=marks)
        if pays:
            self._pay(made)
        else:
            self._charge(made, "failed")
            self._change("invoice.payment_failed", made, attempted=True)
        return made

    def _line(self, subscription: Json, item: Json) -> Json:
        return {
            "id": self.id("il"), "object": "line_item", "amount": amount_of(item), "currency": subscription["currency"],
            "discount_amounts": [], "parent": {"type": "subscription_item_details", "subscription_item_details": {
                "proration": False, "subscription": subscription["id"], "subscription_item": item["id"]}},
            "period": {"start": item["current_period_start"], "end": item["current_period_end"]},
            "pricing": {"type": "price_details", "price_details": {
                "price": item["price"]["id"], "product": item["price"]["product"]}},
            "quantity": item.get("quantity"), "subtotal": amount_of(item),
        }  # fmt: skip

    def _pay(self, invoice: Json) -> None:
        charge = self._charge(invoice, "succeeded")
        self._keep(
            {
                "id": self.id("inpay"), "object": "invoice_payment", "amount_paid": invoice["total"],
                "amount_requested": invoice["total"], "created": self.now, "currency": invoice["currency"],
                "invoice": invoice["id"], "is_default": True, "livemode": self.livemode,
                "payment": {"type": "payment_intent", "payment_intent": charge["payment_intent"]}, "status": "paid",
                "status_transitions": {"canceled_at": None, "paid_at": self.now},
            },
            "invoice_payment.paid",
        )  # fmt: skip
        marks = {**invoice["status_transitions"], "paid_at": self.now}
        self._change("invoice.paid", invoice, status="paid", amount_paid=invoice["total"], amount_remaining=0,
                     status_transitions=marks)  # fmt: skip

    def _charge(self, invoice: Json, status: str) -> Json:
        made = {
            "id": self.id("ch"), "object": "charge", "amount": invoice["total"], "amount_refunded": 0,
            "captured": True, "created": self.now, "currency": invoice["currency"], "customer": invoice["customer"],
            "failure_code": "card_declined" if status == "failed" else None, "livemode": self.livemode, "metadata": {},
            "paid": status == "succeeded", "payment_intent": self.id("pi"), "refunded": False, "status": status,
        }  # fmt: skip
        return self._keep(made, f"charge.{status}")


def every(price: Json) -> tuple[str, int]:
    return price["recurring"]["interval"], price["recurring"]["interval_count"]


def next_period(start: int, price: Json) -> int:
    unit, count = every(price)
    return int((datetime.fromtimestamp(start, UTC) + relativedelta(**{f"{unit}s": count})).timestamp())


def amount_of(item: Json) -> int:
    return int(float(item["price"]["unit_amount_decimal"] or 0) * item.get("quantity", 0))


def period_end(subscription: Json) -> int:
    return max(item["current_period_end"] for item in subscription["items"]["data"])


def seen_by(version: str, event: Json, world: World) -> Json:
    """Return the event as an endpoint of another API version is told of it."""
    if version == MODERN:
        return event
    told = copy.deepcopy(event)
    told["api_version"] = version
    _age(told["data"]["object"], world)
    before = told["data"].get("previous_attributes", {})
    if "items" in before and "discounts" not in before:
        _age(before | {"object": ""}, world)
    if "discounts" in before:
        before["discount"] = _classic_discount(before.pop("discounts"), world)
    return told


def _age(thing: Json, world: World) -> None:
    match thing["object"]:
        case "subscription":
            thing["discount"] = _classic_discount(thing.pop("discounts"), world)
            first = thing["items"]["data"][0]
            thing["current_period_end"], thing["current_period_start"] = (
                first["current_period_end"],
                first["current_period_start"],
            )
            for item in thing["items"]["data"]:
                del item["current_period_end"], item["current_period_start"], item["discounts"]
        case "discount":
            thing["coupon"] = _plain_coupon(world.objects["coupon"][thing.pop("source")["coupon"]])
        case "invoice":
            thing["subscription"] = thing.pop("parent")["subscription_details"]["subscription"]
            thing["paid"] = thing["status"] == "paid"
        case "charge":
            paying = next(
                (p for p in world.objects["invoice_payment"].values()
                 if p["payment"]["payment_intent"] == thing["payment_intent"]), None
            )  # fmt: skip
            thing["invoice"] = paying["invoice"] if paying else None


def _classic_discount(ids: list[str], world: World) -> Json | None:
    if not ids:
        return None
    made = copy.deepcopy(world.objects["discount"][ids[0]])
    made["coupon"] = _plain_coupon(world.objects["coupon"][made.pop("source")["coupon"]])
    return made


def _plain_coupon(coupon: Json) -> Json:
    return {k: v for k, v in coupon.items() if k != "applies_to"}


def cut_short(thing: Json) -> Json:
    """Leave out what lines of an invoice or items of a subscription are beyond the tenth, as all but their lists do."""
    lines = thing.get({"invoice": "lines", "subscription": "items"}.get(thing.get("object", ""), ""))
    if lines and len(lines["data"]) > 10:
        lines["data"], lines["has_more"] = lines["data"][:10], True
    return thing
