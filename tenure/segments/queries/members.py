"""Who is in a segment, who came and went, and why."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.kernel.cursors import as_cursor, from_cursor, moment
from tenure.segments.errors import ConditionUnreadable, NobodyThere, SegmentMissing
from tenure.segments.models import Membership, Segment, SegmentVersion
from tenure.segments.queries.judging import judge
from tenure.segments.queries.knowing import id_column
from tenure.segments.queries.stored import condition_or_none
from tenure.segments.types import Cause, Subject
from tenure.segments.types.answers import HistoryItem, HistoryPage, LeafReason, MemberItem, MemberPage, Named, Reasons
from tenure.segments.types.conditions import Condition, Listed, leaves

EXPORTED_AT_ONCE = 1_000
_LARGEST_ID = 2**63 - 1


def members_of(
    segment_id: int,
    *,
    cursor: str | None = None,
    limit: int = 50,
    named: str = "",
    also_in: int | None = None,
    on: date | None = None,
) -> MemberPage:
    """Return those in a segment, the latest first; `named` keeps those whose name or e-mail address contains it.

    `also_in` keeps those who are in another segment, too; `on` returns those who were in it at the end of a day (UTC).
    """
    subject = _subject(segment_id)
    found = _open(segment_id, subject) if on is None else _open_on(segment_id, subject, on)
    if also_in is not None:
        same = {f"{id_column(subject)}": OuterRef(id_column(subject))}
        found = found.filter(Exists(Membership.objects.filter(segment=also_in, left_at=None, **same)))
    if named:
        found = found.filter(_name_contains(subject, named))
    if cursor:
        since, pk = from_cursor(cursor, 2)
        at = moment(since)
        found = found.filter(Q(since__lt=at) | Q(since=at, pk__lt=pk))
    rows = list(found.order_by("-since", "-pk")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    return MemberPage(
        items=[MemberItem(membership_id=m.pk, who=_named(m), since=m.since) for m in rows],
        next_cursor=as_cursor([rows[-1].since, rows[-1].pk]) if more else None,
    )


def all_members_of(segment_id: int) -> Iterator[MemberItem]:
    """Walk everybody in a segment, however many, a portion in memory at a time."""
    cursor: str | None = None
    while True:
        page = members_of(segment_id, cursor=cursor, limit=EXPORTED_AT_ONCE)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def member_ids(segment_id: int) -> set[int]:
    """Return the ids of everybody in a segment: accounts' or people's, by its subject."""
    column = id_column(_subject(segment_id))
    return set(Membership.objects.filter(segment=segment_id, left_at=None).values_list(column, flat=True))


def history_of(segment_id: int, *, cursor: str | None = None, limit: int = 50) -> HistoryPage:
    """Return who entered and left, the latest first."""
    subject = _subject(segment_id)
    entered: QuerySet[Any] = Membership.objects.filter(segment=segment_id).annotate(at=F("since"), entered=Value(1))
    left: QuerySet[Any] = Membership.objects.filter(segment=segment_id, left_at__isnull=False).annotate(
        at=F("left_at"), entered=Value(0)
    )
    if cursor:
        before, entered_flag, pk = from_cursor(cursor, 3)
        entered, left = (_before(part, moment(before), entered_flag, pk) for part in (entered, left))
    portions = [list(_with_names(p, subject).order_by("-at", "-pk")[: limit + 1]) for p in (entered, left)]
    rows: list[Any] = sorted(
        (m for portion in portions for m in portion), key=lambda m: (m.at, m.entered, m.pk), reverse=True
    )
    more, rows = len(rows) > limit, rows[:limit]
    conditions = _conditions(segment_id)
    return HistoryPage(
        items=[
            HistoryItem(
                at=m.at,
                entered=bool(m.entered),
                cause=_cause(m.why if m.entered else m.left_why),
                who=_named(m),
                turned=() if m.entered else _turned(m, conditions),
            )
            for m in rows
        ],
        next_cursor=as_cursor([rows[-1].at, rows[-1].entered, rows[-1].pk]) if more else None,
    )


def _conditions(segment_id: int) -> dict[int, Condition]:
    """Return the condition of each version that can still be read."""
    versions = SegmentVersion.objects.filter(segment=segment_id).values_list("number", "condition")
    read = {number: condition_or_none(raw) for number, raw in versions}
    return {number: condition for number, condition in read.items() if condition is not None}


def _turned(membership: Membership, conditions: dict[int, Condition]) -> Sequence[LeafReason]:
    """Return the leaves that held at entry and not at the end, or the other way round."""
    then, last = membership.why, membership.left_why or {}
    condition = conditions.get(last.get("version", 0))
    if condition is None or then.get("version") != last.get("version"):
        return ()
    before = {path: held for path, (_, held) in then.get("leaves", {}).items()}
    return [r for r in reasons_of(condition, last.get("leaves", {})) if before.get(r.path) != r.held]


def _before(found: QuerySet[Any], at: datetime, entered: Any, pk: Any) -> QuerySet[Any]:
    later = Q(at__lt=at) | Q(at=at, entered__lt=entered) | Q(at=at, entered=entered, pk__lt=pk)
    return found.filter(later)


def why(segment_id: int, *, account_id: int | None = None, person_id: int | None = None) -> Reasons:
    """Return why an account or person is or is not in a segment, leaf by leaf: now, and as judged when they entered.

    Raises `SegmentMissing`, `NobodyThere` and `ConditionUnreadable`.
    """
    segment = Segment.objects.filter(pk=segment_id).first()
    if segment is None:
        raise SegmentMissing
    condition = condition_or_none(segment.condition)
    if condition is None:
        raise ConditionUnreadable
    subject = Subject(segment.subject)
    id_ = account_id if subject is Subject.ACCOUNT else person_id
    if id_ is None or id_ > _LARGEST_ID:
        raise NobodyThere
    if isinstance(condition, Listed):
        return _why_listed(segment, condition, id_)
    judgement = judge([(segment.pk, condition)], subject, clock.now(), [id_])
    looked_at = judgement.evidence_of(segment.pk, id_)
    if not looked_at:
        raise NobodyThere
    membership = Membership.objects.filter(
        segment=segment_id, account=account_id, person=person_id, left_at=None
    ).first()
    return Reasons(
        is_member=membership is not None,
        since=membership.since if membership else None,
        holds_now=id_ in judgement.members(segment.pk),
        now=reasons_of(condition, looked_at),
        at_entry=_at_entry(membership) if membership else (),
    )


def _why_listed(segment: Segment, condition: Listed, id_: int) -> Reasons:
    subject = Subject(segment.subject)
    if not (customers.accounts([id_]) if subject is Subject.ACCOUNT else customers.people([id_])).exists():
        raise NobodyThere
    membership = Membership.objects.filter(segment=segment, left_at=None, **{id_column(subject): id_}).first()
    there = membership is not None
    return Reasons(
        is_member=there,
        since=membership.since if membership else None,
        holds_now=there,
        now=[LeafReason(path="", leaf=condition, value=there, held=there)],
        at_entry=(),
    )


def _at_entry(membership: Membership) -> Sequence[LeafReason]:
    version = SegmentVersion.objects.filter(
        segment=membership.segment_id, number=membership.why.get("version", 0)
    ).first()
    condition = condition_or_none(version.condition) if version else None
    return reasons_of(condition, membership.why.get("leaves", {})) if condition else ()


def reasons_of(condition: Condition, looked_at: dict[str, list[Any]]) -> Sequence[LeafReason]:
    """Return each part of a condition with what it looked at and whether it held, from evidence."""
    return [
        LeafReason(path=path, leaf=leaf, value=looked_at[path][0], held=bool(looked_at[path][1]))
        for path, leaf in leaves(condition)
        if path in looked_at
    ]


def _subject(segment_id: int) -> Subject:
    found = Segment.objects.filter(pk=segment_id).values_list("subject", flat=True).first()
    if found is None:
        raise SegmentMissing
    return Subject(found)


def _open(segment_id: int, subject: Subject) -> QuerySet[Any]:
    return _with_names(Membership.objects.filter(segment=segment_id, left_at=None), subject)


def _open_on(segment_id: int, subject: Subject, day: date) -> QuerySet[Any]:
    end = datetime.combine(day + timedelta(days=1), time.min, UTC)
    there = Membership.objects.filter(Q(left_at=None) | Q(left_at__gte=end), segment=segment_id, since__lt=end)
    return _with_names(there, subject)


def _with_names(found: QuerySet[Any], subject: Subject) -> QuerySet[Any]:
    return found.select_related(str(subject)).defer(f"{subject}__traits", f"{subject}__trait_times")


def _name_contains(subject: Subject, text: str) -> Q:
    if subject is Subject.ACCOUNT:
        return Q(account__name__icontains=text) | Q(account__domain__icontains=text)
    return Q(person__name__icontains=text) | Q(person__email__icontains=text)


def _named(membership: Membership) -> Named:
    if membership.account_id is not None:
        account: Any = membership.account
        return Named(id=membership.account_id, name=str(account), detail=account.domain)
    person: Any = membership.person
    return Named(id=person.pk, name=str(person), detail=person.email)


def _cause(why: dict[str, Any] | None) -> Cause | None:
    said = (why or {}).get("cause")
    return Cause(said) if said in tuple(Cause) else None
