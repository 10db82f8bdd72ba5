"""Readings, measures, reasons and problems in the reader's language, made when they are read."""

from typing import assert_never

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from tenure.health.queries.naming import spoken
from tenure.health.types.differences import Term, TermKind
from tenure.health.types.problems import Problem, ProblemCode
from tenure.health.types.scorecards import (
    Adoption,
    Banded,
    Bounded,
    DaysSince,
    DaysUntil,
    Definition,
    EventTimes,
    Function,
    Input,
    Judgement,
    LastSeen,
    Linear,
    Listed,
    Measure,
    MrrChange,
    Overdue,
    TicketMeasure,
    Tickets,
    Trait,
    Trend,
    Use,
    UseMeasure,
    all_leaves,
)
from tenure.segments import queries as segments


def number_words(value: float) -> str:
    """Write a number as people read it: whole where it is, else with one decimal."""
    whole = abs(value - round(value)) < 0.05 or abs(value) >= 1_000
    text = number_format(round(value) if whole else round(value, 1), force_grouping=True)
    return str(text).replace("-", "−")


def points_words(amount: float) -> str:
    """Write an amount of points with its sign."""
    text = number_words(round(amount, 1) + 0.0)
    return f"+{text}" if amount > 0 and not text.startswith("−") else text


def input_words(reads: Input) -> str:
    """Say what a measure reads."""
    match reads:
        case Trait():
            return gettext("the trait %(name)s") % {"name": reads.name}
        case DaysUntil():
            return gettext("days until %(name)s") % {"name": reads.trait}
        case DaysSince():
            return gettext("days since %(name)s") % {"name": reads.trait}
        case Use():
            return _over(_counted(reads.measure), reads.days)
        case EventTimes():
            return _over(gettext("times of “%(event)s”") % {"event": reads.event}, reads.days)
        case Adoption():
            return _over(gettext("people active in percent of %(seats)s") % {"seats": reads.seats}, reads.days)
        case LastSeen():
            return gettext("days since last seen")
        case Trend():
            words = {"what": _counted(reads.measure), "days": reads.days}
            return gettext("change of %(what)s over %(days)d days, in percent") % words
        case MrrChange():
            return gettext("change of MRR over %(days)d days, in percent") % {"days": reads.days}
        case Overdue():
            return gettext("days the oldest invoice is overdue")
        case Tickets():
            return _tickets(reads)
        case Judgement():
            return gettext("what a member thinks, not older than %(days)d days") % {"days": reads.days}
        case _:
            assert_never(reads)


def reading_words(measure: Measure, reading: float | None) -> str:
    """Say a reading in words."""
    if reading is None:
        return gettext("not known")
    if isinstance(measure.scores, Listed):
        place = int(reading)
        return measure.scores.values[place - 1][0] if place else gettext("something else")
    match measure.reads:
        case Adoption() | MrrChange() | Trend():
            sign = "+" if reading > 0 and not isinstance(measure.reads, Adoption) else ""
            return f"{sign}{number_words(reading)} %"
        case LastSeen() | DaysSince() | Overdue() | DaysUntil():
            days = round(reading)
            return ngettext("%(days)s day", "%(days)s days", days) % {"days": number_words(days)}
        case _:
            return number_words(reading)


def function_words(scores: Function) -> str:
    """Say how a measure scores."""
    match scores:
        case Linear():
            words = {"low": number_words(scores.low), "high": number_words(scores.high)}
            return gettext("0 points at %(low)s, 100 at %(high)s, in proportion between") % words
        case Bounded():
            words = {"low": number_words(scores.low), "high": number_words(scores.high)}
            return gettext("0 points at %(low)s, 100 at %(high)s; outside it does not count") % words
        case Banded():
            said = [
                gettext("%(points)s otherwise") % {"points": number_words(points)}
                if least is None
                else gettext("%(points)s from %(least)s")
                % {"points": number_words(points), "least": number_words(least)}
                for least, points in reversed(scores.steps)
            ]
            return gettext("points: %(list)s") % {"list": "; ".join(said)}
        case Listed():
            said = [f"{name} {number_words(points)}" for name, points in scores.values]
            if scores.otherwise is not None:
                said.append(gettext("%(points)s otherwise") % {"points": number_words(scores.otherwise)})
            return gettext("points: %(list)s") % {"list": "; ".join(said)}
        case _:
            assert_never(scores)


def term_words(term: Term, definition: Definition) -> str:
    """Say one part of a difference, with its raw numbers."""
    match term.kind:
        case TermKind.MEASURE:
            return _measure_words(term, definition)
        case TermKind.KNOWN:
            return _known_words(term)
        case TermKind.AGE:
            return gettext("the account grew older, so other measures count")
        case TermKind.CHILDREN:
            return gettext("the accounts below it")
        case TermKind.EXCEPTION if term.amount < 0:
            return gettext("exception: %(name)s") % {"name": spoken(term.name)}
        case TermKind.EXCEPTION:
            return gettext("exception no longer so strong: %(name)s") % {"name": spoken(term.name)}
        case TermKind.OVERRIDE:
            return gettext("a member's override")
        case TermKind.VERSION:
            return gettext("the scorecard was changed (version %(number)d)") % {"number": term.version}
        case _:
            assert_never(term.kind)


