"""The list of e-mail templates, and one of them as somebody would read it."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from tenure.channels import queries
from tenure.channels.types import MessagePreview
from tenure.journeys import queries as journeys
from tenure.web.exporting import csv_answer
from tenure.web.pages.mail_templates.readers import example_by_id, examples
from tenure.web.pages.outbox.views import BODY_POLICY
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@require_safe
def templates(request: Visit) -> HttpResponse:
    """List the templates in use, what they are about, and which journeys send them."""
    topics, sent = queries.topic_names(), journeys.templates_sent()
    rows = [(t, topics.get(t.topic, ""), sent.get(t.pk, [])) for t in queries.templates()]
    shown = {"rows": rows, "may_change": may(request, PermissionRole.ADMIN)}
    return render(request, "mail_templates/templates.html", shown)


@require_safe
def templates_csv(request: Visit) -> HttpResponseBase:
    """Export the templates in use, with what they say."""
    header = ("id", "name", "topic", "subject", "preview", "body", "version", "changed_at")
    return csv_answer("templates", header, _lines())


@require_safe
def template(request: Visit, pk: int) -> HttpResponse:
    """Show what a template says, to whom you like, and what it said before."""
    found = queries.template(pk)
    offered = examples()
    chosen = example_by_id(request.GET.get("reader", ""), offered)
    shown = {
        "template": found,
        "topic": queries.topic_names().get(found.topic, ""),
        "said": _said(pk, request.GET.get("reader", "")),
        "examples": offered,
        "chosen": chosen,
        "sent_by": journeys.templates_sent().get(pk, []),
        "versions": queries.template_versions(found)[:20],
        "may_change": may(request, PermissionRole.ADMIN),
    }
    return render(request, "mail_templates/template.html", shown)


@require_safe
@xframe_options_sameorigin
def body(request: Visit, pk: int) -> HttpResponse:
    """Answer with the mail itself, for the frame it is shown in."""
    said = _said(pk, request.GET.get("reader", ""))
    return mail_answer(said.html if said else "")


def mail_answer(html: str) -> HttpResponse:
    """Answer with a mail that may be looked at and nothing else: it carries its own styles and is nobody's code."""
    answer = HttpResponse(html)
    answer["Content-Security-Policy"] = BODY_POLICY
    return answer


def _said(pk: int, reader: str) -> MessagePreview | None:
    version = queries.template(pk).current
    if version is None:
        return None
    chosen = example_by_id(reader, examples())
    return queries.preview(
        subject=version.subject,
        preview=version.preview,
        body=version.body,
        person_id=chosen.person_id if chosen else None,
        account_id=chosen.account_id if chosen else None,
    )


def _lines() -> Iterator[tuple[object, ...]]:
    for t in queries.templates():
        v = t.current
        if v is not None:
            yield t.pk, t.name, t.topic, v.subject, v.preview, v.body, v.number, t.changed_at
