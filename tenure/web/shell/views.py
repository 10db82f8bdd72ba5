"""The palette's answers, the menu's counts, and the page of all components."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.web.shell import palette as palette_answers
from tenure.web.shell import showcase


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """Answer what is typed into the command palette."""
    text = request.GET.get("q", "")
    found = palette_answers.answers(request, text)
    return render(request, "shell/palette_answers.html", {"groups": found, "text": text})


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """Refresh the figures in the menu."""
    return render(request, "shell/counts.html")


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Show every component with made-up content; only where that cannot confuse anybody."""
    workspace = getattr(request, "workspace", None)
    if not (settings.DEBUG or (workspace is not None and workspace.is_demo)):
        raise Http404
    return render(request, "shell/style.html", showcase.contents())
