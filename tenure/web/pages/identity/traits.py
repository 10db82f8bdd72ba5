"""Traits: what is seen of each, of what type it is meant to be, whose word counts; and one fact with its history."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenure.customers import actions
from tenure.customers import queries as customers
from tenure.customers.errors import TraitUnreadable
from tenure.customers.types import SubjectKind, TraitType
from tenure.web.pages.accounts import words
from tenure.web.permission import may, needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.types import PermissionRole

TYPES = {
    TraitType.TEXT: gettext_lazy("text"),
    TraitType.NUMBER: gettext_lazy("number"),
    TraitType.BOOLEAN: gettext_lazy("yes or no"),
    TraitType.DATE: gettext_lazy("date"),
    TraitType.LIST: gettext_lazy("list"),
}
_SEEN = {**{kind.value: name for kind, name in TYPES.items()}, "object": gettext_lazy("group of values")}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@require_safe
def traits(request: Visit) -> HttpResponse:
    """List the traits of accounts or people."""
    kind: SubjectKind = "person" if request.GET.get("kind") == "person" else "account"
    rules, wrong = customers.trait_rules(kind), customers.wrong_types(kind)
    seen = {each.name: each for each in customers.observed_traits(kind)}
    rows = [
        {
            "name": name,
            "seen": _SEEN.get(seen[name].type, "") if name in seen else "",
            "subjects": seen[name].subjects if name in seen else 0,
            "samples": ", ".join(seen[name].samples[:3]) if name in seen else "",
            "type": rules[name].type if name in rules else "",
            "type_name": TYPES[TraitType(rules[name].type)] if name in rules and rules[name].type else "",
            "sources": ", ".join(rules[name].sources) if name in rules else "",
            "is_settling": name in rules and rules[name].settled_to is not None,
            "wrong": wrong.get(name, 0),
        }
        for name in sorted({*seen, *rules}, key=str.lower)
    ]
    shown = {
        "kind": kind,
        "rows": rows,
        "types": [(kind.value, name) for kind, name in TYPES.items()],
        "may_change": may(request, PermissionRole.MEMBER),
        "editing": next((r for r in rows if r["name"] == request.GET.get("name")), None),
    }
    return render(request, "identity/traits.html", shown)


@require_POST
@needs(PermissionRole.MEMBER)
def set_rule(request: Visit) -> HttpResponse:
    """Say of what type a trait is and whose word counts first."""
    kind: SubjectKind = "person" if request.POST.get("kind") == "person" else "account"
    given = request.POST.get("type", "")
    actions.set_trait_rule(
        kind,
        request.POST.get("name", ""),
        value_type=TraitType(given) if given in {t.value for t in TraitType} else None,
        sources=request.POST.get("sources", "").replace("\x00", "").split(","),
        by=request.member,
    )
    say(request, _("Saved. What was said before is weighed again within seconds."))
    return redirect(f"{reverse('traits')}?kind={kind}")


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: Visit, pk: int, kind: SubjectKind) -> HttpResponse:
    """Show one fact: what each source says, what was said when; and let a member say it."""
    subject: Any = customers.account(pk) if kind == "account" else customers.person(pk)
    name = (request.POST or request.GET).get("name", "").replace("\x00", "")[:255]
    if request.method == "POST":
        return _said(request, kind, subject, name)
    return _shown(request, kind, subject, name)


def _said(request: Visit, kind: SubjectKind, subject: Any, name: str) -> HttpResponse:
    if not may(request, PermissionRole.MEMBER):
        raise RoleTooLow
    if request.POST.get("let_go"):
        actions.pin_trait(kind, subject.pk, name, None, by=request.member)
        say(request, _("Let go: the sources say it again."))
        return redirect(f"{reverse(f'{kind}_trait', args=[subject.pk])}?name={name}")
    typed, text = request.POST.get("type", ""), request.POST.get("value", "")
    try:
        value = actions.read_value(text, TraitType(typed) if typed in {t.value for t in TraitType} else TraitType.TEXT)
    except TraitUnreadable:
        wrong = _("This is not a value of the type you chose.")
        return _shown(request, kind, subject, name, typed=typed, text=text, wrong=wrong, status=422)
    pins = bool(request.POST.get("pin")) and value is not None
    (actions.pin_trait if pins else actions.edit_trait)(kind, subject.pk, name, value, by=request.member)
    say(request, _("Saved."))
    return redirect(f"{reverse(f'{kind}_trait', args=[subject.pk])}?name={name}")


def _shown(
    request: Visit,
    kind: SubjectKind,
    subject: Any,
    name: str,
    *,
    typed: str = "",
    text: str | None = None,
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    rule = customers.trait_rules(kind).get(name)
    value = subject.traits.get(name)
    said = customers.words_on_trait(kind, subject.pk, name)
    shown = {
        "kind": kind,
        "subject": subject,
        "name": name,
        "value": words.trait_text(value),
        "is_known": value is not None,
        "text": text if text is not None else _typed_text(value),
        "wrong": wrong,
        "type": typed or (rule.type if rule and rule.type else _type_of(value)),
        "types": [(kind.value, label) for kind, label in TYPES.items()],
        "rule": rule,
        "words": [
            {"word": w, "text": words.trait_text(w.value), "at": _EPOCH + timedelta(microseconds=w.at)} for w in said
        ],
        "is_pinned": any(w.is_pinned for w in said),
        "history": [
            {"change": c, "text": words.trait_text(c.value)} for c in customers.history_of_trait(kind, subject.pk, name)
        ],
        "may_change": may(request, PermissionRole.MEMBER),
    }
    return render(request, "identity/trait.html", shown, status=status)


def _typed_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)


def _type_of(value: Any) -> str:
    match value:
        case bool():
            return TraitType.BOOLEAN.value
        case int() | float():
            return TraitType.NUMBER.value
        case list():
            return TraitType.LIST.value
    return TraitType.TEXT.value
