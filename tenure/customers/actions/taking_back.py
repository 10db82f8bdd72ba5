"""Taking back what one source said within a span of time: words go, and whoever came with them and met nobody else."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from tenure.customers.actions import contending, facts, sql
from tenure.customers.actions.erasing import erase_customers
from tenure.customers.actions.remembering import drop_words
from tenure.customers.actions.telling import follow_changed
from tenure.customers.rules.contending import counting, kind_of_source
from tenure.customers.rules.traits import Learnt, Said, same
from tenure.customers.types import CustomerSet, SubjectKind, Words
from tenure.kernel import clock, tenancy


class _Past(NamedTuple):
    """What is on record of one trait of one subject: the words to take back, and what others said before and after."""

    taken: list[Said]
    before: list[Said]
    after: list[Said]


@transaction.atomic
def take_back_words(kind: SubjectKind, ids: Iterable[int], words: Words) -> int:
    """Let traits be again what they were before these words, unless something newer was said since.

    Returns how many people or accounts it changed; taking back again changes nothing.
    """
    workspace_id = tenancy.current_workspace_id()
    sql.lock_identities(workspace_id)
    past = _past(kind, sorted(set(ids)), words)
    last = _micros(words.last_at)
    orders = contending.orders(kind, workspace_id)
    changed: dict[int, Learnt] = {}
    gone: list[tuple[int, str, int]] = []
    contested: dict[int, contending.Contested] = {}
    for id_, values, times, said in _known(kind, list(past)):
        known, is_touched = Learnt(values, times, [], []), False
        for name, words_said in past[id_].items():
            taken, before, after = words_said
            if name in said:
                if not _unsay(said[name], words_said):
                    gone += [(id_, name, word.at) for word in taken if _of_kind(taken[-1], after)]
                    continue
                value, at, source = counting(said[name], orders.get(name, []))
                now = Said(name, value, at, source)
                if not said[name]:
                    del said[name]
            elif after:  # covered: it is not to come back when what covers it is taken back
                gone += [(id_, name, word.at) for word in taken]
                continue
            elif times.get(name, 0) > last:
                continue
            else:
                now = before[-1] if before else Said(name, None, 0, "")
            gone += [(id_, name, word.at) for word in taken]
            is_touched = True
            _set(known, now, values.get(name))
        contested[id_] = contending.Contested(values, times, said, [])
        if is_touched:
            changed[id_] = known
    contending.store_words(kind, contested)
    facts.store_learnt(kind, changed)
    _forget(kind, gone)
    follow_changed(kind, {i: known for i, known in changed.items() if known.changes}, workspace_id)
    return sum(bool(known.changes) for known in changed.values())


@transaction.atomic
def remove_untouched(
    kind: SubjectKind,
    ids: Iterable[int],
    words: Words,
    *,
    apart_from: Iterable[str] = (),
    concluded_by: Iterable[str] = (),
) -> list[int]:
    """Remove those of whom nothing is known but these words, nor was since; returns who is gone.

    The traits in `apart_from` are no knowledge of their own: they were worked out from what is gone already. Nor is
    what was said last by a source in `concluded_by` (the part of its name before a colon).
    """
    sql.lock_identities(tenancy.current_workspace_id())
    span = _micros(words.first_at), _micros(words.last_at)
    arguments: list[Any] = [sorted(set(ids)), words.first_at, sorted(apart_from), *span, sorted(concluded_by)]
    alone = _LONELY[kind]
    gone = [
        id_
        for (id_,) in sql.rows(
            f"""
            SELECT s.id FROM customers_{kind} s WHERE s.id = ANY(%s) AND s.merged_into_id IS NULL
              AND s.last_seen_at IS NULL AND s.first_seen_at >= %s
              AND NOT EXISTS (
                  SELECT FROM jsonb_each_text(s.trait_times) t
                  WHERE t.key <> ALL(%s) AND t.value::bigint NOT BETWEEN %s AND %s
                    AND NOT EXISTS (
                        SELECT FROM customers_traitchange c
                        WHERE c.{kind}_id = s.id AND c.name = t.key AND split_part(c.source, ':', 1) = ANY(%s)
                          AND {sql.micros("c.at")} = t.value::bigint
                    )
              )
              AND NOT EXISTS (SELECT FROM customers_{kind} o WHERE o.merged_into_id = s.id)
              AND {alone}
            """,  # noqa: S608
            arguments,
        )
    ]
    if kind == "account":
        erase_customers(CustomerSet(account_ids=frozenset(gone)))
    else:
        solos = sql.rows(
            """
            SELECT a.id FROM customers_account a JOIN customers_affiliation f ON f.account_id = a.id
            WHERE a.is_solo AND f.person_id = ANY(%s)
            """,
            [gone],
        )
        erase_customers(CustomerSet(person_ids=frozenset(gone), account_ids=frozenset(id_ for (id_,) in solos)))
    return gone


_LONELY = {
    "account": """s.owner_id IS NULL AND NOT EXISTS (SELECT FROM customers_affiliation f WHERE f.account_id = s.id)
        AND NOT EXISTS (SELECT FROM customers_account c WHERE c.parent_id = s.id AND c.merged_into_id IS NULL)""",
    "person": """(SELECT count(*) FROM customers_identity i WHERE i.person_id = s.id) = 1
        AND NOT EXISTS (
            SELECT FROM customers_affiliation f JOIN customers_account a ON a.id = f.account_id
            WHERE f.person_id = s.id AND (f.role_is_set OR a.is_solo AND a.owner_id IS NOT NULL)
        )""",
}


def _known(kind: SubjectKind, ids: list[int]) -> list[tuple[int, dict[str, Any], dict[str, Any], dict[str, Any]]]:
    return [
        (id_, sql.decoded(values), sql.decoded(times), sql.decoded(words))
        for id_, values, times, words in sql.rows(
            f"""
            SELECT id, traits::text, trait_times::text, trait_words::text FROM customers_{kind}
            WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
            """,  # noqa: S608
            [ids],
        )
    ]


def _past(kind: SubjectKind, ids: list[int], words: Words) -> dict[int, dict[str, _Past]]:
    """Find the words to take back, and what else was said of the same."""
    first, last = _micros(words.first_at), _micros(words.last_at)
    history: dict[tuple[int, str], list[Said]] = defaultdict(list)
    for id_, name, value, source, at in sql.rows(
        f"""
        SELECT {kind}_id, name, value::text, source, {sql.micros("at")} FROM customers_traitchange
        WHERE {kind}_id = ANY(%s) AND ({kind}_id, name) IN (
            SELECT {kind}_id, name FROM customers_traitchange
            WHERE {kind}_id = ANY(%s) AND at BETWEEN %s AND %s AND starts_with(source, %s)
        ) ORDER BY at
        """,  # noqa: S608
        [ids, ids, words.first_at, words.last_at, words.source],
    ):
        history[id_, name].append(Said(name, sql.decoded(value) if value else None, at, source))
    found: dict[int, dict[str, _Past]] = defaultdict(dict)
    for (id_, name), said in history.items():
        mine = [w for w in said if first <= w.at <= last and w.source.startswith(words.source)]
        if mine:
            others = [w for w in said if w not in mine]
            before, after = ([w for w in others if w.at < mine[-1].at], [w for w in others if w.at > mine[-1].at])
            found[id_][name] = _Past(mine, before, after)
    return found


def _unsay(said: dict[str, Any], words: _Past) -> bool:
    """Let a source say again what it said before; False when it has said something newer since."""
    taken = words.taken[-1]
    source = kind_of_source(taken.source)
    if source not in said or said[source][1] > taken.at:
        return False
    if before := _of_kind(taken, words.before):
        said[source] = [before[-1].value, before[-1].at, before[-1].source]
    else:
        del said[source]
    return True


def _of_kind(word: Said, others: Iterable[Said]) -> list[Said]:
    return [each for each in others if kind_of_source(each.source) == kind_of_source(word.source)]


def _set(known: Learnt, now: Said, value: Any) -> None:
    if now.at:
        known.times[now.name] = now.at
    else:
        known.times.pop(now.name, None)
    if not same(value, now.value):
        known.changes.append(now)
    if now.value is None:
        known.values.pop(now.name, None)
    else:
        known.values[now.name] = now.value


def _forget(kind: SubjectKind, gone: list[tuple[int, str, int]]) -> None:
    drop_words(kind, gone, clock.now())


def _micros(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond
