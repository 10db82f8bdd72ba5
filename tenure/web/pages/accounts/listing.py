"""The list of accounts: a table people work in, whose address is the view."""

import dataclasses
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.customers.types import AccountFilter, Stage
from tenure.kernel import clock
from tenure.playbooks import queries as playbooks
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.signals import queries as signals
from tenure.web.exporting import csv_answer, json_lines_answer
from tenure.web.pages.accounts import words
from tenure.web.pages.accounts.list_view import EVERYTHING, OWN_COLUMNS, AccountsView
from tenure.web.pages.accounts.narrowed import among, ranking_of
from tenure.web.pages.accounts.rows import USE_DAYS, rows, use_of
from tenure.web.pages.accounts.traits_here import traits_here
from tenure.web.pages.settings.snippets import snippets
from tenure.web.permission import may
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import actions as workspace_actions
from tenure.workspaces import queries as workspaces
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.types import PermissionRole

ROWS = 50
PAGE = "accounts"
_EXPORTED_AT_ONCE = 5_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Chip:
    """One filter in words, and the address without it."""

    text: str
    without: str


@require_safe
def accounts(request: Visit) -> HttpResponse:
    """Show one page of a view of the accounts."""
    view = AccountsView.of(request.GET)
    if "apply" in request.GET:
        return redirect(f"{reverse('accounts')}{view.changed()}")
    mine = AccountsView(owners=(request.member.pk,))
    if not request.GET and customers.accounts_matching(mine.wanted(clock.now(), None)).exists():
        return redirect(f"{reverse('accounts')}{mine.changed()}")
    page = customers.accounts_list(
        wanted_of(view),
        sort=view.sort,
        cursor=request.GET.get("cursor", ""),
        limit=ROWS,
        ranking=ranking_of(view.sort, clock.now()),
    )
    if not page.count and not view.is_narrowed:
        return _nothing_yet(request)
    choices = _choices(view)
    columns = _shown_columns(view, {each.name for each in choices["traits"]})
    currency = request.workspace.currency
    saved = list(workspaces.saved_views(PAGE, request.member))
    here = view.address()
    shown = {
        "view": view,
        "here": here,
        "rows": rows(page.accounts, page.people, columns, currency),
        "count": page.count,
        "sureness": page.sureness.value,
        "shows_lifecycle": "lifecycle" in columns,
        "columns": [{"key": key, "name": words.column_name(key)} for key in columns],
        "chips": chips_of(view),
        "next": f"?{here}&cursor={page.next_cursor}".replace("?&", "?") if page.next_cursor else "",
        "first": view.changed() if request.GET.get("cursor") else "",
        "saved": saved,
        "current": next((each for each in saved if each.query == here), None),
        "mine": mine.address(),
        "everything": EVERYTHING,
        "may_change": may(request, PermissionRole.MEMBER),
        "members": workspaces.members(),
        "stage_tones": words.STAGE_TONES,
        "playbooks": [each for each in playbooks.playbooks(clock.now()) if each.is_live],
        **choices,
    }
    return render(request, "accounts/list.html", shown)


@require_safe
def accounts_csv(request: Visit) -> HttpResponseBase:
    """Export every account of a view, with all its traits."""
    view = AccountsView.of(request.GET)
    traits = [each.name for each in customers.observed_traits("account")]
    own = (
        "id", "external_id", "name", "domain", "stage", "owner", "people", "signed_up_at", "first_seen_at",
        "last_seen_at", "churned_at", f"events_{USE_DAYS}_days", "open_signals", "renews_at", "ends_at",
        "next_task_due_at",
    )  # fmt: skip
    return csv_answer("accounts", [*own, *(f"trait.{name}" for name in traits)], _lines(view, traits))


@require_safe
def accounts_jsonl(request: Visit) -> HttpResponseBase:
    """Export every account of a view with the traits as they are: importing this file changes nothing."""
    view = AccountsView.of(request.GET)
    rows = customers.account_rows(wanted_of(view), sort=view.sort, ranking=ranking_of(view.sort, clock.now()))
    return json_lines_answer(
        "accounts",
        (
            {
                "id": a.id, "external_id": a.external_id, "name": a.name, "domain": a.domain, "stage": a.stage.value,
                "owner": a.owner, "people": a.people, "signed_up_at": a.signed_up_at,
                "first_seen_at": a.first_seen_at, "last_seen_at": a.last_seen_at, "churned_at": a.churned_at,
                "traits": a.traits,
            }
            for a in rows
        ),
    )  # fmt: skip


@require_POST
def save_view(request: Visit) -> HttpResponse:
    """Keep the present view under a name, for oneself or for everybody."""
    view = AccountsView.of(QueryDict(request.POST.get("query", "")))
    saved = workspace_actions.save_view(
        request.POST.get("name", "").replace("\x00", ""), page=PAGE, query=view.address(), by=request.member
    )
    if request.POST.get("shared") and may(request, PermissionRole.MEMBER):
        workspace_actions.share_view(saved, by=request.member)
    say(request, _("The view “%(name)s” is saved.") % {"name": saved.name})
    return redirect(f"{reverse('accounts')}{view.changed()}")


@require_POST
def share_view(request: Visit, pk: int) -> HttpResponse:
    """Show a saved view to everybody, or to oneself only again."""
    saved = _saved(request, pk)
    if saved.is_shared:
        saved = workspace_actions.unshare_view(saved, by=request.member)
        say(request, _("Only you see “%(name)s” now.") % {"name": saved.name})
    elif not may(request, PermissionRole.MEMBER):
        raise RoleTooLow
    else:
        saved = workspace_actions.share_view(saved, by=request.member)
        say(request, _("Everybody here sees “%(name)s” now.") % {"name": saved.name})
    return redirect(f"{reverse('accounts')}?{saved.query}")


