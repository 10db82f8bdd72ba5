"""How the demo's accounts are served: touch models from some months ago on, VIPs with facts about their companies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.connectors.company_facts import actions as company_facts
from tenure.connectors.company_facts.types import CompanyRow
from tenure.connectors.simulator.content.care import (
    ACCEPTED,
    BOOK,
    BRANDS,
    FOLLOWERS,
    FUNDING,
    KEPT_PERCENT,
    LIST,
    LOCK_REASON,
    POOL,
    SAID,
)
from tenure.customers import queries as customers
from tenure.kernel import clock, jobs
from tenure.touch_models import actions as touch_models
from tenure.touch_models import queries as touch_model_queries
from tenure.touch_models.types.books import Books, Capacity, Pool
from tenure.vips import actions as vips
from tenure.vips import queries as vip_queries

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

LOOKED_AT = (112, 42, 7)
"""So many days before the present everybody's stage and model is looked at: seldom, for the sake of the first start."""
STAGES = ("lifecycle_minute", "touch_models", "touch_models_steps")
MODELS_FROM = 112
"""So many days before the present the team began to serve accounts by touch models."""
LOCK_LASTS = timedelta(days=60)


class Care:
    """Follows how accounts are served through the year; `present` is when it ends."""

    def __init__(self, *, present: datetime, members: Sequence[Member]) -> None:
        self._present = present
        self._owner = members[0]
        self._ahead = list(LOOKED_AT)

    def go_on(self, moment: datetime) -> None:
        """Look at everybody when a day for it has come; begin with touch models when it is time."""
        left = (self._present - moment).days
        if not self._ahead or left > self._ahead[0]:
            return
        self._ahead = [days for days in self._ahead if days < left]
        if left <= MODELS_FROM and not touch_model_queries.has_models():
            touch_models.begin(by=self._owner)
        for name in STAGES:
            jobs.run_stage(name, moment)


def _books(members: Sequence[Member]) -> Books:
    emails = [m.user.email for m in members]
    return Books(
        members=tuple(
            Capacity(email=email, accounts=most, languages=languages, timezone=timezone)
            for email, (most, languages, timezone) in BOOK.items()
            if email in emails
        ),
        pooled=(
            Pool(name=POOL, models=("low_touch", "tech_touch"), members=tuple(emails[1:]), keep_percent=KEPT_PERCENT),
        ),
    )


def look_after(seed: int, *, now: datetime, members: Sequence[Member]) -> None:
    """Learn about some companies, begin with VIPs, record what some accepted, and lock one account's model."""
    rng = np.random.default_rng([seed, 11])
    domains = sorted(customers.accounts_by_domain(None))
    chosen = [domains[n] for n in rng.permutation(len(domains))[: len(FUNDING) + len(BRANDS) + len(FOLLOWERS)].tolist()]
    facts: list[dict[str, Any]] = [
        *({"funding_total_usd": amount, "funding_last_round": last} for amount, last in FUNDING),
        *({"brand_list": name} for name in BRANDS),
        *({"social_followers": followers} for followers in FOLLOWERS),
    ]
    rows = [CompanyRow(domain=domain, facts=known) for domain, known in zip(chosen, facts, strict=False)]
    company_facts.learn(rows, source=LIST, now=now)
    for name in STAGES:
        jobs.run_stage(name, now)
    by = members[0]
    touch_models.change_books(_books(members), by=by)
    vips.begin(by=by)
    found = vip_queries.vips(level="gold", limit=ACCEPTED).items
    for vip in found:
        people = customers.people_of(vip.account_id)
        if people:
            vips.record_acceptance(
                vip.account_id,
                vip.level,
                accepted_by=people[0].name,
                accepted_on=(now - timedelta(days=9)).date(),
                note=SAID,
                by=by,
            )
    for vip in vip_queries.vips(level="silver", limit=1).items:  # one accepts by itself, and one is still asked
        _accept_by_link(vip.account_id, vip.level, by)
    for vip in vip_queries.vips(level="silver", limit=2).items[1:]:
        vips.offer_terms(vip.account_id, vip.level, by=by)
    quiet = [s.account_id for s in touch_model_queries.accounts_with("tech_touch", limit=1).items]
    for account_id in quiet:
        until = (clock.now() + LOCK_LASTS).date()
        touch_models.lock_model(account_id, "high_touch", reason=LOCK_REASON, until=until, by=by)


def _accept_by_link(account_id: int, level: str, by: Member) -> None:
    people = customers.people_of(account_id)
    link = vips.offer_terms(account_id, level, by=by)
    token = vip_queries.link_url(link).rstrip("/").rpartition("/")[2]
    name = people[0].name if people else "Maya Lin"
    vips.accept_by_link(
        token, accepted_by=name, address="203.0.113.7", browser="Mozilla/5.0 (simulated)", language="en"
    )
