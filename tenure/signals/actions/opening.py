"""Opening signals, or bringing those that are open up to date."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce_all
from tenure.signals.announcements import SignalOpened, SignalWorsened
from tenure.signals.models import Signal, SignalMute
from tenure.signals.queries.money import Money, MoneyAtStake, money_at_stake
from tenure.signals.rules import WORSE_BY, is_muted, severity_of
from tenure.signals.types import EvidenceLink, Finding, Opened, SignalStatus

_Key = tuple[int, str, str]

_LOCK_LIVE = """
    SELECT s.id FROM signals_signal s
    JOIN unnest(%s::bigint[], %s::text[], %s::text[]) AS found (account_id, kind, reason_key)
        USING (account_id, kind, reason_key)
    WHERE s.workspace_id = %s AND s.status IN ('open', 'snoozed') ORDER BY s.id FOR NO KEY UPDATE OF s
"""
"""Whoever changes several signals locks them in the order of their ids, so that nobody waits for each other."""
_OPEN_OR_REFRESH = """
    INSERT INTO signals_signal
        (workspace_id, account_id, kind, reason_key, severity, first_severity, evidence, owner_id, amount_minor,
         currency, confidence, links, status, opened_at, refreshed_at, refreshed_times, close_reason, outcome, note)
    SELECT %(workspace)s, found.account_id, found.kind, found.reason_key, found.severity, found.severity,
           found.evidence::jsonb, found.owner_id, found.amount, found.currency, found.confidence, found.links::jsonb,
           'open', %(now)s, %(now)s, 0, '', '', ''
    FROM unnest(%(account)s::bigint[], %(kind)s::text[], %(reason)s::text[], %(severity)s::float8[],
                %(evidence)s::text[], %(owner)s::bigint[], %(amount)s::bigint[], %(currency)s::text[],
                %(confidence)s::float8[], %(links)s::text[])
         AS found (account_id, kind, reason_key, severity, evidence, owner_id, amount, currency, confidence, links)
    ON CONFLICT (workspace_id, account_id, kind, reason_key) WHERE status IN ('open', 'snoozed') DO UPDATE
    SET severity = EXCLUDED.severity, evidence = EXCLUDED.evidence, refreshed_at = EXCLUDED.refreshed_at,
        amount_minor = EXCLUDED.amount_minor, currency = EXCLUDED.currency, confidence = EXCLUDED.confidence,
        links = EXCLUDED.links, refreshed_times = signals_signal.refreshed_times + 1
    RETURNING id, account_id, kind, reason_key, owner_id, xmax = 0
