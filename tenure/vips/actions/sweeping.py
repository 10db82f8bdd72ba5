"""Look at every account for reasons that hold and reasons that are over; all set-based."""

from collections import defaultdict
from datetime import datetime

import msgspec
import structlog
from django.db import connection, transaction

from tenure.customers import actions as customers
from tenure.kernel import tenancy
from tenure.kernel.outbox import announce_all
from tenure.lake.engine import CannotCompute
from tenure.vips.announcements import VipReasonFound, VipReasonGone
from tenure.vips.models import VipReason, VipRules
from tenure.vips.queries.judging import Judged, judge
from tenure.vips.rules import text_form
from tenure.vips.types import SOURCE, TRAIT, Definition

log = structlog.get_logger(__name__)

_TOLD_AT_ONCE = 2_000
_LOCK = 7_205_340
_Key = tuple[int, str]
"""An account and a reason."""


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Find who has become a VIP, or is no longer; returns how many reasons came and went."""
    one_at_a_time()
    found = VipRules.objects.first()
    if found is None:
        return 0
    living = VipReason.objects.filter(left_at=None, account__merged_into=None)
    rows = living.values_list("account_id", "reason", "pk", "level", "evidence")
    has = {(account, reason): (pk, level, evidence) for account, reason, pk, level, evidence in rows}
    known: dict[str, set[int]] = defaultdict(set)
    for account_id, reason in has:
        known[reason].add(account_id)
    try:
        definition = text_form.stored(found.definition)
        judged = judge(definition, now=now, known=known)
    except (CannotCompute, msgspec.ValidationError, KeyError) as error:
        log.warning("VIPs cannot be found", error=str(error))
        VipRules.objects.filter(pk=found.pk).update(error=str(error)[:2_000])
        return 0
    is_first = found.swept_at is None
    VipRules.objects.filter(pk=found.pk).update(swept_at=now, error="")
    return _settle(definition, judged, has, version=found.version, now=now, is_first=is_first)


def _settle(
    definition: Definition,
    judged: Judged,
    has: "dict[_Key, tuple[int, str, dict[str, object]]]",
    *,
    version: int,
    now: datetime,
    is_first: bool,
) -> int:
    levels = {r.key: r.level for r in definition.reasons}
    holds = {(account, reason): proof for reason, of in judged.accounts.items() for account, proof in of.items()}
    coming = [key for key in holds if key not in has]
    going = [key for key in has if key not in holds]
    changed = [key for key in holds if key in has and has[key][1:] != (levels[key[1]], holds[key])]
    _end([has[key][0] for key in going], now)
    _renew([(has[key][0], levels[key[1]], dict(holds[key])) for key in changed])
    _insert([(key, levels[key[1]], dict(holds[key]), judged.leaves.get((key[1], key[0]), {})) for key in coming],
            version=version, now=now)  # fmt: skip
    touched = {account for account, _ in (*coming, *going, *changed)}
    if not touched:
        return 0
    by_account: dict[int, list[str]] = defaultdict(list)
    for account, reason in holds:
        by_account[account].append(levels[reason])
    level_of = {a: definition.highest(by_account[a]) if a in by_account else None for a in touched}
    told = sorted(touched)
    for n in range(0, len(told), _TOLD_AT_ONCE):
        some = {a: {TRAIT: level_of[a]} for a in told[n : n + _TOLD_AT_ONCE]}
        customers.set_traits_of_accounts(some, source=SOURCE, at=now)
    if not is_first:
        _tell(definition, coming, going, level_of, now)
    return len(coming) + len(going)


def _tell(
    definition: Definition, coming: list[_Key], going: list[_Key], level_of: dict[int, str | None], now: datetime
) -> None:
    workspace_id = tenancy.current_workspace_id()
    reasons = {r.key: r.name for r in definition.reasons}
    names = {level.key: level.name for level in definition.levels}
    for kind, keys in ((VipReasonGone, going), (VipReasonFound, coming)):
        announce_all(
            kind(
                workspace_id=workspace_id,
                at=now,
                account_id=account,
                reason=reason,
                reason_name=reasons.get(reason, reason),
                level=level_of[account] or "",
                level_name=names.get(level_of[account] or "", ""),
            )
            for account, reason in sorted(keys)
        )


def _end(ids: list[int], now: datetime) -> None:
    if ids:
        VipReason.objects.filter(pk__in=ids, left_at=None).update(left_at=now)


def _renew(changed: "list[tuple[int, str, dict[str, object]]]") -> None:
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vips_vipreason v SET level = n.level, evidence = n.evidence"
            " FROM unnest(%s::bigint[], %s::text[], %s::jsonb[]) AS n (id, level, evidence) WHERE v.id = n.id",
            [
                [pk for pk, _, _ in changed],
                [level for _, level, _ in changed],
                [msgspec.json.encode(evidence).decode() for _, _, evidence in changed],
            ],
        )


def _insert(coming: "list[tuple[_Key, str, dict[str, object], object]]", *, version: int, now: datetime) -> None:
    if not coming:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vips_vipreason"
            " (workspace_id, account_id, reason, level, since, left_merged, version, evidence, leaves)"
            " SELECT %s, n.account_id, n.reason, n.level, %s, false, %s, n.evidence, n.leaves"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::jsonb[], %s::jsonb[])"
            " AS n (account_id, reason, level, evidence, leaves) ON CONFLICT DO NOTHING",
            [
                tenancy.current_workspace_id(),
                now,
                version,
                [account for (account, _), _, _, _ in coming],
                [reason for (_, reason), _, _, _ in coming],
                [level for _, level, _, _ in coming],
                [msgspec.json.encode(evidence).decode() for _, _, evidence, _ in coming],
                [msgspec.json.encode(leaves).decode() for _, _, _, leaves in coming],
            ],
        )


def one_at_a_time() -> None:
    """Wait for whoever else looks for VIPs; who locks the row of the rules too takes this first, lest both wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, tenancy.current_workspace_id()])