def _measure_words(term: Term, definition: Definition) -> str:
    measure = next((leaf.measure for leaf in all_leaves(definition) if leaf.key == term.name), None)
    name = spoken(term.name.rpartition(" › ")[2])
    if measure is None:
        return name
    words = {
        "name": name,
        "before": reading_words(measure, term.reading_before),
        "after": reading_words(measure, term.reading),
    }
    return gettext("%(name)s: %(before)s → %(after)s") % words


def _known_words(term: Term) -> str:
    gained, lost = (", ".join(spoken(key.rpartition(" › ")[2]) for key in keys) for keys in (term.gained, term.lost))
    if gained and lost:
        words = {"gained": gained, "lost": lost}
        return gettext("now known: %(gained)s; no longer known: %(lost)s") % words
    if lost:
        return gettext("no longer known, so the rest weighs more: %(lost)s") % {"lost": lost}
    if gained:
        return gettext("now known: %(gained)s") % {"gained": gained}
    return gettext("what is known changed")


def _counted(measure: UseMeasure) -> str:
    match measure:
        case UseMeasure.EVENTS:
            return gettext("events")
        case UseMeasure.ACTIVE_PEOPLE:
            return gettext("active people")
        case UseMeasure.ACTIVE_DAYS:
            return gettext("active days")
        case _:
            assert_never(measure)


def _over(what: str, days: int) -> str:
    return ngettext("%(what)s in %(days)d day", "%(what)s in %(days)d days", days) % {"what": what, "days": days}


def _tickets(reads: Tickets) -> str:
    match reads.measure:
        case TicketMeasure.OPEN:
            return gettext("open tickets")
        case TicketMeasure.OPEN_URGENT:
            return gettext("open urgent tickets")
        case TicketMeasure.OPENED:
            return _over(gettext("tickets opened"), reads.days)
        case TicketMeasure.UNHAPPY:
            return _over(gettext("tickets answered badly"), reads.days)
        case _:
            assert_never(reads.measure)


def problem_words(problem: Problem) -> str:
    """Say what is wrong with a scorecard and what to do; where it is stands in `problem.path` and `problem.line`."""
    if problem.condition is not None:
        return segments.problem_words(problem.condition)
    unsaid = dict.fromkeys(
        ("choices", "given", "most", "least", "low", "high", "problem", "name", "first", "second"), ""
    )
    return _problem(problem.code) % (unsaid | dict(problem.params))


def _problem(code: ProblemCode) -> str:
    match code:
        case ProblemCode.NAMES_NEEDED:
            return gettext("Names and values are needed here, such as: %(choices)s.")
        case ProblemCode.FIELD_MISSING:
            return gettext("This is missing.")
        case ProblemCode.FIELD_UNKNOWN:
            return gettext("Nothing of this name belongs here. Choose one of: %(choices)s.")
        case ProblemCode.KIND_UNKNOWN | ProblemCode.CHOICE_UNKNOWN:
            return gettext("“%(given)s” is not a choice. Choose one of: %(choices)s.")
        case ProblemCode.TEXT_NEEDED:
            return gettext("Fill this in.")
        case ProblemCode.TEXT_TOO_LONG:
            return gettext("At most %(most)s characters fit here.")
        case ProblemCode.NUMBER_NEEDED:
            return gettext("A number is needed here.")
        case ProblemCode.NUMBER_OUT_OF_RANGE:
            return gettext("Use a number from %(low)s to %(high)s.")
        case ProblemCode.LIST_NEEDED:
            return gettext("A list is needed here.")
        case ProblemCode.PAIR_NEEDED:
            return gettext("Two numbers are needed here, as [0, 10].")
        case ProblemCode.NOT_RISING:
            return gettext("Each must begin above the one before it.")
        case ProblemCode.ENDS_EQUAL:
            return gettext("The two ends must differ.")
        case ProblemCode.NAME_TWICE:
            return gettext("“%(name)s” is there twice; names tell them apart.")
        case ProblemCode.NOTHING_WEIGHS:
            return gettext("At least one of these must weigh more than 0.")
        case ProblemCode.TOO_MANY:
            return gettext("At most %(most)s fit here.")
        case ProblemCode.TOO_DEEP:
            return gettext("Groups go at most %(most)s deep.")
        case ProblemCode.ONE_OF_TWO:
            return gettext("Say %(first)s or %(second)s here.")
        case ProblemCode.BEGINS_AT_ZERO:
            return gettext("The first band begins at 0.")
        case ProblemCode.TRAITS_ONLY:
            return gettext("Only what a trait says can be listed.")
        case ProblemCode.OWN_CONCLUSION:
            return gettext("A scorecard cannot judge by what scorecards say themselves.")
        case ProblemCode.CONDITION:
            return gettext("This condition cannot be used.")
        case ProblemCode.YAML_BROKEN:
            return gettext("The text cannot be read: %(problem)s")
        case _:
            assert_never(code)
