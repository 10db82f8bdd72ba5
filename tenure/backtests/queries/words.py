"""Backtests in words."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, assert_never

from django.utils.translation import gettext, ngettext

from tenure.activity.types import ACTIVITY_DECLINE
from tenure.backtests.models import Backtest
from tenure.backtests.queries.backtests import definition_of, is_of_people
from tenure.backtests.types import Definition, DefinitionKind, Judged, Reach
from tenure.health import queries as health
from tenure.kernel.errors import NotFound
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.signals.registry import rule_of

if TYPE_CHECKING:
    from tenure.segments.types.answers import SegmentSummary

FEW = 20
"""Fewer churns than this say little."""


def definition_names(definitions: Collection[Definition]) -> list[str]:
    """Name what can be run, asking once for the segments and once for the scorecards in use."""
    called = _called(definitions)
    return [definition_name(each, called.get((each.kind, each.subject))) for each in definitions]


def names_of(made: Sequence[Backtest]) -> list[str]:
    """Name what was run, in today's language; what is there no more, as it was called when it was run."""
    definitions = [definition_of(each) for each in made]
    called = _called(definitions)

    def name(each: Backtest, definition: Definition) -> str:
        try:
            return definition_name(definition, called.get((definition.kind, definition.subject)))
        except (NotFound, KeyError):
            return each.subject_name

    return [name(each, definition) for each, definition in zip(made, definitions, strict=True)]


def _called(definitions: Collection[Definition]) -> dict[tuple[DefinitionKind, str], str]:
    kinds = {each.kind for each in definitions}
    called: dict[tuple[DefinitionKind, str], str] = {}
    if DefinitionKind.SEGMENT in kinds:
        called |= {(DefinitionKind.SEGMENT, str(s.id)): _segment_name(s) for s in segments.segments()}
    if DefinitionKind.HEALTH in kinds:
        called |= {(DefinitionKind.HEALTH, str(s.id)): s.name for s in health.scorecards()}
    return called


def definition_name(definition: Definition, called: str | None = None) -> str:
    """Name what is run; `called` where it is known what its segment is, or how its scorecard is called."""
    match definition.kind:
        case DefinitionKind.RISK:
            return gettext("Risk model")
        case DefinitionKind.SIGNAL:
            return gettext("Signal: %(name)s") % {"name": rule_of(definition.subject).name()}
        case DefinitionKind.TRAIT if definition.subject == "health_score":
            return gettext("Health score as it was given")
        case DefinitionKind.TRAIT if definition.subject == "nps":
            return "NPS"
        case DefinitionKind.SEGMENT:
            return called or _segment_name(segments.segment(int(definition.subject)))
        case DefinitionKind.HEALTH:
            return gettext("Scorecard: %(name)s") % {"name": called or health.scorecard(int(definition.subject)).name}
        case _:
            return definition.subject


def _segment_name(segment: "SegmentSummary") -> str:
    if segment.subject is Subject.PERSON:
        return gettext("Segment of people: %(name)s") % {"name": segment.name}
    return gettext("Segment: %(name)s") % {"name": segment.name}


def how_words(definition: Definition) -> str:
    """Say how it is run over the past, and why it has versions or has none."""
    match definition.kind:
        case DefinitionKind.RISK:
            return gettext(
                "At each moment a model is taught anew with what was known before it. A model of before cannot be run "
                "again; each keeps the backtest that was run when it was learnt."
            )
        case DefinitionKind.SIGNAL if definition.subject == ACTIVITY_DECLINE:
            return gettext(
                "What the watch over use would have opened. Its versions are those of what was chosen for it."
            )
        case DefinitionKind.SIGNAL if definition.segment_id is not None:
            return gettext("Whom the rule’s segment would have held. Its versions are those of the segment.")
        case DefinitionKind.SIGNAL:
            return gettext(
                "Signals as they were opened, the most severe at first before the others. What opened them is no "
                "definition that is kept here, so there is one version: what happened."
            )
        case DefinitionKind.TRAIT:
            return gettext(
                "What the trait said then, whatever had made it. A trait is a record and no definition, so there is "
                "one version: what was recorded. Run the scorecard itself to compare its versions."
            )
        case DefinitionKind.SEGMENT if is_of_people(definition):
            return gettext(
                "This is a segment of people: an account is flagged when at least one of its people would have been in "
                "it, as far as it was known whose people they were."
            )
        case DefinitionKind.SEGMENT:
            return gettext("Whom the segment would have held.")
        case DefinitionKind.HEALTH:
            return gettext("What this version of the scorecard would have said, the lowest scores first.")
        case _:
            assert_never(definition.kind)


