"""What is known: traits as they were said, with their source and time, and the columns that well-known ones fill."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from tenure.customers.actions import contending, sql
from tenure.customers.actions.remembering import drop_words
from tenure.customers.actions.traces import Move, Trace, TraceKey, trace_of
from tenure.customers.rules.contending import is_pin
from tenure.customers.rules.traits import (
    Learnt,
    Said,
    account_columns,
    canonical,
    company_domain,
    learn,
    person_columns,
    role_of,
    same,
)
from tenure.customers.types import Call, CallKind, SubjectKind
from tenure.kernel import clock

SaidOf: TypeAlias = dict[int, list[Said]]

_decode = msgspec.json.decode


def said_in(
    calls: Sequence[Call], traces: Mapping[TraceKey, Trace], accounts: Mapping[str, int]
) -> tuple[SaidOf, SaidOf]:
    """Collect what the calls say about people and about accounts."""
    of_people: SaidOf = defaultdict(list)
    of_accounts: SaidOf = defaultdict(list)
    for call in calls:
        if not call.traits:
            continue
        if call.kind is CallKind.GROUP and call.group_id:
            of = of_accounts[accounts[call.group_id]]
        elif call.kind is CallKind.IDENTIFY and (key := trace_of(call)):
            of = of_people[traces[key].root]
        else:
            continue
        of += [Said(name, value, call.first_at, call.source) for name, value in call.traits.items()]
    return of_people, of_accounts


def add_absorbed(of_people: SaidOf, moves: Sequence[Move]) -> None:
    """Let a person know what was said of the traces that turned out to be theirs."""
    absorbed = {m.person_id: m.after for m in moves if m.before == m.person_id}
    if absorbed:
        add_known("person", of_people, absorbed)


def add_lacking(kind: SubjectKind, said: SaidOf, absorbed: Mapping[int, int]) -> None:
    """Say again of those a member kept what they lack and those merged in had; what is known of them stays."""
    told: SaidOf = defaultdict(list)
    add_known(kind, told, absorbed)
    known = set(
        sql.rows(
            f"SELECT id, jsonb_object_keys(traits) FROM customers_{kind} WHERE id = ANY(%s)",  # noqa: S608
            [list(set(absorbed.values()))],
        )
    )
    for id_, words in told.items():
        said[id_] += [word for word in words if (id_, word.name) not in known]


def add_known(kind: SubjectKind, said: SaidOf, absorbed: Mapping[int, int]) -> None:
    """Say again of those in whom others were absorbed what is known of these."""
    last_source: dict[tuple[int, str], str] = {}
    for person, name, value, at, source in sql.rows(
        f"""
        SELECT {kind}_id, name, value::text, {sql.micros("at")}, source FROM customers_traitchange
        WHERE {kind}_id = ANY(%s) ORDER BY at
        """,  # noqa: S608
        [list(absorbed)],
    ):
        last_source[person, name] = source
        said[absorbed[person]].append(Said(name, _decode(value) if value else None, at, source))
    for person, values, times, words in sql.rows(
        f"""
        SELECT id, traits::text, trait_times::text, trait_words::text
        FROM customers_{kind} WHERE id = ANY(%s) AND trait_times <> '{{}}'
        """,  # noqa: S608
        [list(absorbed)],
    ):
        known, contested = _decode(values), _decode(words)
        said[absorbed[person]] += [
            Said(name, known.get(name), at, last_source.get((person, name), ""))
            for name, at in _decode(times).items()
            if name not in contested
        ]
        said[absorbed[person]] += [
            Said(name, value, at, source) for name, each in contested.items() for value, at, source in each.values()
        ]


def learn_about(kind: SubjectKind, said: SaidOf, workspace_id: int) -> dict[int, Learnt]:
    """Let the word that counts win for each subject, keep the history, fill the columns; returns who changed."""
    if not said:
        return {}
    orders = contending.orders(kind, workspace_id)
    is_pinning = any(is_pin(source) for source in {word.source for words in said.values() for word in words})
    learnt: dict[int, Learnt] = {}
    contested: dict[int, contending.Contested] = {}
    for id_, values, times, words in sql.rows(
        f"""
        SELECT id, traits::text, trait_times::text, nullif(trait_words, '{{}}')::text
        FROM customers_{kind} WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
        """,  # noqa: S608
        [list(said)],
    ):
        if orders or words or is_pinning:
            contested[id_] = contending.Contested(
                _decode(values), _decode(times), _decode(words) if words else {}, said[id_]
            )
        else:
            learnt[id_] = learn(_decode(values), _decode(times), said[id_])
    if contested:
        learnt |= contending.learn_contested(kind, contested, orders)
        contending.store_words(kind, contested)
    changes = [(i, change) for i in learnt for change in learnt[i].changes]
    late = [(i, word) for i in learnt for word in learnt[i].late]
    store_learnt(kind, learnt)
    _keep_history(kind, changes, workspace_id)
    if late:
        _keep_late(kind, late, learnt, workspace_id)
    return {i: known for i, known in learnt.items() if known.changes}


def store_learnt(kind: SubjectKind, learnt: Mapping[int, Learnt]) -> None:
    """Store traits, and fill the columns that well-known ones stand for."""
    ids = list(learnt)
    documents = [_text(learnt[i].values) for i in ids], [_text(learnt[i].times) for i in ids]
    if kind == "person":
        people = [person_columns(learnt[i].values) for i in ids]
        sql.run(
            """
            UPDATE customers_person p SET traits = said.traits::jsonb, trait_times = said.times::jsonb,
                name = said.name, email = said.email, timezone = said.timezone, locale = said.locale,
                signed_up_at = said.signed_up
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                        %s::timestamptz[]) AS said (id, traits, times, name, email, timezone, locale, signed_up)
            WHERE p.id = said.id
            """,
            [ids, *documents, *_columns(people, 5)],
        )
    else:
        accounts = [account_columns(learnt[i].values) for i in ids]
        sql.run(
            """
            UPDATE customers_account a SET traits = said.traits::jsonb, trait_times = said.times::jsonb,
                name = coalesce(nullif(said.name, ''), a.external_id, a.name), domain = said.domain,
                parent_said = said.parent
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
                 AS said (id, traits, times, name, domain, parent)
            WHERE a.id = said.id
            """,
            [
                ids,
                *documents,
                [a.name for a in accounts],
                [a.domain for a in accounts],
                [a.parent for a in accounts],
            ],
        )


def settle_roles(people: Sequence[int]) -> None:
    """Give people the role their traits say, at all their accounts."""
    if people:
        found = sql.rows("SELECT id, traits->>'role' FROM customers_person WHERE id = ANY(%s)", [list(people)])
        sql.run(
            """
            UPDATE customers_affiliation f SET role = said.role
            FROM unnest(%s::bigint[], %s::text[]) AS said (person, role)
            WHERE f.person_id = said.person AND f.role <> said.role AND NOT f.role_is_set
            """,
            [[id_ for id_, _ in found], [role_of(role).value for _, role in found]],
        )


def mirror_solos(people: Sequence[int]) -> list[int]:
    """Give accounts of one what is known of their one person; returns those accounts."""
    if not people:
        return []
    found = sql.rows(
        """
        SELECT a.id, p.id, p.email FROM customers_person p JOIN customers_affiliation f ON f.person_id = p.id
        JOIN customers_account a ON a.id = f.account_id AND a.is_solo WHERE p.id = ANY(%s)
        """,
        [list(people)],
    )
    _mirror(found)
    return [f[0] for f in found]


def mirror_again(accounts: Sequence[int]) -> None:
    """Let accounts of one that were told something themselves fall back on their person for what was taken away."""
    _mirror(
        sql.rows(
            """
            SELECT a.id, p.id, p.email FROM customers_account a JOIN customers_affiliation f ON f.account_id = a.id
            JOIN customers_person p ON p.id = f.person_id WHERE a.is_solo AND a.id = ANY(%s)
            """,
            [list(accounts)],
        )
    )


def _mirror(found: Sequence[tuple[int, int, str]]) -> None:
    """Put together what accounts of one were told themselves, which goes first, and what is known of their person.

    Only for the former there are times: so what an account of one knows is the same however often its person repeats
    themself.
    """
    if found:
        sql.run(
            """
            UPDATE customers_account a SET domain = mirrored.domain, traits = p.traits || own.traits,
                trait_times = own.times,
                name = coalesce(nullif(trim(own.traits->>'name'), ''), nullif(p.name, ''), nullif(p.email, ''),
                                p.external_id, '')
            FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS mirrored (account, person, domain)
            JOIN customers_person p ON p.id = mirrored.person
            CROSS JOIN LATERAL (
                SELECT coalesce(jsonb_object_agg(t.key, t.value), '{}') AS times,
                       coalesce(jsonb_object_agg(t.key, o.traits->t.key), '{}') AS traits
                FROM customers_account o, jsonb_each(o.trait_times) t
                WHERE o.id = mirrored.account AND o.traits ? t.key
            ) own
            WHERE a.id = mirrored.account
            """,
            [[f[0] for f in found], [f[1] for f in found], [company_domain(f[2]) for f in found]],
        )


def _keep_history(kind: SubjectKind, changes: Sequence[tuple[int, Said]], workspace_id: int) -> None:
    if not changes:
        return
    now = clock.now()
    sql.run(
        f"""
        WITH said AS (
            SELECT subject, name, value::jsonb AS value, source, {sql.moment("at")} AS at
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[])
                 AS said (subject, name, value, source, at)
        ), former AS (
            INSERT INTO customers_formertrait
                (workspace_id, {kind}_id, name, value, source, at, learnt_at, unlearnt_at)
            SELECT c.workspace_id, c.{kind}_id, c.name, c.value, c.source, c.at, c.learnt_at, %s
            FROM customers_traitchange c
            JOIN said ON said.subject = c.{kind}_id AND said.name = c.name AND said.at = c.at
            WHERE c.value IS DISTINCT FROM said.value
        )
        INSERT INTO customers_traitchange (workspace_id, {kind}_id, name, value, source, at, learnt_at)
        SELECT %s, subject, name, value, source, at, %s FROM said
        ON CONFLICT ({kind}_id, name, at) WHERE {kind}_id IS NOT NULL DO UPDATE
        SET value = EXCLUDED.value, source = EXCLUDED.source,
            learnt_at = CASE WHEN customers_traitchange.value IS DISTINCT FROM EXCLUDED.value
                             THEN EXCLUDED.learnt_at ELSE customers_traitchange.learnt_at END
        """,  # noqa: S608
        [
            [i for i, _ in changes],
            [c.name for _, c in changes],
            [None if c.value is None else _text(c.value) for _, c in changes],
            [c.source[:160] for _, c in changes],
            [c.at for _, c in changes],
            now,
            workspace_id,
            now,
        ],
    )


def _keep_late(
    kind: SubjectKind, late: Sequence[tuple[int, Said]], learnt: Mapping[int, Learnt], workspace_id: int
) -> None:
    """Fit words that came too late to win into the history, so that it still ends with what is known now."""
    history: dict[tuple[int, str], list[Said]] = defaultdict(list)
    for id_, name, value, source, at in sql.rows(
        f"""
        SELECT {kind}_id, name, value::text, source, {sql.micros("at")} FROM customers_traitchange
        WHERE ({kind}_id, name) IN (SELECT * FROM unnest(%s::bigint[], %s::text[])) ORDER BY at
        """,  # noqa: S608
        [[i for i, _ in late], [w.name for _, w in late]],
    ):
        history[id_, name].append(Said(name, _decode(value) if value else None, at, source))
    add: dict[tuple[int, str, int], Said] = {}
    drop: list[tuple[int, Said]] = []
    for id_, word in sorted(late, key=lambda each: each[1].at):
        known = history[id_, word.name]
        before = [h for h in known if h.at <= word.at]
        after = [h for h in known if h.at > word.at]
        if same(before[-1].value if before else None, word.value) or (before and before[-1].at == word.at):
            continue
        inserted = [word]
        if after and same(after[0].value, word.value):
            drop.append((id_, after.pop(0)))
        if not after:
            now = learnt[id_].values.get(word.name)
            if not same(now, word.value):
                source = next((h.source for h in reversed(before) if same(h.value, now)), word.source)
                inserted.append(Said(word.name, now, learnt[id_].times[word.name], source))
        history[id_, word.name] = [*before, *inserted, *after]
        add |= {(id_, w.name, w.at): w for w in inserted}
    if drop:
        drop_words(kind, [(i, w.name, w.at) for i, w in drop], clock.now())
        for id_, word in drop:
            add.pop((id_, word.name, word.at), None)
    _keep_history(kind, [(id_, word) for (id_, _, _), word in add.items()], workspace_id)


def _columns(entries: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    columns = [list(column) for column in zip(*entries, strict=True)] or [[]] * width
    return columns[:width] if len(columns) >= width else columns


def _text(value: Any) -> str:
    return canonical(value).decode()
