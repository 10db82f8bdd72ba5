"""Segments that refer to other segments: whether they may, and what is built on what."""

from collections.abc import Iterable, Sequence

from tenure.segments.models import Segment
from tenure.segments.queries.stored import condition_or_none
from tenure.segments.registry import decided_traits
from tenure.segments.rules.references import built_on, named, way_back
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition, InSegment, asks_for, joined, leaves
from tenure.segments.types.problems import Problem, ProblemCode


def refers() -> dict[int, set[int]]:
    """Return which segments each segment names in its condition, archived ones included."""
    stored = Segment.objects.values_list("pk", "condition")
    read = ((pk, condition_or_none(raw)) for pk, raw in stored)
    return {pk: {id_ for _, id_, _ in named(condition)} for pk, condition in read if condition is not None}


def reference_problems(condition: Condition, subject: Subject, of: int | None = None) -> Sequence[Problem]:
    """Say what is wrong with the segments a condition names: unknown, of the other subject, or round in a circle.

    `of` is the segment that is to have the condition, where there is one already: it must not come back to itself, nor
    ask for a trait that is decided by its help.
    """
    circles = [] if of is None else _trait_circles(condition, subject, of)
    places = list(named(condition))
    if not places:
        return circles
    known = {pk: (name, of_) for pk, name, of_ in Segment.objects.values_list("pk", "name", "subject")}
    links = refers() if of is not None else {}
    problems: list[Problem] = list(circles)
    for path, id_, is_of_people in places:
        at = joined(path, "segment_id")
        asked = Subject.PERSON if is_of_people else subject
        if id_ not in known:
            problems.append(Problem(path=at, code=ProblemCode.SEGMENT_UNKNOWN))
        elif asked is Subject.ACCOUNT and known[id_][1] == Subject.PERSON:
            problems.append(Problem(path=at, code=ProblemCode.SEGMENT_OF_OTHERS))
        elif of is not None and (way := way_back(id_, of, links)):
            circle = " → ".join(known[pk][0] for pk in (of, *way) if pk in known)
            problems.append(Problem(path=at, code=ProblemCode.SEGMENTS_IN_CIRCLE, params={"circle": circle}))
    return problems


def _trait_circles(condition: Condition, subject: Subject, of: int) -> list[Problem]:
    """Say where a condition asks for a trait of accounts that is decided by conditions that name its segment."""
    links, problems = refers(), list[Problem]()
    for trait, deciding in decided_traits():
        starts = {id_ for each in deciding for _, id_, _ in named(each)}
        if not any(way_back(start, of, links) for start in starts):
            continue
        asking = [path for path, leaf in leaves(condition) if subject is Subject.ACCOUNT and asks_for(leaf, trait)]
        asking += [
            joined(path, "segment_id")
            for path, id_, _ in named(condition)
            if asks_through(InSegment(segment_id=id_), trait) is not None
        ]
        params = {"trait": trait}
        problems += [Problem(path=path, code=ProblemCode.TRAIT_IN_CIRCLE, params=params) for path in asking]
    return problems


def asks_through(condition: Condition, trait: str) -> str | None:
    """Return the segment by which a condition of accounts asks for a trait of theirs; None where none does.

    What the condition itself asks is not looked at, but what the segments it names do, and those they name.
    """
    waiting, seen = [id_ for _, id_, _ in named(condition)], set[int]()
    while waiting:
        pk = waiting.pop()
        found = None if pk in seen else Segment.objects.filter(pk=pk).first()
        seen.add(pk)
        asked = condition_or_none(found.condition) if found is not None else None
        if found is None or asked is None:
            continue
        if found.subject == Subject.ACCOUNT and asks_for(asked, trait):
            return found.name
        waiting += [id_ for _, id_, _ in named(asked)]
    return None


def decides_by(segment_id: int) -> str | None:
    """Return a trait of accounts that is decided by conditions that name a segment; None where none is."""
    for trait, deciding in decided_traits():
        if any(id_ == segment_id for each in deciding for _, id_, _ in named(each)):
            return trait
    return None


def segments_built_on(ids: Iterable[int]) -> set[int]:
    """Return the segments that refer to one of these, directly or through others."""
    return built_on(ids, refers())


def naming(ids: Iterable[int]) -> dict[int, set[Subject]]:
    """Return, of segments that live ones name, what those are about; the others are left out."""
    wanted = set(ids)
    found: dict[int, set[Subject]] = {}
    live = Segment.objects.filter(archived_at=None, paused_at=None)
    for subject, raw in live.values_list("subject", "condition"):
        condition = condition_or_none(raw)
        for _, id_, _ in named(condition) if condition is not None else ():
            if id_ in wanted:
                found.setdefault(id_, set()).add(Subject(subject))
    return found
