"""What customers accepted, by whom and when, and whether these are still the terms."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tenure.kernel import clock, tenancy
from tenure.vips.errors import NoSuchAcceptance
from tenure.vips.models import Acceptance, VipRules
from tenure.vips.rules import text_form
from tenure.vips.types import Accepted
from tenure.workspaces import queries as workspaces


def acceptances() -> "QuerySet[Acceptance]":
    """Return every acceptance that counts."""
    return Acceptance.objects.filter(withdrawn_at=None).select_related("account", "recorded_by")


def acceptance(acceptance_id: int) -> Acceptance:
    """Return one, withdrawn or not; raises `NoSuchAcceptance`."""
    found = Acceptance.objects.select_related("account", "recorded_by").filter(pk=acceptance_id).first()
    if found is None:
        raise NoSuchAcceptance
    return found


def acceptances_of(account_ids: Iterable[int]) -> dict[int, list[Accepted]]:
    """Return what accounts accepted, the latest first; those that accepted nothing are left out."""
    found = acceptances().filter(account__in=list(account_ids)).order_by("-accepted_on", "-pk")
    by_account: dict[int, list[Accepted]] = {}
    for each in accepted_items(found):
        by_account.setdefault(each.account_id, []).append(each)
    return by_account


def accepted_items(rows: Iterable[Acceptance]) -> Sequence[Accepted]:
    """Return acceptances as pages and programs show them."""
    today = clock.now().astimezone(ZoneInfo(workspaces.workspace(tenancy.current_workspace_id()).timezone)).date()
    in_force = VipRules.objects.first()
    definition = text_form.stored(in_force.definition) if in_force else None
    promised = {t.level: t for t in definition.terms} if definition else {}
    items = []
    for row in rows:
        terms = promised.get(row.level)
        until = row.accepted_on + timedelta(days=row.lasts_days) if row.lasts_days else None
        items.append(
            Accepted(
                id=row.pk,
                account_id=row.account_id,
                account_name=str(row.account),
                level=row.level,
                version=row.version,
                includes=tuple(row.includes),
                accepted_by=row.accepted_by,
                accepted_on=row.accepted_on,
                until=until,
                recorded_by=row.recorded_by.name if row.recorded_by else "",
                recorded_at=row.recorded_at,
                note=row.note,
                by_link=row.link_id is not None,
                address=row.address or "",
                browser=row.browser,
                language=row.language,
                is_current=terms is not None
                and (list(terms.includes), terms.lasts_days) == (row.includes, row.lasts_days),
                is_over=until is not None and today > until,
            )
        )
    return items
