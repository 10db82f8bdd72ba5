"""Traits that several sources may say: the last word of each is kept, and the workspace's order says which counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tenure.customers.actions import sql
from tenure.customers.rules.contending import Words, counting, hear, is_pin, kind_of_source
from tenure.customers.rules.traits import LONGEST_NAME, MOST_TRAITS, Learnt, Said, canonical, learn
from tenure.customers.types import Micros, SubjectKind


class Contested(NamedTuple):
    """What is known of a subject of whom something contested may be said; `words` is changed in place."""

    values: dict[str, Any]
    times: dict[str, Micros]
    words: dict[str, dict[str, Any]]
    said: list[Said]


def orders(kind: SubjectKind, workspace_id: int) -> dict[str, list[str]]:
    """Return the order of sources of each trait that has one."""
    found = sql.rows(
        """
        SELECT name, sources::text FROM customers_traitrule
        WHERE workspace_id = %s AND kind = %s AND sources <> '[]'
        """,
        [workspace_id, kind],
    )
    return {name: sql.decoded(sources) for name, sources in found}


def learn_contested(
    kind: SubjectKind, subjects: Mapping[int, Contested], wanted: Mapping[str, list[str]]
) -> dict[int, Learnt]:
    """Listen to what is said of subjects some of whose traits have an order of sources or a pinned word."""
    unheard = [
        (id_, word.name)
        for id_, s in subjects.items()
        for word in s.said
        if (word.name in wanted or is_pin(word.source)) and word.name not in s.words and word.name in s.times
    ]
    for (id_, name), words in words_from_history(kind, unheard).items():
        _with_time(words, subjects[id_], name)
        subjects[id_].words[name] = dict(words)
    learnt = {}
    for id_, subject in subjects.items():
        plain: list[Said] = []
        by_name: defaultdict[str, list[Said]] = defaultdict(list)
        pinned = {word.name for word in subject.said if is_pin(word.source)}
        for word in subject.said:
            contested = word.name in subject.words or (
                (word.name in wanted or word.name in pinned)
                and 0 < len(word.name) <= LONGEST_NAME
                and len(subject.times) < MOST_TRAITS
            )
            (by_name[word.name] if contested else plain).append(word)
        known = learn(subject.values, subject.times, plain)
        for name, of_name in by_name.items():
            heard = hear(subject.words.get(name, {}), of_name, wanted.get(name, ()))
            subject.words[name] = dict(heard.words)
            _set(known, name, heard.value, heard.words)
            known.changes.extend(heard.changes)
        learnt[id_] = known
    return learnt


def _set(known: Learnt, name: str, value: Any, words: Words) -> None:
    known.times[name] = max(word[1] for word in words.values())
    if value is None:
        known.values.pop(name, None)
    else:
        known.values[name] = value


def _with_time(words: Words, subject: Contested, name: str) -> None:
    """Let the word that made what is known now be as new as it was last said."""
    if not words:
        words[""] = (subject.values.get(name), subject.times[name], "")
        return
    newest = max(words, key=lambda kind: words[kind][1])
    value, at, source = words[newest]
    words[newest] = (value, max(at, subject.times[name]), source)


def words_from_history(kind: SubjectKind, pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Words]:
    """Return the last word of each source, as far as the history of changes tells it."""
    wanted = sorted(set(pairs))
    found: dict[tuple[int, str], Words] = {pair: {} for pair in wanted}
    if wanted:
        for id_, name, value, source, at in sql.rows(
            f"""
            SELECT {kind}_id, name, value::text, source, {sql.micros("at")} FROM customers_traitchange
            WHERE ({kind}_id, name) IN (SELECT * FROM unnest(%s::bigint[], %s::text[])) ORDER BY at
            """,  # noqa: S608
            [[i for i, _ in wanted], [n for _, n in wanted]],
        ):
            found[id_, name][kind_of_source(source)] = (sql.decoded(value) if value else None, at, source)
    return found


def store_words(kind: SubjectKind, subjects: Mapping[int, Contested]) -> None:
    """Keep the words of every source."""
    having = {id_: s.words for id_, s in subjects.items()}
    sql.run(
        f"""
        UPDATE customers_{kind} s SET trait_words = w.words::jsonb
        FROM unnest(%s::bigint[], %s::text[]) AS w (id, words) WHERE s.id = w.id AND s.trait_words <> w.words::jsonb
        """,  # noqa: S608
        [list(having), [canonical(words).decode() for words in having.values()]],
    )


def weigh_again(kind: SubjectKind, ids: Iterable[int], name: str, order: list[str]) -> dict[int, Learnt]:
    """Find anew which word on one trait counts; returns those whose value changed."""
    subjects = {
        id_: Contested(sql.decoded(values), sql.decoded(times), sql.decoded(words), [])
        for id_, values, times, words in sql.rows(
            f"""
            SELECT id, traits::text, trait_times::text, trait_words::text
            FROM customers_{kind} WHERE id = ANY(%s) AND trait_times ? %s
            ORDER BY id FOR NO KEY UPDATE
            """,  # noqa: S608
            [list(ids), name],
        )
    }
    unheard = [(i, name) for i, s in subjects.items() if name not in s.words]
    for (id_, _), words in words_from_history(kind, unheard).items():
        _with_time(words, subjects[id_], name)
        subjects[id_].words[name] = dict(words)
    changed = {}
    for id_, subject in subjects.items():
        value, at, source = counting(subject.words[name], order)
        if canonical(value) != canonical(subject.values.get(name)):
            known = Learnt(dict(subject.values), dict(subject.times), [Said(name, value, at, source)], [])
            _set(known, name, value, subject.words[name])
            changed[id_] = known
    store_words(kind, subjects)
    return changed
