"""The demo's journeys and what their e-mails say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tenure.connectors.simulator.content import segments


@dataclass(frozen=True, kw_only=True)
class DemoLetter:
    """One e-mail of a journey, sent so many days after the one before, on a working day between nine and five."""

    name: str
    after_days: int
    topic: str
    subject: str
    preview: str
    body: str


@dataclass(frozen=True, kw_only=True)
class DemoJourney:
    """One journey over accounts to define and launch; entered through a segment, or by appearing for the first time."""

    name: str
    about: str
    segment: str = ""
    roles: tuple[str, ...]
    goal_event: str = ""
    letters: tuple[DemoLetter, ...]


TOPICS: dict[str, tuple[str, str]] = {
    "getting-started": ("Getting started", "What to do first, in your first weeks."),
    "tips": ("Tips", "Features that fit how you work."),
    "your-account": ("Your account", "Who looks after you, and changes that concern you."),
}
"""Name and description by key: a person can stop one kind of mail and keep another."""

JOURNEYS: Sequence[DemoJourney] = (
    DemoJourney(
        name="Welcome and first discoveries",
        about="The welcome on the first working day, and two weeks later what most teams discover next.",
        segment=segments.NEW_ACCOUNTS,
        roles=("administrator", "champion"),
        letters=(
            DemoLetter(
                name="Welcome",
                after_days=0,
                topic="getting-started",
                subject='Welcome to Halyard, {{ person.first_name | "and hello" }}',
                preview="Three things to do in your first week",
                body="# Welcome\n\n"
                'Hello {{ person.first_name | "there" }},\n\n'
                'good to have {{ account.name | "you" }} with us. Teams that stay with Halyard usually do three '
                "things in their first week:\n\n"
                "1. make a project of something real,\n"
                "2. write down the first ten tasks,\n"
                "3. invite a colleague.\n\n"
                '[Make your first project](https://halyard.example/projects/new "button")\n\n'
                "Answer this e-mail whenever you are stuck; a person reads it.",
            ),
            DemoLetter(
                name="Two weeks in",
                after_days=14,
                topic="getting-started",
                subject="Two weeks in: what teams discover next",
                preview="Saved reports and automations, in two minutes each",
                body="# Two weeks in\n\n"
                'Hello {{ person.first_name | "there" }},\n\n'
                'by now {{ account.name | "your team" }} has its first projects. Two things most teams find only '
                "later, and wish they had known:\n\n"
                "- **Saved reports** send the state of a project every Monday.\n"
                "- **Automations** move a task when something is done, so that nobody has to.\n\n"
                '[Show me](https://halyard.example/help/automations "button")',
            ),
        ),
    ),
    DemoJourney(
        name="Meet the person who looks after you",
        about="Everybody knows whom to write to. Goes to each account once, when it is first seen.",
        roles=("administrator", "buyer"),
        letters=(
            DemoLetter(
                name="Your person at Halyard",
                after_days=2,
                topic="your-account",
                subject='The person who looks after {{ account.name | "you" }}',
                preview="A name, and when to write",
                body='Hello {{ person.first_name | "there" }},\n\n'
                '{{ owner.name | "one person at Halyard" }} looks after {{ account.name | "your team" }}. Write when '
                "something is in your way, when you plan something big, or when you wonder whether you still need what "
                "you pay for. You will get an honest answer.",
            ),
        ),
    ),
    DemoJourney(
        name="Try an automation",
        about="For Premium teams that work every day and have never made an automation.",
        segment=segments.NO_AUTOMATION,
        roles=("power_user", "champion", "administrator"),
        goal_event="Automation Created",
        letters=(
            DemoLetter(
                name="Your first automation",
                after_days=0,
                topic="tips",
                subject="One thing your team does by hand",
                preview="When a task is done, tell the next person",
                body='Hello {{ person.first_name | "there" }},\n\n'
                "your team finishes many tasks a week, and somebody tells the next person each time. An automation can "
                "do that: *when a task is done, tell whoever waits for it.*\n\n"
                '[Set it up in two minutes](https://halyard.example/automations/new "button")',
            ),
            DemoLetter(
                name="How another team uses automations",
                after_days=10,
                topic="tips",
                subject="How a team of nine saves an hour a day",
                preview="A short story with three automations in it",
                body='Hello {{ person.first_name | "there" }},\n\n'
                "a team of nine plans deliveries with Halyard. Three automations, made in one afternoon, save them an "
                "hour a day: overdue tasks move to the top, finished ones tell the warehouse, and every Friday the "
                "report goes out by itself.",
            ),
        ),
    ),
)
