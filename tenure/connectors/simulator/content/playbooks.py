"""The demo's playbooks: what its members do when something happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tenure.connectors.simulator.content import segments
from tenure.playbooks.types import Question, TaskKind, TaskTemplate


@dataclass(frozen=True, kw_only=True)
class DemoPlaybook:
    """One playbook to define; opened by a kind of signal or by entering a segment."""

    name: str
    about: str
    signal_kind: str = ""
    segment: str = ""
    tasks: tuple[TaskTemplate, ...]


FADING = "Usage is fading"
WELCOME = "Welcome to a bigger plan"
UPGRADE = "After an upgrade"
RENEWAL = "Before a renewal"

PLAYBOOKS: Sequence[DemoPlaybook] = (
    DemoPlaybook(
        name=FADING,
        about="A whole team uses the product less than it used to. Ask why, help, and be honest: a customer who pays "
        "for what they no longer need should hear it from us.",
        signal_kind="activity_decline",
        tasks=(
            TaskTemplate(
                kind=TaskKind.CALL,
                title="Call about fading use",
                due_in_days=1,
                minutes=20,
                script="Say what you see: fewer of your colleagues have been working in Halyard lately, and we would "
                "like to understand why.\n\n"
                "Listen first. If the work moved elsewhere, ask what the other place does better. If a project ended, "
                "ask what comes next. If they no longer need what they pay for, offer the smaller plan yourself.\n\n"
                "Agree on one thing to try, and on a day to speak again.",
                questions=(
                    Question(text="What has changed for your team?", trait="what_changed"),
                    Question(text="What do you use instead, if anything?", trait="uses_instead"),
                    Question(text="What would make Halyard worth opening again?", trait="wish"),
                ),
            ),
            TaskTemplate(
                kind=TaskKind.EMAIL,
                title="Write down what was agreed",
                due_in_days=3,
                minutes=10,
                script="Thank them, repeat the one thing to try in a sentence, and name the day you will speak again.",
            ),
            TaskTemplate(
                kind=TaskKind.CHECK_IN,
                title="Look whether use has come back",
                due_in_days=15,
                minutes=10,
                script="Open the account's chart. If use is back, tell them you noticed. If not, call again.",
            ),
        ),
    ),
    DemoPlaybook(
        name=WELCOME,
        about="A personal welcome for teams that start on Premium or Enterprise.",
        segment=segments.WELCOME_CALLS,
        tasks=(
            TaskTemplate(
                kind=TaskKind.CALL,
                title="Welcome call",
                due_in_days=2,
                minutes=25,
                script="Introduce yourself as the person who looks after them. Ask the questions below, then show the "
                "one feature that answers them best.",
                questions=(
                    Question(text="What does your team do?", trait="team_does"),
                    Question(text="What do you want to achieve, and by when?", trait="aims_for"),
                    Question(text="What do you use today?", trait="came_from"),
                ),
            ),
            TaskTemplate(
                kind=TaskKind.CHECK_IN,
                title="Look at the first two weeks",
                due_in_days=10,
                minutes=10,
                script="First project, first task, a colleague invited? Offer a demo again if something is missing.",
            ),
        ),
    ),
    DemoPlaybook(
        name=UPGRADE,
        about="Thank them, learn the new need, and ask for a referral.",
        segment=segments.UPGRADED,
        tasks=(
            TaskTemplate(
                kind=TaskKind.CALL,
                title="Call to thank for the upgrade",
                due_in_days=3,
                minutes=15,
                script="Thank them. Ask what the bigger plan should do for them, and who else might want the same.",
                questions=(Question(text="What do you need the bigger plan for?", trait="upgrade_need"),),
            ),
        ),
    ),
    DemoPlaybook(
        name=RENEWAL,
        about="Nobody should be surprised by a renewal.",
        segment=segments.RENEWING,
        tasks=(
            TaskTemplate(
                kind=TaskKind.TODO,
                title="Gather what they achieved this year",
                due_in_days=5,
                minutes=30,
                script="Projects finished, people active, hours saved by automations. One page.",
            ),
            TaskTemplate(
                kind=TaskKind.CALL,
                title="Renewal call",
                due_in_days=10,
                minutes=30,
                script="Go through the page together. Ask what next year should bring. Name the date and the price.",
            ),
        ),
    ),
)
