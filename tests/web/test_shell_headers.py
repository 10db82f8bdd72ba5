"""What pages tell the browser, and how notes travel."""

import json
from typing import Any

import pytest
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.utils import timezone

from tenure.web.shell.middleware import PageMiddleware
from tenure.web.shell.toasts import say, warn


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sign-in/login/", "/nowhere"])
def test_forbids_inline_scripts_and_framing(workspace: Any, client: Client, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]

    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "object-src": "'none'",
    }


@pytest.mark.django_db
def test_keeps_pages_out_of_shared_caches(workspace: Any, client: Client) -> None:
    headers = client.get("/sign-in/login/").headers

    assert "private" in headers["Cache-Control"]
    assert "no-store" not in headers["Cache-Control"] or "login" in headers.get("Location", "login")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def answered(answer: HttpResponse, *, htmx: bool = True, workspace: Any = None) -> Any:
    """Send a request through the middleware to a view that says two things."""
    request: Any = RequestFactory().get("/")
    request.htmx, request.workspace = htmx, workspace

    def view(request: HttpRequest) -> HttpResponse:
        say(request, "Task done.", undo="/tasks/1/undo")
        warn(request, "Not sent.")
        return answer

    stack = SessionMiddleware(MessageMiddleware(PageMiddleware(view)))  # type: ignore[arg-type]
    return stack(request)


@pytest.mark.django_db
def test_hands_notes_to_a_part_of_a_page() -> None:
    answer = answered(HttpResponse("ok", headers={"HX-Trigger": "counts, other"}))

    assert json.loads(answer["HX-Trigger"]) == {
        "counts": None,
        "other": None,
        "toast": {"value": [{"text": "Task done.", "undo": "/tasks/1/undo"}, {"text": "Not sent.", "tone": "risk"}]},
    }


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [HttpResponseRedirect("/"), HttpResponse(headers={"HX-Redirect": "/"})])
def test_keeps_notes_for_the_page_a_redirect_leads_to(answer: HttpResponse) -> None:
    assert "HX-Trigger" not in answered(answer).headers


@pytest.mark.django_db
def test_leaves_notes_for_a_whole_page() -> None:
    assert "HX-Trigger" not in answered(HttpResponse("page"), htmx=False).headers


def test_shows_times_in_the_zone_of_the_workspace(rf: RequestFactory) -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    for zone in ("Asia/Taipei", "Not/AZone"):
        request: Any = rf.get("/")
        request.workspace = type("W", (), {"timezone": zone})
        PageMiddleware(view)(request)

    assert seen == ["Asia/Taipei", "UTC"]