@require_POST
def remove_view(request: Visit, pk: int) -> HttpResponse:
    """Forget a saved view; what it showed stays on the screen, so it can be saved again."""
    saved = _saved(request, pk)
    workspace_actions.remove_view(saved, by=request.member)
    say(request, _("The view “%(name)s” is gone; the accounts are still here.") % {"name": saved.name})
    return redirect(f"{reverse('accounts')}?{saved.query}")


def _saved(request: Visit, pk: int) -> Any:
    return get_object_or_404(workspaces.saved_views(PAGE, request.member), pk=pk)


def matching_ids(view: AccountsView, limit: int) -> list[int]:
    """Return the ids of the accounts of a view, at most so many."""
    return list(customers.accounts_matching(wanted_of(view)).order_by("pk").values_list("pk", flat=True)[:limit])


def wanted_of(view: AccountsView) -> AccountFilter:
    """Say a view in the words of customers, with what other domains say of who passes."""
    now = clock.now()
    return view.wanted(now, among(view, now))


def _shown_columns(view: AccountsView, traits: set[str]) -> tuple[str, ...]:
    """Leave out of the usual columns what nobody has here yet; columns that were chosen stay."""
    if view.has_own_columns:
        return view.columns
    needs = {"health": "health_score", "risk": "churn_risk", "touch": "touch_model", "vip": "vip"}
    hidden = {column for column, trait in needs.items() if trait not in traits}
    if not billing.has_ledger():
        hidden.add("renewal")
    return tuple(column for column in view.columns if column not in hidden)


def _nothing_yet(request: Visit) -> HttpResponse:
    key = workspaces.write_keys().filter(retires_at=None).first()
    shown = {
        "source": key,
        "snippets": snippets(host=settings.TENURE_URL, write_key=key.key) if key else [],
    }
    return render(request, "accounts/nothing_yet.html", shown)


def chips_of(view: AccountsView) -> list[Chip]:
    """Say the filters as parts of a sentence."""
    chips: list[Chip] = []
    if view.stages:
        chips.append(Chip(text=words.stages_phrase(view.stages), without=view.changed(stages=())))
    if view.owners or view.without_owner:
        names = dict(workspaces.members().values_list("pk", "name"))
        known = [names.get(owner, f"#{owner}") for owner in view.owners]
        text = words.owners_phrase(known, or_nobody=view.without_owner)
        chips.append(Chip(text=text, without=view.changed(owners=(), without_owner=False)))
    if view.seen_more_days is not None:
        text = words.seen_more_phrase(view.seen_more_days)
        chips.append(Chip(text=text, without=view.changed(seen_more_days=None)))
    if view.seen_less_days is not None:
        text = words.seen_less_phrase(view.seen_less_days)
        chips.append(Chip(text=text, without=view.changed(seen_less_days=None)))
    if view.segment is not None:
        text = _("in the segment %(name)s") % {"name": segments.segment(view.segment).name}
        chips.append(Chip(text=text, without=view.changed(segment=None)))
    if view.with_signals:
        chips.append(Chip(text=_("with open signals"), without=view.changed(with_signals=False)))
    if view.renews_days is not None:
        text = words.renews_phrase(view.renews_days)
        chips.append(Chip(text=text, without=view.changed(renews_days=None)))
    if view.with_late_tasks:
        chips.append(Chip(text=_("with a late task"), without=view.changed(with_late_tasks=False)))
    for each in view.traits:
        rest = tuple(other for other in view.traits if other != each)
        chips.append(Chip(text=words.trait_phrase(each), without=view.changed(traits=rest)))
    return chips


def _choices(view: AccountsView) -> dict[str, Any]:
    """Return what the dialogs for filters and columns offer."""
    traits = traits_here()
    listed = [*OWN_COLUMNS, *(f"trait.{each.name}" for each in traits if each.name not in ("plan", "mrr"))]
    return {
        "stages": [(stage.value, words.STAGES[stage], stage in view.stages) for stage in Stage],
        "tests": [(test.value, name) for test, name in words.TESTS.items()],
        "trait_lines": [*view.traits, None],
        "traits": traits,
        "all_columns": [
            {"key": key, "name": words.column_name(key), "on": key in view.columns, "is_trait": "." in key}
            for key in dict.fromkeys([*view.columns, *listed])
        ],
        "segments": segments.segments(subject=Subject.ACCOUNT),
    }


def _lines(view: AccountsView, traits: list[str]) -> Iterator[list[object]]:
    found = customers.account_rows(wanted_of(view), sort=view.sort, ranking=ranking_of(view.sort, clock.now()))
    while some := list(islice(found, _EXPORTED_AT_ONCE)):
        ids = [each.id for each in some]
        use, alarms, tasks, renewals = (
            use_of(ids),
            signals.open_counts(ids),
            playbooks.next_tasks(ids),
            billing.renewals_of(ids),
        )
        for each in some:
            yield [
                each.id, each.external_id, each.name, each.domain, each.stage.value, each.owner, each.people,
                each.signed_up_at, each.first_seen_at, each.last_seen_at, each.churned_at, use[each.id].total,
                alarms.get(each.id, 0), *renewals.get(each.id, (None, None)),
                tasks[each.id].due_at if each.id in tasks else None, *(each.traits.get(name) for name in traits),
            ]  # fmt: skip
