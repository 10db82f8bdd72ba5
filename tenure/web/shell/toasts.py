"""Short notes of what has just happened, with a way back instead of "are you sure?"."""

import json
from typing import TypedDict

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest


class Toast(TypedDict, total=False):
    """A note as the page shows it; `undo` is an address that takes a POST."""

    text: str
    undo: str
    tone: str


def say(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Tell the member what happened, on this page or the one a redirect leads to.

    `undo` is the address that takes it back by POST.
    """
    messages.success(request, text, extra_tags=json.dumps({"undo": undo}) if undo else "")


def warn(request: HttpRequest, text: str) -> None:
    """Tell the member what did not happen."""
    messages.error(request, text)


def as_toast(message: Message) -> Toast:
    """Return a waiting message in the form pages show."""
    toast = Toast(text=str(message.message))
    if message.extra_tags and message.extra_tags.startswith("{"):
        toast["undo"] = json.loads(message.extra_tags)["undo"]
    if message.level >= messages.WARNING:
        toast["tone"] = "risk"
    return toast
