"""What members look after against what they can, pooled books and how much of them was kept."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Q

from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.kernel.money import minor_digits
from tenure.stats.proportions import Interval, share
from tenure.touch_models.models import BooksNow, Standing
from tenure.touch_models.queries.definitions import definition, has_models, models_called
from tenure.touch_models.queries.holding import NO_OWNER, held_accounts, revenue_of
from tenure.touch_models.queries.standing import models_of
from tenure.touch_models.rules import books_text
from tenure.touch_models.types.books import (
    Attainment,
    Books,
    BooksSummary,
    Capacity,
    MemberBook,
    Of,
    OwnKept,
    Pool,
    PoolItem,
)
from tenure.workspaces import queries as workspaces

_RESAMPLES = 2_000
_MANY = 5_000
"""From so many accounts on the interval comes from the share's own variance: drawing them would fill the memory."""


def books() -> BooksSummary:
    """Return the books in force; without any, every member has a book without bounds."""
    found = BooksNow.objects.first()
    if found is None:
        return BooksSummary(books=Books(), version=0, changed_at=None)
    return BooksSummary(books=books_text.stored(found.definition), version=found.version, changed_at=found.changed_at)


def read_books(text: str) -> Books:
    """Read the text form; raises `BooksWrong` whose problems know their line."""
    models = definition().definition.keys if has_models() else ()
    return books_text.from_text(text, emails=list(member_emails().values()), models=models)


def read_books_form(raw: Mapping[str, Any]) -> Books:
    """Read what a form sent; raises `BooksWrong`."""
    models = definition().definition.keys if has_models() else ()
    return books_text.from_json_form(raw, emails=list(member_emails().values()), models=models)


def suggested_books() -> Books:
    """Return books to begin with: a line for every member."""
    return Books(members=tuple(Capacity(email=email) for email in member_emails().values()))


def books_text_of(made: Books) -> str:
    """Return the text form; without any, one to begin with."""
    return books_text.to_text(made if made.members or made.pooled else suggested_books())


def books_form(made: Books) -> dict[str, Any]:
    """Return the form that is stored, sent and received."""
    return books_text.to_json_form(made)


def member_emails() -> dict[int, str]:
    """Return the address of every member, by id."""
    found = workspaces.members().order_by("pk").select_related("user")
    return {member.pk: member.user.email.casefold() for member in found}


def minutes_by_model(keys: Iterable[str]) -> dict[str, int]:
    """Return how much of a member's week one account of each model takes."""
    return {key: model.minutes_a_week for key, model in models_called(set(keys)).items()}


def member_books(*, now: datetime | None = None, made: Books | None = None) -> Sequence[MemberBook]:
    """Return what every member looks after, by name; churned accounts and those of pooled books are not counted.

    The time that pooled books take is: those who share one are taken to share it evenly. `made` are books to judge by
    that need not be in force.
    """
    in_force = made or books().books
    capacities = {c.email: c for c in in_force.members}
    held = held_accounts(now or clock.now())
    own = (held.owners != NO_OWNER) & ~held.having({key for pool in in_force.pooled for key in pool.models})
    owners, whose = np.unique(held.owners[own], return_inverse=True)
    each_takes = held.each(minutes_by_model(held.names))
    minutes, mrr_held = each_takes[own], held.mrr[own]
    shared = {p.name: round(each_takes[held.having(p.models)].sum() / max(1, len(p.members))) for p in in_force.pooled}
    counts = {
        owner: (int((whose == n).sum()), int(mrr_held[whose == n].sum()), int(minutes[whose == n].sum()))
        for n, owner in enumerate(owners.tolist())
    }
    digits = whole_unit()
    rows = []
    for member in workspaces.members().order_by("name", "pk").select_related("user"):
        email = member.user.email.casefold()
        accounts, mrr, used = counts.get(member.pk, (0, 0, 0))
        capacity = capacities.get(email)
        pooled = [p.name for p in in_force.pooled if email in p.members]
        from_pools = sum(shared[name] for name in pooled)
        rows.append(
            MemberBook(
                member_id=member.pk,
                name=member.name,
                email=email,
                accounts=accounts,
                mrr=mrr,
                minutes=used + from_pools,
                pooled_minutes=from_pools,
                capacity=capacity,
                over=_over(capacity, accounts, mrr / digits, used + from_pools),
                pooled=tuple(pooled),
            )
        )
    return rows


def pools(*, now: datetime | None = None, made: Books | None = None) -> Sequence[PoolItem]:
    """Return the pooled books (or those of `made`) with their accounts and what was kept."""
    now = now or clock.now()
    emails = {email: pk for pk, email in member_emails().items()}
    names, held = workspaces.member_names(), held_accounts(now)
    each_takes = held.each(minutes_by_model(held.names))
    items = []
    for pool in (made or books().books).pooled:
        here = held.having(pool.models)
        items.append(
            PoolItem(
                pool=pool,
                accounts=int(here.sum()),
                mrr=int(held.mrr[here].sum()),
                minutes=int(each_takes[here].sum()),
                members=[(emails[e], names.get(emails[e], e)) for e in pool.members if e in emails],
                attainment=attainment(pool, now=now),
            )
        )
    return items


