"""How health is put into words and marks."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenure.health import queries
from tenure.health.types.answers import AccountHealth, Change, JudgementItem, Part
from tenure.health.types.scorecards import Band, Definition, Scheme

FEELINGS = (
    (100, gettext_lazy("Could not be better")),
    (75, gettext_lazy("Good")),
    (50, gettext_lazy("So-so")),
    (25, gettext_lazy("Worrying")),
    (0, gettext_lazy("About to leave")),
)
"""What a member can think of an account, and the score it stands for."""

APART = 25
"""A member and the score disagree when they are so many points apart."""


def feeling(score: int) -> str:
    """Say a member's judgement in words: the nearest there is."""
    return str(min(FEELINGS, key=lambda each: abs(each[0] - score))[1])


def step(place: int) -> str:
    """Say one of ten equal steps of scores."""
    return f"{place * 10}–{place * 10 + (9 if place < 9 else 10)}"


def unknown_words(found: AccountHealth) -> str:
    """Say why there is no score."""
    if found.is_missing:
        return _("A measure is not known without which there is no score.")
    if found.coverage >= found.definition.minimum_coverage:
        return _("What is known lies outside what its measures count.")
    return _("Not enough is known: %(known)d%% of the weight, %(least)d%% are needed.") % {
        "known": found.coverage,
        "least": found.definition.minimum_coverage,
    }


def shown_score(score: int | None, band: Band | None, definition: Definition) -> str:
    """Say a score by its scorecard's scheme: a number first, or a grade's name."""
    if score is None or band is None:
        return "–"
    return queries.spoken(band.name) if definition.scheme is Scheme.GRADE else str(score)


def part_rows(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Return the measures of a score as a table shows them."""
    return [
        {
            "part": part,
            "groups": " › ".join(map(queries.spoken, part.groups)),
            "reading": queries.reading_words(part.measure, part.reading),
            "points": None if part.points is None else queries.number_words(part.points),
            "weight": round(part.weight * 100),
            "share": round(part.share * 100),
            "adds": queries.number_words(part.adds),
            "reads": queries.input_words(part.measure.reads),
            "scores": queries.function_words(part.measure.scores),
        }
        for part in parts
    ]


def term_rows(change: Change) -> list[dict[str, Any]]:
    """Return the parts of a change, each in words; those too small to see are left out."""
    if change.difference is None:
        return []
    return [
        {
            "amount": queries.points_words(term.amount),
            "words": queries.term_words(term, change.definition),
            "fell": term.amount < 0,
            "points_before": None if term.points_before is None else queries.number_words(term.points_before),
            "points": None if term.points is None else queries.number_words(term.points),
        }
        for term in change.difference.terms
        if abs(term.amount) >= 0.05
    ]


def disagreement(found: AccountHealth, judgements: Sequence[JudgementItem]) -> str:
    """Say that the latest judgement is far from what is computed; empty where they agree or one is not known."""
    if not judgements or found.computed is None or abs(judgements[0].score - found.computed) < APART:
        return ""
    words = {"member": judgements[0].by, "feeling": feeling(judgements[0].score), "score": found.computed}
    return _("%(member)s sees it otherwise: “%(feeling)s” against %(score)s computed.") % words
