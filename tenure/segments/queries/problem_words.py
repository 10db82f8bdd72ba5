"""What is wrong with a condition, in the reader's language."""

from typing import assert_never

from django.utils.translation import gettext

from tenure.segments.types.problems import Problem, ProblemCode


def problem_words(problem: Problem) -> str:
    """Say what is wrong and what to do about it; where it is stands in `problem.path` and `problem.line`."""
    unsaid = dict.fromkeys(("choices", "given", "most", "low", "high", "problem", "circle", "trait"), "")
    return _words(problem.code) % (unsaid | dict(problem.params))


def _words(code: ProblemCode) -> str:
    match code:
        case ProblemCode.NOT_AN_OBJECT:
            return gettext("A condition is written as names and values.")
        case ProblemCode.KIND_UNKNOWN:
            return gettext("There is no condition of this kind. Choose one of: %(choices)s.")
        case ProblemCode.FIELD_MISSING:
            return gettext("This is missing.")
        case ProblemCode.FIELD_UNKNOWN:
            return gettext("Nothing of this name belongs here. Choose one of: %(choices)s.")
        case ProblemCode.TYPE_WRONG:
            return gettext("This kind of value cannot be used here.")
        case ProblemCode.CHOICE_UNKNOWN:
            return gettext("“%(given)s” is not a choice. Choose one of: %(choices)s.")
        case ProblemCode.GROUP_EMPTY:
            return gettext("Add at least one condition.")
        case ProblemCode.TOO_DEEP:
            return gettext("Groups go at most %(most)s deep.")
        case ProblemCode.TOO_MANY:
            return gettext("At most %(most)s fit here.")
        case ProblemCode.NOT_FOR_SUBJECT:
            return gettext("This condition is about accounts only.")
        case ProblemCode.TEXT_MISSING:
            return gettext("Fill this in.")
        case ProblemCode.TEXT_TOO_LONG:
            return gettext("At most %(most)s characters fit here.")
        case ProblemCode.NUMBER_NEEDED:
            return gettext("A number is needed here.")
        case ProblemCode.NUMBER_OUT_OF_RANGE:
            return gettext("Use a number from %(low)s to %(high)s.")
        case ProblemCode.VALUE_NEEDED:
            return gettext("Fill in what to compare with.")
        case ProblemCode.VALUE_UNWANTED:
            return gettext("Nothing to compare with belongs here.")
        case ProblemCode.LIST_NEEDED:
            return gettext("A list is needed here.")
        case ProblemCode.RANGE_BACKWARDS:
            return gettext("The first must be smaller than the second.")
        case ProblemCode.DATE_NEEDED:
            return gettext("A date is needed here, such as 2026-03-04.")
        case ProblemCode.CURRENCY_NEEDED:
            return gettext("A currency is needed here, such as EUR.")
        case ProblemCode.STEPS_WRONG:
            return gettext("A sequence has from %(low)s to %(high)s steps.")
        case ProblemCode.OPERATOR_UNFIT:
            return gettext("This comparison cannot be asked of the past. Put the condition in “not” instead.")
        case ProblemCode.SEGMENT_UNKNOWN:
            return gettext("There is no such segment.")
        case ProblemCode.SEGMENT_OF_OTHERS:
            return gettext("That segment selects people. Ask for people at the account who are in it.")
        case ProblemCode.SEGMENTS_IN_CIRCLE:
            return gettext("Segments would refer to each other in a circle: %(circle)s.")
        case ProblemCode.TRAIT_IN_CIRCLE:
            return gettext(
                "“%(trait)s” is decided by this very condition, or by one that names this segment: asking for it "
                "would go round in a circle."
            )
        case ProblemCode.YAML_BROKEN:
            return gettext("The text cannot be read: %(problem)s")
        case _:
            assert_never(code)