def reach_words(reach: Reach) -> str:
    """Say how many accounts can be touched at a time."""
    if reach.share is not None:
        return gettext("the top %(share)s %%") % {"share": f"{reach.share * 100:g}"}
    return ngettext("the top %(n)s", "the top %(n)s", reach.count or 0) % {"n": reach.count}


def baseline_name(name: str) -> str:
    """Name a baseline."""
    match name:
        case "last_seen":
            return gettext("Days since last use")
        case "fallen":
            return gettext("Use fallen by 20 %% in 28 days") % {}
        case "by_lot":
            return gettext("By lot, on average")
        case "lots":  # a single draw: what was run before kept one
            return gettext("By lot")
        case _:
            return name


def headline(own: Judged) -> str:
    """Say in a sentence what a backtest came to."""
    if own.lead_days is None:
        return ngettext("It caught none of %(churns)s churn.", "It caught none of %(churns)s churns.", own.churns) % {
            "churns": own.churns
        }
    return ngettext(
        "It caught %(caught)s of %(churns)s churn, typically %(days)s days before.",
        "It caught %(caught)s of %(churns)s churns, typically %(days)s days before.",
        own.churns,
    ) % {"caught": own.churns_caught, "churns": own.churns, "days": round(own.lead_days)}


def warnings(made: Backtest, own: Judged, others: Sequence[Judged] = ()) -> list[str]:
    """Say what weakens a backtest; `others` are the baselines it has to beat."""
    found = []
    if own.churns < FEW:
        found.append(
            ngettext(
                "Only %(n)s churn to judge by: these figures may be far off.",
                "Only %(n)s churns to judge by: these figures may be far off.",
                own.churns,
            )
            % {"n": own.churns}
        )
    if own.auc.low is not None and own.auc.low <= 0.5:
        found.append(gettext("The interval of the AUC reaches 0.5: it may be no better than chance."))
    ranking = [each for each in others if each.auc.value is not None and each.name not in ("by_lot", "lots")]
    best = max(ranking, key=lambda e: e.auc.value or 0.0, default=None)
    if best is not None and own.auc.value is not None and (best.auc.value or 0.0) >= own.auc.value:
        found.append(
            gettext("“%(name)s” alone ranks as well (AUC %(other)s against %(own)s): prefer it until there is more.")
            % {"name": baseline_name(best.name), "other": f"{best.auc.value:.2f}", "own": f"{own.auc.value:.2f}"}
        )
    elif best is not None and own.auc.low is not None and (best.auc.value or 0.0) > own.auc.low:
        found.append(
            gettext(
                "Too few to tell whether it ranks better than “%(name)s” alone, whose AUC of %(other)s lies within its "
                "interval."
            )
            % {"name": baseline_name(best.name), "other": f"{best.auc.value:.2f}"}
        )
    if made.told_later:
        found.append(
            gettext("Some of this past was told later and is read as it is known now: the figures may flatter.")
        )
    return found


def refusal_words(refusal: str) -> str:
    """Say why a backtest came to nothing."""
    match refusal:
        case "no_past":
            return gettext("There is no kept week yet whose horizon is over.")
        case "nothing_scored":
            return gettext("It says nothing of any account at these moments: too little was known before.")
        case "not_of_the_past":
            return gettext("It asks for something nobody wrote down then, or that no longer exists.")
        case "nobody_left":
            return gettext("Nobody left within the horizon of any of these moments: there is nothing to catch.")
        case _:
            return gettext("Something went wrong. Run it again; if it fails again, the log says why.")
