"""Whether conditions can hold together: a search over the truth of their parts.

Parts are taken to be independent but for what plainly excludes itself (a plan is one thing at a time; more than 10
is not less than 5). What the search finds impossible is so; what it finds possible may still never come about.
"""

from collections.abc import Iterator, Sequence

from tenure.segments.types.conditions import (
    AgeOperator,
    All,
    AnyOf,
    Churned,
    Condition,
    LastSeen,
    Leaf,
    Not,
    NotPerformed,
    Performed,
    SignedUp,
    TimesOperator,
    Trait,
    TraitOperator,
    TraitValue,
)

Wanted = tuple[Condition, bool]
"""A condition, and whether it is to hold."""
Value = TraitValue | tuple[TraitValue, ...] | None
_MOST_STEPS = 20_000
_COMPLEMENTS = {TraitOperator.IS_NOT: TraitOperator.IS, TraitOperator.IS_NOT_SET: TraitOperator.IS_SET}


class TooTangled(Exception):
    """The search gave up."""


def can_hold(wanted: Sequence[Wanted]) -> bool:
    """Tell whether all conditions can be as wanted at one moment; raises `TooTangled` after 20 000 steps."""
    return _Search(wanted).run({})


class _Search:
    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._wanted = wanted
        self._steps = 0

    def run(self, known: dict[Leaf, bool]) -> bool:
        """Try the truths of the first part that still matters; known truths only ever grow."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise TooTangled
        open_part: Leaf | None = None
        for condition, truth in self._wanted:
            judged = _judge(condition, known)
            if judged is None:
                open_part = open_part or next(_open_parts(condition, known))
            elif judged is not truth:
                return False
        if open_part is None:
            return True
        return any(
            self.run({**known, open_part: truth})
            for truth in (True, False)
            if not (truth and any(held and _exclude(open_part, part) for part, held in known.items()))
        )


def _judge(condition: Condition, known: dict[Leaf, bool]) -> bool | None:
    """Judge a condition by what is known of its parts; None while that is too little."""
    match condition:
        case All():
            said = [_judge(each, known) for each in condition.conditions]
            return False if False in said else None if None in said else True
        case AnyOf():
            said = [_judge(each, known) for each in condition.conditions]
            return True if True in said else None if None in said else False
        case Not():
            judged = _judge(condition.condition, known)
            return None if judged is None else not judged
        case _:
            part, is_turned = _part(condition)
            truth = known.get(part)
            return None if truth is None else truth is not is_turned


def _open_parts(condition: Condition, known: dict[Leaf, bool]) -> Iterator[Leaf]:
    match condition:
        case All() | AnyOf():
            for each in condition.conditions:
                if _judge(each, known) is None:
                    yield from _open_parts(each, known)
        case Not():
            yield from _open_parts(condition.condition, known)
        case _:
            part, _ = _part(condition)
            if part not in known:
                yield part


def _part(leaf: Leaf) -> tuple[Leaf, bool]:
    """Return what a leaf says in one form, and whether it says the opposite."""
    match leaf:
        case Churned(value=False):
            return Churned(value=True), True
        case NotPerformed():
            once = Performed(
                event=leaf.event, where=leaf.where, operator=TimesOperator.AT_LEAST, times=1, days=leaf.days
            )
            return once, True
        case Trait() if leaf.operator in _COMPLEMENTS:
            return Trait(name=leaf.name, operator=_COMPLEMENTS[leaf.operator], value=_text(leaf.value)), True
        case Trait(operator=TraitOperator.IS):
            return Trait(name=leaf.name, operator=TraitOperator.IS, value=_text(leaf.value)), False
        case _:
            return leaf, False


def _text(value: Value) -> Value:
    return value.casefold() if isinstance(value, str) else value


def _exclude(one: Leaf, other: Leaf) -> bool:
    return _excludes(one, other) or _excludes(other, one)


def _excludes(one: Leaf, other: Leaf) -> bool:
    match one, other:
        case Trait(operator=TraitOperator.IS), Trait(operator=TraitOperator.IS):
            texts = isinstance(one.value, str) and isinstance(other.value, str)
            return texts and one.name == other.name and one.value != other.value
        case Trait(operator=TraitOperator.MORE_THAN), Trait(operator=TraitOperator.LESS_THAN):
            return one.name == other.name and _at_least(one.value, other.value)
        case Trait(operator=TraitOperator.MORE_THAN_DAYS_AGO), Trait(operator=TraitOperator.WITHIN_LAST_DAYS):
            return one.name == other.name and _at_least(one.value, other.value)
        case Trait(operator=TraitOperator.MORE_THAN_DAYS_AGO), Trait(operator=TraitOperator.WITHIN_NEXT_DAYS):
            return one.name == other.name
        case SignedUp(operator=AgeOperator.MORE_THAN_DAYS_AGO), SignedUp(operator=AgeOperator.WITHIN_LAST_DAYS):
            return one.days >= other.days
        case LastSeen(operator=AgeOperator.MORE_THAN_DAYS_AGO), LastSeen(operator=AgeOperator.WITHIN_LAST_DAYS):
            return one.days >= other.days
        case _:
            return False


def _at_least(one: object, other: object) -> bool:
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return numbers and one >= other  # type: ignore[operator]
