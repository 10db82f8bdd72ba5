"""What traits were: every word said of those that conditions look back at, with from when until when it was in force.

The pass reads one more named table, `segment_words`: a row per word with the trait's name, its value and the one
before it in several readings, `since` and `until` in microseconds since 1970 (`ALWAYS` where it is still in force).
"""

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tenure.lake.lazily import ibis
from tenure.segments.rules.comparing import equals, holds, kinds_of
from tenure.segments.types.conditions import FactKind, TraitChanged, TraitValue, TraitWas

if TYPE_CHECKING:
    import ibis.expr.types as ir

WORDS = "segment_words"
ALWAYS = 1 << 62
OWN = {"id": "int64", "now": "int64", "name": "string", "since": "int64", "until": "int64"}
READINGS = {"text": FactKind.TEXT, "number": FactKind.NUMBER, "moment": FactKind.MOMENT}
"""What the columns of a value are called; those of the value before it begin with `before_`."""
_BEFORE = ("text", "number")


@dataclasses.dataclass(frozen=True, kw_only=True)
class WordNeeds:
    """Of which traits the words are needed."""

    names: tuple[str, ...]


class Said:
    """What is looked for among words, each once, and what the columns are called."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[str, TraitWas | TraitChanged]] = {}

    def collect(self, leaf: TraitWas | TraitChanged) -> None:
        """Note that a trait's past is looked at; over how many days does not matter."""
        self._columns.setdefault(_key(leaf), (f"said{len(self._columns)}", leaf))

    def column(self, leaf: TraitWas | TraitChanged) -> str:
        """Return the column that says until when a trait was so last, or when it changed so last."""
        return self._columns[_key(leaf)][0]

    def needs(self) -> WordNeeds | None:
        """Say which traits are needed; None where none is."""
        names = {leaf.name for _, leaf in self._columns.values()}
        return WordNeeds(names=tuple(sorted(names))) if names else None

    def found(self) -> "Iterator[ir.Table]":
        """Return what was found, by id."""
        if not self._columns:
            return
        words = ibis.table(ibis.schema(word_types()), name=WORDS)
        made = {column: _last(words, leaf) for column, leaf in self._columns.values()}
        yield words.group_by("id").aggregate(**made)


def word_types() -> dict[str, str]:
    """Return the columns of the table of words, each with its type."""
    now = {column: str(kind) for column, kind in READINGS.items()}
    return OWN | now | {f"before_{column}": str(READINGS[column]) for column in _BEFORE}


def _last(words: "ir.Table", leaf: TraitWas | TraitChanged) -> Any:
    said = (words.name == leaf.name) & (words.since <= words.now)
    read = {kind: words[column] for column, kind in READINGS.items()}
    match leaf:
        case TraitWas():
            compared = holds(leaf, {kind: read[kind] for kind in kinds_of(leaf)}, words.now)
            return words.until.max(where=said & compared)
        case TraitChanged():
            before = {READINGS[column]: words[f"before_{column}"] for column in _BEFORE}
            changed = said & words.before_text.notnull()
            changed = changed & (words.text.isnull() | (words.text != words.before_text)).fill_null(False)
            changed = changed & _is(before, leaf.from_value) & _is(read, leaf.to_value)
            return words.since.max(where=changed)


def _is(readings: dict[FactKind, Any], value: TraitValue | None) -> Any:
    return ibis.literal(True) if value is None else equals(readings, value)


def _key(leaf: TraitWas | TraitChanged) -> str:
    match leaf:
        case TraitWas():
            return repr((leaf.name, leaf.operator, leaf.value))
        case TraitChanged():
            return repr((leaf.name, leaf.from_value, leaf.to_value))