def sharing_pools_of(account_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Return the members who share the pooled book an account is in; accounts in none are left out."""
    emails = {email: pk for pk, email in member_emails().items()}
    by_model: dict[str, dict[int, None]] = {}
    for pool in books().books.pooled:
        for key in pool.models:
            by_model.setdefault(key, {}).update((emails[e], None) for e in pool.members if e in emails)
    has = models_of(account_ids) if by_model else {}
    return {a: tuple(by_model[key]) for a, key in has.items() if by_model.get(key)}


def attainment(pool: Pool, *, now: datetime) -> Attainment:
    """Return how much of a pooled book was kept over its window.

    Counted are the accounts that were in the book when the window began, by the model each had then, and that were
    customers; whatever model they got since. Of an account that had none yet, the first it got afterwards counts.
    """
    begins = now - timedelta(days=pool.days)
    then = Standing.objects.filter(Q(left_at=None) | Q(left_at__gt=begins), account__merged_into=None)
    theirs = then.order_by("account", "since", "pk").distinct("account")  # what it had then, or got next
    found = Standing.objects.filter(pk__in=theirs.values("pk"), model__in=pool.models)
    rows = found.values_list("account_id", "account__signed_up_at", "account__first_seen_at", "account__churned_at")
    known = {a: (min(signed or first, first), churned) for a, signed, first, churned in rows}
    gone = customers.churned_spans(known)
    cohort = [a for a, (since, _) in known.items() if since <= begins and not _away(gone.get(a, ()), begins)]
    target = pool.keep_percent / 100
    if pool.of is Of.REVENUE:
        ids = np.array(cohort, np.int64)
        paid = revenue_of(ids, billing.mrr_of_accounts(begins, cohort))
        pays = revenue_of(ids, billing.mrr_of_accounts(now, cohort))
        before = paid[paid > 0].astype(np.float64)
        after = np.minimum(pays, paid)[paid > 0].astype(np.float64)
        return _attained(round(after.sum()), round(before.sum()), _ratio(after, before), target)
    kept = sum(1 for a in cohort if known[a][1] is None)
    return _attained(kept, len(cohort), share(kept, len(cohort)), target)


def kept_by(member_id: int, *, now: datetime | None = None, days: int = 365) -> OwnKept:
    """Return how much of what a member looked after so many days ago was kept; an account given away counts there.

    By what is known of who looked after whom when; of what was before that was written down, nothing is said.
    """
    now = now or clock.now()
    begins = now - timedelta(days=days)
    owned = customers.owned_at(member_id, begins)
    gone = customers.churned_spans(owned) if owned else {}
    cohort = [a for a in owned if not _away(gone.get(a, ()), begins)]
    lost = sum(1 for a in cohort if _away(gone.get(a, ()), now))
    said = share(len(cohort) - lost, len(cohort))
    return OwnKept(kept=len(cohort) - lost, of=len(cohort), days=days, share=said.value, low=said.low, high=said.high)


def whole_unit() -> int:
    """Return how many minor units make one whole unit of the workspace's currency."""
    return int(10 ** minor_digits(workspaces.workspace(tenancy.current_workspace_id()).currency))


def _away(spans: Iterable[tuple[datetime, datetime | None]], at: datetime) -> bool:
    return any(left <= at and (back is None or back > at) for left, back in spans)


def _attained(kept: int, of: int, said: Interval, target: float) -> Attainment:
    wanted = math.ceil(target * of - 1e-9)
    return Attainment(
        kept=kept,
        of=of,
        share=said.value,
        low=said.low,
        high=said.high,
        target=target,
        short=max(0, wanted - kept),
        may_lose=max(0, kept - wanted),
    )


def _ratio(after: "np.ndarray[tuple[int], np.dtype[np.float64]]", before: object) -> Interval:
    """Return the share of revenue kept, with an interval: of accounts drawn again and again, unless there are many."""
    total = np.asarray(before, np.float64)
    if not total.sum():
        return Interval(value=None, low=None, high=None)
    value = float(after.sum() / total.sum())
    if len(total) >= _MANY:
        apart = 1.96 * float(np.sqrt(np.square(after - value * total).sum())) / float(total.sum())
        return Interval(value=value, low=max(0.0, value - apart), high=min(1.0, value + apart))
    rng = np.random.default_rng(7)
    drawn = rng.integers(0, len(total), (_RESAMPLES, len(total)))
    shares = after[drawn].sum(axis=1) / total[drawn].sum(axis=1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return Interval(value=value, low=float(low), high=float(high))


def _over(capacity: Capacity | None, accounts: int, mrr: float, minutes: int) -> tuple[str, ...]:
    if capacity is None:
        return ()
    held = (("accounts", accounts), ("mrr", mrr), ("minutes_a_week", minutes))
    return tuple(name for name, has in held if (most := getattr(capacity, name)) is not None and has > most)
