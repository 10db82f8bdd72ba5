"""Journeys in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.channels import queries as channels
from tenure.journeys import registry
from tenure.journeys.types import Definition, JourneyStatus, StepDefinition, Subject, TriggerKind

TONES = {JourneyStatus.LIVE: "good", JourneyStatus.PAUSED: "watch", JourneyStatus.DRAFT: "info"}


def status_name(status: JourneyStatus) -> str:
    """Say where a journey stands."""
    return {
        JourneyStatus.DRAFT: _("draft"),
        JourneyStatus.LIVE: _("live"),
        JourneyStatus.PAUSED: _("paused"),
        JourneyStatus.ARCHIVED: _("archived"),
    }[status]


def trigger_sentence(definition: Definition, subject: Subject, name: str) -> str:
    """Say who comes in, and when."""
    of_people = subject == Subject.PERSON
    match definition.trigger.kind:
        case TriggerKind.SEGMENT:
            said = _("a person enters “%(name)s”") if of_people else _("an account enters “%(name)s”")
        case TriggerKind.EVENT:
            said = _("a person does “%(name)s”") if of_people else _("somebody at an account does “%(name)s”")
        case TriggerKind.APPEARED:
            said = _("a person appears for the first time") if of_people else _("an account appears for the first time")
    return said % {"name": name} if "%(name)s" in said else said


def step_words(step: StepDefinition, templates: Mapping[int, str]) -> str:
    """Say what a step does."""
    settings: Mapping[str, Any] = step.settings
    match step.kind:
        case "wait":
            days, hours = settings.get("days", 0), settings.get("hours", 0)
            parts = [
                ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else "",
                ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours} if hours else "",
            ]
            said = " ".join(p for p in parts if p)
            wait = _("Wait %(length)s") % {"length": said} if said else _("Wait")
            window = settings.get("window")
            if not window:
                return wait
            hours_said = _("then until %(opens)s – %(closes)s where they are") % {
                "opens": str(window.get("opens", ""))[:5],
                "closes": str(window.get("closes", ""))[:5],
            }
            return _("%(wait)s, %(then)s") % {"wait": wait, "then": hours_said}
        case "send_email":
            name = templates.get(settings.get("template_id", 0), "")
            return _("Send the e-mail “%(name)s”") % {"name": name}
        case "exit":
            return _("Leave the journey")
    return registry.step(step.kind).name()


def step_icon(step: StepDefinition) -> str:
    """Return what stands beside a step."""
    return registry.step(step.kind).icon


def template_names() -> dict[int, str]:
    """Return what e-mail templates are called."""
    return dict(channels.templates().values_list("pk", "name"))
