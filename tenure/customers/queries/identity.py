"""Who was merged with whom, who may be one, which account belongs to which, and whose word on a trait counts."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from tenure.customers.errors import NoSuchMerge
from tenure.customers.models import Account, Merge, Person, PossibleDuplicate, TraitChange, TraitRule
from tenure.customers.queries.accounts import account_names
from tenure.customers.queries.people import people_names
from tenure.customers.rules.contending import PIN, counting
from tenure.customers.types import SubjectKind, TraitType
from tenure.kernel import tenancy
from tenure.kernel.cursors import as_cursor, from_cursor


@dataclasses.dataclass(frozen=True, kw_only=True)
class MergeMade:
    """A merge a member made; `moved` counts what went along."""

    id: int
    kind: str
    kept_id: int
    merged_id: int
    merged_name: str
    made_at: datetime
    made_by: str
    undone_at: datetime | None
    moved: Mapping[str, int]


def merges_of(kind: SubjectKind, pk: int) -> list[MergeMade]:
    """Return the merges into (or out of) somebody, the latest first."""
    found = Merge.objects.filter(kind=kind, **{"people__contains" if kind == "person" else "accounts__contains": [pk]})
    rows = [m for m in found.select_related("made_by").order_by("-pk")[:200] if pk in (m.kept_id, m.merged_id)]
    names = (people_names if kind == "person" else account_names)(m.merged_id for m in rows)
    own = _own_names(kind, [m.merged_id for m in rows])
    return [
        MergeMade(
            id=m.pk,
            kind=m.kind,
            kept_id=m.kept_id,
            merged_id=m.merged_id,
            merged_name=own.get(m.merged_id) or names.get(m.merged_id, ""),
            made_at=m.made_at,
            made_by=m.made_by.name if m.made_by else "",
            undone_at=m.undone_at,
            moved=m.moved,
        )
        for m in rows
    ]


def merge(pk: int) -> Merge:
    """Return one merge. Raises `NoSuchMerge`."""
    found = Merge.objects.filter(pk=pk).first()
    if found is None:
        raise NoSuchMerge
    return found


def _own_names(kind: SubjectKind, ids: Sequence[int]) -> dict[int, str]:
    model: Any = Person if kind == "person" else Account
    return {each.pk: str(each) for each in model.objects.filter(pk__in=ids)}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Two that may be one; `first` would be kept."""

    id: int
    kind: str
    first_id: int
    second_id: int
    first: str
    second: str
    reason: str
    detail: str
    score: float
    found_at: datetime
    refused_at: datetime | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class SuggestionPage:
    """A page of suggestions, and how many there are."""

    suggestions: list[Suggestion]
    next_cursor: str
    count: int


