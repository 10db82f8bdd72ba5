"""The outbox: messages newest first, and one message as its reader sees it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from tenure.channels import actions, queries
from tenure.channels.types import MessageStatus
from tenure.web.answering import go_back
from tenure.web.exporting import csv_answer
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

# A mail carries its own styles and is nobody's code: it may be looked at, and nothing else.
BODY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox allow-popups; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
TONES = {
    MessageStatus.SENT: "good",
    MessageStatus.WAITING: "info",
    MessageStatus.SENDING: "info",
    MessageStatus.REFUSED: "risk",
    MessageStatus.UNSURE: "watch",
}


def status_name(status: MessageStatus) -> str:
    """Say where a message stands."""
    return {
        MessageStatus.WAITING: _("waiting"),
        MessageStatus.SENDING: _("being sent"),
        MessageStatus.SENT: _("sent"),
        MessageStatus.REFUSED: _("not sent"),
        MessageStatus.UNSURE: _("not sure"),
    }[status]


def reason_name(reason: str) -> str:
    """Say why a message was not sent."""
    return {
        "": "",
        "unsubscribed": _("the reader unsubscribed"),
        "address": _("the address was refused"),
        "expired": _("it waited too long"),
    }.get(reason, reason.replace("_", " "))


@require_safe
def outbox(request: Visit) -> HttpResponse:
    """List messages, newest first."""
    chosen = _chosen(request)
    page = queries.messages(**chosen, cursor=request.GET.get("cursor", ""))
    counts = queries.message_counts()
    shown = {
        "rows": [(m, status_name(m.status), TONES[m.status], reason_name(m.reason)) for m in page.items],
        "next": page.next_cursor,
        "has_previous": bool(request.GET.get("cursor")),
        "chosen": chosen,
        "statuses": [(s, status_name(s), getattr(counts, s.value)) for s in MessageStatus],
        "uses_smtp": bool(settings.TENURE_SMTP_URL),
    }
    return render(request, "outbox/outbox.html", shown)


@require_safe
def message(request: Visit, pk: int) -> HttpResponse:
    """Show one message with its headers, and whether it arrived."""
    found = queries.message(pk, reader_role=PermissionRole(request.member.permission_role))
    shown = {
        "message": found,
        "row": found.row,
        "status": status_name(found.row.status),
        "tone": TONES[found.row.status],
        "reason": reason_name(found.row.reason),
    }
    return render(request, "outbox/message.html", shown)


@require_safe
@xframe_options_sameorigin
def body(request: Visit, pk: int) -> HttpResponse:
    """Answer with the mail itself, for the frame it is shown in."""
    found = queries.message(pk, reader_role=PermissionRole(request.member.permission_role))
    answer = HttpResponse(found.html)
    answer["Content-Security-Policy"] = BODY_POLICY
    return answer


@require_POST
@needs(PermissionRole.MEMBER)
def send_again(request: Visit, pk: int) -> HttpResponse:
    """Send a message again whose fate is not known; a member decides that, never the machine."""
    actions.resend_message(pk, by=request.member)
    say(request, _("It will be sent again."))
    return go_back(request, "outbox")


@require_safe
def outbox_csv(request: Visit) -> HttpResponseBase:
    """Export the chosen messages."""
    header = (
        "id",
        "queued_at",
        "sent_at",
        "status",
        "reason",
        "address",
        "subject",
        "account",
        "person",
        "origin",
        "topic",
    )
    return csv_answer("messages", header, _lines(_chosen(request)))


def _lines(chosen: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    cursor = ""
    while True:
        page = queries.messages(**chosen, cursor=cursor, limit=200)
        for m in page.items:
            yield (
                m.id, m.queued_at, m.sent_at, m.status.value, m.reason, m.address, m.subject, m.account_name,
                m.person_name, m.origin_name, m.topic,
            )  # fmt: skip
        cursor = page.next_cursor
        if not cursor:
            return


def _chosen(request: Visit) -> dict[str, Any]:
    status = request.GET.get("status", "")
    return {
        "status": MessageStatus(status) if status in set(MessageStatus) else None,
        "search": request.GET.get("q", "").replace("\x00", "").strip(),
    }
