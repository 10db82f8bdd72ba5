"""Who is a VIP, of which level, for which reasons and on what evidence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from tenure.customers import queries as customers
from tenure.kernel.cursors import as_cursor, from_cursor, moment
from tenure.segments.queries import leaf_phrase, value_words
from tenure.segments.types.conditions import leaves
from tenure.vips.models import VipReason, VipRulesVersion
from tenure.vips.queries.acceptances import acceptances_of
from tenure.vips.queries.rules_in_force import has_rules, rules
from tenure.vips.rules import text_form
from tenure.vips.types import Proof, ReasonCount, VipItem, VipPage

_AT_ONCE = 500


def reason_counts() -> Sequence[ReasonCount]:
    """Return every reason in its order with how many accounts are VIPs for it."""
    counts = dict(_now().values_list("reason").annotate(n=Count("pk")).order_by())
    return [ReasonCount(reason=r, accounts=counts.get(r.key, 0)) for r in rules().definition.reasons]


def levels_of(account_ids: Iterable[int]) -> dict[int, str]:
    """Return the level of each account that is a VIP; all others are left out."""
    found: dict[int, list[str]] = defaultdict(list)
    for account_id, level in _now().filter(account__in=list(account_ids)).values_list("account_id", "level"):
        found[account_id].append(level)
    definition = rules().definition if found else None
    return {account_id: definition.highest(levels) for account_id, levels in found.items()} if definition else {}


def vip_of(account_id: int) -> VipItem | None:
    """Return what makes an account a VIP; None where nothing does."""
    found = _items([account_id], with_why=True)
    return found[0] if found else None


def proofs_of(account_id: int) -> Sequence[Proof]:
    """Return every reason an account ever was a VIP for, the latest first."""
    rows = list(VipReason.objects.filter(account=account_id).order_by("-since", "-pk"))
    return [_proof(row, {}) for row in rows]


def vips(*, level: str | None = None, reason: str | None = None, cursor: str | None = None, limit: int = 50) -> VipPage:
    """Return the accounts that are VIPs, the latest first; of a level (any of its reasons) or for a reason."""
    chosen = _now()
    if level:
        chosen = chosen.filter(level=level)
    if reason:
        chosen = chosen.filter(reason=reason)
    found = chosen.values("account_id").annotate(latest=Max("since"))
    if cursor:
        since, pk = from_cursor(cursor, 2)
        at = moment(since)
        found = found.filter(Q(latest__lt=at) | Q(latest=at, account_id__lt=pk))
    rows = list(found.order_by("-latest", "-account_id")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    items = {item.account_id: item for item in _items([row["account_id"] for row in rows])}
    return VipPage(
        items=[items[row["account_id"]] for row in rows if row["account_id"] in items],
        next_cursor=as_cursor([rows[-1]["latest"], rows[-1]["account_id"]]) if more else None,
    )


def all_vips(*, level: str | None = None, reason: str | None = None) -> Iterator[VipItem]:
    """Walk them, however many."""
    cursor: str | None = None
    while True:
        page = vips(level=level, reason=reason, cursor=cursor, limit=_AT_ONCE)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _now() -> "QuerySet[VipReason]":
    return VipReason.objects.filter(left_at=None, account__merged_into=None)


def _items(account_ids: Sequence[int], *, with_why: bool = False) -> list[VipItem]:
    if not account_ids or not has_rules():
        return []
    rows = list(_now().filter(account__in=list(account_ids)).order_by("account_id", "since", "pk"))
    since = dict(_now().filter(account__in=list(account_ids)).values_list("account_id").annotate(first=Min("since")))
    names = customers.account_names(account_ids)
    accepted = acceptances_of(account_ids)
    definition = rules().definition
    whys = _whys(rows) if with_why else {}
    by_account: dict[int, list[VipReason]] = defaultdict(list)
    for row in rows:
        by_account[row.account_id].append(row)
    items = []
    for account_id, mine in by_account.items():
        level = definition.highest([row.level for row in mine])
        items.append(
            VipItem(
                account_id=account_id,
                account_name=names.get(account_id, f"#{account_id}"),
                level=level,
                since=since[account_id],
                proofs=[_proof(row, whys) for row in mine],
                accepted=next((a for a in accepted.get(account_id, ()) if a.level == level), None),
            )
        )
    return items


def _proof(row: VipReason, whys: dict[int, list[dict[str, Any]]]) -> Proof:
    return Proof(
        reason=row.reason,
        level=row.level,
        since=row.since,
        left_at=row.left_at,
        evidence=row.evidence,
        why=whys.get(row.pk, ()),
    )


def _whys(rows: Sequence[VipReason]) -> dict[int, list[dict[str, Any]]]:
    """Return, by row, the parts of the condition in words, with what they looked at."""
    found = VipRulesVersion.objects.filter(number__in={row.version for row in rows})
    reasons = {(v.number, r.key): r for v in found for r in text_form.stored(v.definition).reasons}
    told = {}
    for row in rows:
        reason = reasons.get((row.version, row.reason))
        told[row.pk] = [
            {"phrase": leaf_phrase(leaf), "value": value_words(leaf, row.leaves[path][0]), "held": row.leaves[path][1]}
            for path, leaf in (leaves(reason.when) if reason else ())
            if path in row.leaves
        ]
    return told