def possible_duplicates(
    kind: SubjectKind, *, refused: bool = False, cursor: str = "", limit: int = 50
) -> SuggestionPage:
    """Return people or accounts that may be one, the likeliest first; or those of which a member said no."""
    found = PossibleDuplicate.objects.filter(kind=kind, refused_at__isnull=not refused)
    count = found.count()
    ordered = found.order_by("-score", "pk")
    offset = 0
    if cursor:
        (place,) = from_cursor(cursor, 1)
        offset = place if isinstance(place, int) and 0 <= place < 2**31 else 0
    rows = list(ordered[offset : offset + limit + 1])
    ids = [i for r in rows for i in (r.first_id, r.second_id)]
    names = _own_names(kind, ids)
    solos = (
        set(Account.objects.filter(pk__in=ids, is_solo=True).values_list("pk", flat=True))
        if kind == "account"
        else set()
    )
    suggestions = []
    for r in rows[:limit]:
        first, second = (r.second_id, r.first_id) if r.first_id in solos else (r.first_id, r.second_id)
        suggestions.append(
            Suggestion(
                id=r.pk, kind=r.kind, first_id=first, second_id=second, first=names.get(first, ""),
                second=names.get(second, ""), reason=r.reason, detail=r.detail, score=r.score, found_at=r.found_at,
                refused_at=r.refused_at,
            )
        )  # fmt: skip
    return SuggestionPage(
        suggestions=suggestions, next_cursor=as_cursor([offset + limit]) if len(rows) > limit else "", count=count
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class FamilyMember:
    """An account below another; `people` counts its known people, `mrr` is its trait where that is a number."""

    id: int
    name: str
    depth: int
    mrr: float | None
    people: int
    last_seen_at: datetime | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Family:
    """The accounts above one, the nearest first; those below it; and what it and those below come to together."""

    above: list[tuple[int, str]]
    below: list[FamilyMember]
    mrr: float | None
    people: int
    last_seen_at: datetime | None

    @property
    def ids(self) -> list[int]:
        """The accounts below."""
        return [each.id for each in self.below]


def family(account_id: int) -> Family | None:
    """Return the accounts above and below one with their sums, None for one that stands alone.

    Somebody at several of the accounts is counted once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up (id, step) AS (
                SELECT parent_id, 1 FROM customers_account
                WHERE id = %s AND workspace_id = %s AND parent_id IS NOT NULL
                UNION ALL
                SELECT a.parent_id, up.step + 1 FROM up JOIN customers_account a ON a.id = up.id
                WHERE a.parent_id IS NOT NULL AND up.step < 100
            )
            SELECT up.id, coalesce(nullif(a.name, ''), a.external_id)
            FROM up JOIN customers_account a ON a.id = up.id ORDER BY step
            """,
            [account_id, tenancy.current_workspace_id()],
        )
        above = cursor.fetchall()
        cursor.execute(
            """
            WITH RECURSIVE down (id, depth) AS (
                SELECT id, 0 FROM customers_account WHERE id = %s AND workspace_id = %s
                UNION ALL
                SELECT a.id, down.depth + 1 FROM down JOIN customers_account a ON a.parent_id = down.id
                WHERE down.depth < 100 AND a.merged_into_id IS NULL
            ), there AS (
                SELECT f.account_id, f.person_id FROM customers_affiliation f
                JOIN customers_person p ON p.id = f.person_id AND p.merged_into_id IS NULL AND NOT p.is_anonymous
                WHERE f.account_id IN (SELECT id FROM down)
            )
            SELECT a.id, coalesce(nullif(a.name, ''), a.external_id), down.depth,
                   CASE WHEN jsonb_typeof(a.traits->'mrr') = 'number' THEN (a.traits->>'mrr')::float END,
                   (SELECT count(*) FROM there WHERE there.account_id = a.id), a.last_seen_at,
                   (SELECT count(DISTINCT person_id) FROM there)
            FROM down JOIN customers_account a ON a.id = down.id ORDER BY down.depth, 2
            """,
            [account_id, tenancy.current_workspace_id()],
        )
        rows = cursor.fetchall()
    if len(rows) < 2 and not above:
        return None
    revenues = [mrr for _, _, _, mrr, *_ in rows if mrr is not None]
    return Family(
        above=list(above),
        below=[
            FamilyMember(id=id_, name=name, depth=depth, mrr=mrr, people=people, last_seen_at=seen)
            for id_, name, depth, mrr, people, seen, _ in rows
            if depth
        ],
        mrr=sum(revenues) if revenues else None,
        people=rows[0][-1] if rows else 0,
        last_seen_at=max((seen for *_, seen, _ in rows if seen), default=None),
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class WordOnTrait:
    """The last word of one source on a trait; `counts` marks the one that is believed."""

    value: Any
    source: str
    at: int
    counts: bool
    is_pinned: bool


def words_on_trait(kind: SubjectKind, pk: int, name: str) -> list[WordOnTrait]:
    """Return the last word of each source on a contested trait, the newest first; none where only time decides."""
    model: Any = Account if kind == "account" else Person
    words = model.objects.values_list("trait_words", flat=True).get(pk=pk).get(name, {})
    if not words:
        return []
    rule = TraitRule.objects.filter(kind=kind, name=name).first()
    winner = counting(words, rule.sources if rule else ())
    listed = [
        WordOnTrait(
            value=value, source=source, at=at, counts=(value, at, source) == winner,
            is_pinned=by == PIN and value is not None,
        )
        for by, (value, at, source) in words.items()
    ]  # fmt: skip
    return sorted(listed, key=lambda w: -w.at)


def history_of_trait(kind: SubjectKind, pk: int, name: str, limit: int = 500) -> list[TraitChange]:
    """Return what was said of one trait, the latest first."""
    return list(TraitChange.objects.filter(**{kind: pk}, name=name).order_by("-at", "-pk")[:limit])


def trait_rules(kind: SubjectKind) -> dict[str, TraitRule]:
    """Return what the workspace wants of each trait it has said something about."""
    return {rule.name: rule for rule in TraitRule.objects.filter(kind=kind)}


_OF_TYPE = {
    TraitType.TEXT: "jsonb_typeof(v) = 'string'",
    TraitType.NUMBER: "jsonb_typeof(v) = 'number'",
    TraitType.BOOLEAN: "jsonb_typeof(v) = 'boolean'",
    TraitType.LIST: "jsonb_typeof(v) = 'array'",
    TraitType.DATE: r"jsonb_typeof(v) = 'string' AND v #>> '{}' ~ '^\d{4}-\d{2}-\d{2}'",
}


def wrong_types(kind: SubjectKind) -> dict[str, int]:
    """Count, for each trait of a declared type, the accounts or people whose value is of another."""
    declared = {name: TraitType(rule.type) for name, rule in trait_rules(kind).items() if rule.type}
    if not declared:
        return {}
    cases = " ".join(f"WHEN %s THEN NOT ({_OF_TYPE[of]})" for of in declared.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT wanted.name, count(*)
            FROM customers_{kind} s, unnest(%s::text[]) AS wanted (name), LATERAL (SELECT s.traits->wanted.name) t (v)
            WHERE s.workspace_id = %s AND s.merged_into_id IS NULL AND s.traits ? wanted.name
              AND CASE wanted.name {cases} END
            GROUP BY wanted.name
            """,  # noqa: S608
            [list(declared), tenancy.current_workspace_id(), *declared],
        )
        return dict(cursor.fetchall())


def unsettled_rules() -> list[tuple[int, int]]:
    """Return the rules of every workspace that have not been applied to everything yet, as (workspace, rule)."""
    waiting = TraitRule.everywhere.exclude(settled_to=None).order_by("pk")
    return list(waiting.values_list("workspace_id", "pk"))
