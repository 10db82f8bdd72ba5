"""Who is a VIP and on what evidence; the rules, the terms, and what they were before."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.segments import queries as segments
from tenure.vips import queries
from tenure.web.exporting import csv_answer
from tenure.web.pages.vips.words import evidence_words, people_in
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole

ROWS = 50
COLUMNS = ("account_id", "account", "level", "since", "reasons", "evidence", "accepted_by", "accepted_on", "until")


@require_safe
def vips(request: Visit) -> HttpResponse:
    """List the VIPs, the latest first."""
    may_change = may(request, PermissionRole.ADMIN)
    if not queries.has_rules():
        shown = {"suggested": queries.text_of(queries.suggested()), "may_change": may_change}
        return render(request, "vips/empty.html", shown)
    level, reason = _chosen(request)
    page = queries.vips(level=level, reason=reason, cursor=request.GET.get("cursor"), limit=ROWS)
    levels, reasons = queries.level_names(), queries.reason_names()
    people = people_in(page.items)
    rows = [
        {
            "vip": vip,
            "level": levels.get(vip.level, vip.level),
            "proofs": [(reasons.get(p.reason, p.reason), evidence_words(p.evidence, people)) for p in vip.proofs],
        }
        for vip in page.items
    ]
    shown = {
        "found": queries.rules(),
        "rows": rows,
        "counts": [(c, reasons[c.reason.key], levels[c.reason.level]) for c in queries.reason_counts()],
        "reason": reason,
        "next": page.next_cursor,
        "has_previous": bool(request.GET.get("cursor")),
        "may_change": may_change,
    }
    return render(request, "vips/vips.html", shown)


@require_safe
def vips_csv(request: Visit) -> HttpResponseBase:
    """Export them."""
    level, reason = _chosen(request)

    def lines() -> Iterator[tuple[object, ...]]:
        for vip in queries.all_vips(level=level, reason=reason):
            proof = "; ".join(f"{name}={value}" for p in vip.proofs for name, value in p.evidence.items())
            accepted = vip.accepted
            yield (
                vip.account_id, vip.account_name, vip.level, vip.since, ", ".join(p.reason for p in vip.proofs), proof,
                accepted.accepted_by if accepted else "", accepted.accepted_on.isoformat() if accepted else "",
                accepted.until.isoformat() if accepted and accepted.until else "",
            )  # fmt: skip

    return csv_answer("vips", COLUMNS, lines())


@require_safe
def rules(request: Visit) -> HttpResponse:
    """Show the reasons, what each level is promised, and what was there before."""
    found = queries.rules()
    levels, reasons, members = queries.level_names(), queries.reason_names(), workspaces.member_names()
    shown = {
        "found": found,
        "reasons": [
            {
                "reason": each,
                "name": reasons[each.key],
                "level": levels[each.level],
                "when": segments.phrase(each.when, members),
            }
            for each in found.definition.reasons
        ],
        "terms": [
            {
                "terms": found.definition.terms_of(level.key),
                "level": levels[level.key],
                "who": [reasons[r.key] for r in found.definition.reasons if r.level == level.key],
            }
            for level in found.definition.levels
        ],
        "versions": queries.versions(),
        "may_change": may(request, PermissionRole.ADMIN),
    }
    return render(request, "vips/rules.html", shown)


def _chosen(request: Visit) -> tuple[str | None, str | None]:
    return (
        request.GET.get("level", "").replace("\x00", "")[:30] or None,
        request.GET.get("reason", "").replace("\x00", "")[:30] or None,
    )
