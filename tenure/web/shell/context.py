"""What every template knows: `shell`."""

import dataclasses
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tenure.kernel import clock
from tenure.web.shell.navigation import Group, Place, groups, places
from tenure.web.shell.toasts import Toast, as_toast

if TYPE_CHECKING:
    from tenure.workspaces.models import Member, Workspace


@dataclasses.dataclass(frozen=True)
class Shell:
    """The frame of one page; each part is made only if the template asks for it."""

    request: HttpRequest

    @property
    def member(self) -> "Member | None":
        """Who is looking."""
        return getattr(self.request, "member", None)

    @property
    def workspace(self) -> "Workspace | None":
        """Whose customers these are."""
        return getattr(self.request, "workspace", None)

    @cached_property
    def places(self) -> list[Place]:
        """The menu."""
        return places(self.request)

    @cached_property
    def groups(self) -> list[Group]:
        """The menu under its headings."""
        return groups(self.request, self.places)

    @property
    def bottom_bar(self) -> list[Place]:
        """The four places a telephone keeps in reach."""
        return [place for place in self.places if place.item.in_bottom_bar][:4]

    @property
    def theme(self) -> str:
        """Light, dark, or nothing for what the system says."""
        chosen = self.request.COOKIES.get("tenure_theme", "")
        return chosen if chosen in {"light", "dark"} else ""

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The languages pages exist in, each by its own name."""
        return list(settings.LANGUAGES)

    @property
    def now(self) -> datetime:
        """The moment this page was made."""
        return clock.now()

    @cached_property
    def toasts(self) -> list[Toast]:
        """What has just happened and has not been said yet."""
        return [as_toast(message) for message in get_messages(self.request)]

    @property
    def words(self) -> dict[str, str]:
        """The few words that scripts say by themselves."""
        return {
            "undo": _("Undo"),
            "dismiss": _("Dismiss"),
            "copied": _("Copied"),
            "failed": _("That did not work, and nothing was changed. Try again; if it keeps failing, reload the page."),
            "offline": _("Tenure cannot be reached. What you typed is still here; try again in a moment."),
            "chart-failed": _("This chart could not be drawn. Its numbers are in the table below."),
            "on-this-page": _("On this page"),
        }


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Give templates the frame."""
    return {"shell": Shell(request)}
