"""What is wrong with a definition, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tenure.kernel.written import Problem, TextWrong, Wrong
from tenure.segments import queries as segments
from tenure.segments.types.problems import Problem as ConditionProblem
from tenure.segments.types.problems import ProblemCode

OwnWords = Mapping[str, Callable[[], str]]
"""What a definition's own problems are called, by code."""

_WORDS: OwnWords = {
    Wrong.YAML_BROKEN: lambda: _("The text cannot be read: %(problem)s"),
    Wrong.TOO_LONG: lambda: _("At most %(most)s characters fit here."),
    Wrong.NOT_NAMES_AND_VALUES: lambda: _("Names and values are needed here, such as “key: trial”."),
    Wrong.LIST_NEEDED: lambda: _("A list is needed here; each of its lines begins with “- ”."),
    Wrong.FIELD_UNKNOWN: lambda: _("“%(given)s” does not belong here. Choose one of: %(choices)s."),
    Wrong.FIELD_MISSING: lambda: _("“%(field)s” is missing."),
    Wrong.TEXT_NEEDED: lambda: _("Words are needed here."),
    Wrong.NUMBER_NEEDED: lambda: _("A whole number is needed here."),
    Wrong.NUMBER_OUT_OF_RANGE: lambda: _("Use a number from %(low)s to %(high)s."),
    Wrong.YES_OR_NO_NEEDED: lambda: _("Say true or false."),
    Wrong.CHOICE_UNKNOWN: lambda: _("“%(given)s” is not a choice. Choose one of: %(choices)s."),
    Wrong.KEY_UNUSABLE: lambda: _("A key has small letters, digits and underscores, such as “won_back”."),
    Wrong.TWICE: lambda: _("“%(given)s” is there twice."),
    Wrong.TOO_MANY: lambda: _("At most %(most)s fit here."),
}
_UNSAID = dict.fromkeys(("choices", "given", "most", "low", "high", "problem", "field"), "")


def problem_words(problem: Problem, own: OwnWords) -> str:
    """Say what is wrong and what to do about it."""
    if problem.code == Wrong.CONDITION:
        code = ProblemCode(str(problem.params.get("condition", ProblemCode.TYPE_WRONG)))
        return segments.problem_words(ConditionProblem(path=problem.path, code=code, params=problem.params))
    words = own.get(problem.code) or _WORDS.get(problem.code)
    return words() % (_UNSAID | dict(problem.params)) if words else problem.code


def listed(wrong: TextWrong, own: OwnWords) -> list[dict[str, Any]]:
    """Return each problem with its line, its place and its words."""
    return [{"line": p.line, "path": p.path, "words": problem_words(p, own)} for p in wrong.problems]
