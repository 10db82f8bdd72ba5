"""The rows a merge changes, as they were, and putting them back."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tenure.customers.actions import sql
from tenure.customers.actions.places import AccountMove
from tenure.customers.actions.remembering import drop_all_words, drop_places, remember_owners
from tenure.kernel import clock


@dataclasses.dataclass(frozen=True, kw_only=True)
class Parted:
    """Who is affected by a parting; `were_part_of` says from which account each one was taken."""

    people: list[int]
    accounts: list[int]
    account_moves: list[AccountMove]
    were_part_of: dict[int, int]


def rows_of(
    *, people: Sequence[int], affiliations_of: Sequence[int], accounts: Sequence[int], learnt: Sequence[int]
) -> dict[str, Any]:
    """Copy rows of people, of their places, of accounts, and the history of traits of people and `learnt` accounts."""

    def copied(table: str, condition: str, arguments: list[Any]) -> Any:
        ((found,),) = sql.rows(
            f"SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.id), '[]')::text FROM {table} t WHERE {condition}",  # noqa: S608
            arguments,
        )
        return msgspec.json.decode(found)

    return {
        "people": copied("customers_person", "t.id = ANY(%s)", [list(people)]),
        "places": copied("customers_affiliation", "t.person_id = ANY(%s)", [list(affiliations_of)]),
        "accounts": copied("customers_account", "t.id = ANY(%s)", [list(accounts)]),
        "changes": copied(
            "customers_traitchange",
            "t.person_id = ANY(%s) OR t.account_id = ANY(%s)",
            [list(people), list(learnt)],
        ),
        "learnt": list(learnt),
    }


def owners_now(accounts: Sequence[int]) -> dict[str, int]:
    """Return who looks after accounts, as a merge left it."""
    found = sql.rows("SELECT id, coalesce(owner_id, 0) FROM customers_account WHERE id = ANY(%s)", [list(accounts)])
    return {str(id_): owner for id_, owner in found}


def put_back(before: Mapping[str, Any], *, kind: str) -> Parted:
    """Make the rows what they were; an owner that was changed since stays.

    When accounts were seen is as it was, too: whoever reads the lake widens it by what has been counted there since.
    """
    were = dict(
        sql.rows(
            "SELECT id, merged_into_id FROM customers_account WHERE id = ANY(%s)",
            [[a["id"] for a in before["accounts"]]],
        )
    )
    _put_back_accounts(before)
    people = [p["id"] for p in before["people"]]
    if people:
        sql.run(
            """
            UPDATE customers_person p SET traits = b.traits, trait_times = b.trait_times, trait_words = b.trait_words,
                name = b.name, email = b.email, timezone = b.timezone, locale = b.locale,
                signed_up_at = b.signed_up_at, first_seen_at = b.first_seen_at, last_seen_at = b.last_seen_at
            FROM jsonb_populate_recordset(NULL::customers_person, %s::jsonb) b
            WHERE p.id = b.id
            """,
            [_text(before["people"])],
        )
    drop_all_words(people, before["learnt"], clock.now())
    sql.run(
        """
        INSERT INTO customers_traitchange
        SELECT (jsonb_populate_record(NULL::customers_traitchange, c)).* FROM jsonb_array_elements(%s::jsonb) c
        """,
        [_text(before["changes"])],
    )
    affected = _put_back_places(before, kind)
    moved = dict(sql.rows("SELECT id, merged_into_id FROM customers_account WHERE id = ANY(%s)", [list(were)]))
    changed = {id_: now for id_, now in moved.items() if now != were[id_]}
    return Parted(
        people=affected,
        accounts=sorted(moved),
        account_moves=[AccountMove(id_, now or id_) for id_, now in changed.items()],
        were_part_of={id_: were[id_] for id_ in changed if were[id_] is not None},
    )


def _put_back_accounts(before: Mapping[str, Any]) -> None:
    """Restore accounts; of a company that was not itself merged, traits and name stay as they are now."""
    whole = set(before["learnt"])
    rows = _text(before["accounts"])
    sql.run(
        """
        UPDATE customers_account a SET merged_into_id = b.merged_into_id
        FROM jsonb_populate_recordset(NULL::customers_account, %s::jsonb) b
        WHERE a.id = b.id AND a.merged_into_id IS DISTINCT FROM b.merged_into_id
        """,
        [rows],
    )
    sql.run(
        """
        UPDATE customers_account a SET traits = b.traits, trait_times = b.trait_times, trait_words = b.trait_words,
            name = b.name, domain = b.domain, parent_said = b.parent_said
        FROM jsonb_populate_recordset(NULL::customers_account, %s::jsonb) b
        WHERE a.id = b.id AND (a.is_solo OR a.id = ANY(%s))
        """,
        [rows, list(whole)],
    )
    sql.run(
        """
        UPDATE customers_account a SET first_seen_at = b.first_seen_at, last_seen_at = b.last_seen_at,
            owner_id = CASE WHEN coalesce(a.owner_id, 0) = (l.value)::text::bigint THEN b.owner_id ELSE a.owner_id END
        FROM jsonb_populate_recordset(NULL::customers_account, %s::jsonb) b
        JOIN jsonb_each(%s::jsonb) l ON l.key = b.id::text
        WHERE a.id = b.id
        """,
        [rows, _text(before["owners"])],
    )
    remember_owners([a["id"] for a in before["accounts"]], clock.now())


def _put_back_places(before: Mapping[str, Any], kind: str) -> list[int]:
    """Put people where they were; returns whose places are affected.

    Taking back a merge of accounts touches the places at these accounts only; of people, all of theirs.
    """
    wanted = _text(before["places"])
    if kind == "person":
        scope, arguments, person = "person_id = ANY(%s)", [[p["id"] for p in before["people"]]], "p.id"
    else:
        scope, arguments, person = "account_id = ANY(%s)", [before["learnt"]], "coalesce(p.merged_into_id, p.id)"
    gone = drop_places(scope, arguments, clock.now())
    put = [
        id_
        for (id_,) in sql.rows(
            f"""
            INSERT INTO customers_affiliation AS f
                (workspace_id, person_id, account_id, role, is_primary, since, role_is_set, chosen_at, learnt_at)
            SELECT DISTINCT ON (person, account) workspace_id, person, account, role, is_primary, since, role_is_set,
                   chosen_at, %s::timestamptz
            FROM (
                SELECT b.*, {person} AS person, coalesce(a.merged_into_id, a.id) AS account
                FROM jsonb_populate_recordset(NULL::customers_affiliation, %s::jsonb) b
                JOIN customers_person p ON p.id = b.person_id JOIN customers_account a ON a.id = b.account_id
                WHERE {scope.replace("person_id", "b.person_id").replace("account_id", "b.account_id")}
            ) there
            ORDER BY person, account, since
            ON CONFLICT (person_id, account_id) DO UPDATE SET since = least(f.since, EXCLUDED.since)
            RETURNING person_id
            """,  # noqa: S608
            [clock.now(), wanted, *arguments],
        )
    ]
    return sorted({*gone, *put})


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