"""
_WAKE_WORSE = """
    WITH worse AS (
        SELECT id, severity, snoozed_severity FROM signals_signal
        WHERE id = ANY(%s) AND status = 'snoozed' AND severity >= snoozed_severity + %s - 1e-9
        ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE signals_signal s SET status = 'open', snoozed_until = NULL, snoozed_by_id = NULL, woken_at = %s
    FROM worse WHERE worse.id = s.id
    RETURNING s.id, s.account_id, s.kind, s.severity, worse.snoozed_severity, s.owner_id
"""


@transaction.atomic
def open_signals(findings: Sequence[Finding]) -> Opened:
    """Open a signal for each finding, or bring the one that is open for the same reason up to date.

    As many statements, whatever the number. New signals belong to the account's owner. Of two findings with one
    account, kind and reason the last counts. A snoozed signal that has become worse (`rules.WORSE_BY`) wakes. What a
    member muted opens nothing.
    """
    unique = {(f.account_id, f.kind, f.reason_key): f for f in findings}
    unique, muted = _unmuted(unique)
    if not unique:
        return Opened(opened=(), refreshed=(), muted=muted)
    now = clock.now()
    workspace_id = tenancy.current_workspace_id()
    unique = dict(sorted(unique.items()))  # new ones in one order, too
    listed = list(unique.values())
    owners = customers.owners_of(f.account_id for f in listed)
    stakes = money_at_stake(listed)
    money = {key: stakes.of(f) for key, f in unique.items()}
    severities = {key: _severity(f, money[key], stakes) for key, f in unique.items()}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_LIVE, [*map(list, zip(*unique, strict=True)), workspace_id])
        cursor.execute(
            _OPEN_OR_REFRESH,
            {
                "workspace": workspace_id,
                "now": now,
                "account": [f.account_id for f in listed],
                "kind": [f.kind for f in listed],
                "reason": [f.reason_key for f in listed],
                "severity": [severities[key] for key in unique],
                "evidence": [json.dumps(f.evidence) for f in listed],
                "owner": [owners.get(f.account_id) for f in listed],
                "amount": [money[key].amount for key in unique],
                "currency": [money[key].currency for key in unique],
                "confidence": [f.confidence for f in listed],
                "links": [json.dumps([_as_json(link) for link in f.links]) for f in listed],
            },
        )
        rows = cursor.fetchall()
        cursor.execute(_WAKE_WORSE, [[row[0] for row in rows if not row[5]], WORSE_BY, now])
        woken = sorted(cursor.fetchall())
    announce_all(
        SignalOpened(
            workspace_id=workspace_id,
            at=now,
            account_id=account_id,
            signal_id=pk,
            signal_kind=kind,
            severity=severities[account_id, kind, reason_key],
            owner_id=owner_id,
            summary=dict(unique[account_id, kind, reason_key].summary),
            amount_minor=money[account_id, kind, reason_key].amount,
            currency=money[account_id, kind, reason_key].currency,
            confidence=unique[account_id, kind, reason_key].confidence,
        )
        for pk, account_id, kind, reason_key, owner_id, is_new in rows
        if is_new
    )
    announce_all(
        SignalWorsened(
            workspace_id=workspace_id,
            at=now,
            account_id=account_id,
            signal_id=pk,
            signal_kind=kind,
            severity=severity,
            severity_before=before,
            owner_id=owner_id,
        )
        for pk, account_id, kind, severity, before, owner_id in woken
    )
    return Opened(
        opened=tuple(row[0] for row in rows if row[5]),
        refreshed=tuple(row[0] for row in rows if not row[5]),
        woken=tuple(row[0] for row in woken),
        muted=muted,
    )


def open_signal(
    account_id: int,
    kind: str,
    *,
    severity: float,
    evidence: Mapping[str, Any],
    summary: Mapping[str, Any] | None = None,
    reason_key: str = "",
) -> Signal:
    """Open one signal, or bring the open one up to date."""
    done = open_signals(
        [
            Finding(
                account_id=account_id,
                kind=kind,
                severity=severity,
                evidence=evidence,
                summary=summary or {},
                reason_key=reason_key,
            )
        ]
    )
    return Signal.objects.get(pk__in=done.opened + done.refreshed)


def _unmuted(found: dict[_Key, Finding]) -> tuple[dict[_Key, Finding], int]:
    """Leave out what is muted, unless a signal is open for it already; returns how many were left out, too."""
    mutes = list(
        SignalMute.objects.filter(ended_at=None, until__gt=clock.now()).values_list("pk", "kind", "account_id")
    )
    held = {key: f for key, f in found.items() if is_muted(f.kind, f.account_id, [(k, a) for _, k, a in mutes])}
    if not held:
        return found, 0
    live = set(
        Signal.objects.filter(account_id__in=[f.account_id for f in held.values()])
        .exclude(status=SignalStatus.CLOSED)
        .values_list("account_id", "kind", "reason_key")
    )
    held = {key: f for key, f in held.items() if key not in live}
    for pk, kind, account_id in mutes:
        by_this = sum(is_muted(f.kind, f.account_id, [(kind, account_id)]) for f in held.values())
        if by_this:
            SignalMute.objects.filter(pk=pk).update(held_back=F("held_back") + by_this)
    return {key: f for key, f in found.items() if key not in held}, len(held)


def _severity(finding: Finding, money: "Money", stakes: "MoneyAtStake") -> float:
    if finding.severity is not None:
        return float(finding.severity)
    assert finding.confidence is not None
    return severity_of(finding.confidence, stakes.in_own_currency(money), stakes.typical)


def _as_json(link: EvidenceLink) -> dict[str, Any]:
    written = dataclasses.asdict(link) | {"kind": link.kind.value}
    for day in ("since", "until"):
        written[day] = written[day] and written[day].isoformat()
    return {name: value for name, value in written.items() if value not in (None, "")}
