"""When accounts were seen, once use has come to count elsewhere: read from what is stored and counted."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from tenure.customers import queries as customers
from tenure.customers.actions import see_accounts, widen_seen
from tenure.customers.types import Reattributed, ReattributionKind
from tenure.tracking.models import RollupProgress
from tenure.tracking.queries.use import last_use, seen_at

_OF_PEOPLE = (ReattributionKind.PERSON, ReattributionKind.HOME)


def see_anew(news: Sequence[Reattributed], *, folded_over: Collection[int] = (), days: Iterable[date] = ()) -> None:
    """Say when accounts were seen that use has come to count for, or counts for no longer.

    `folded_over` were used on some of these `days`, nobody said when. What is counted on the days in question has to be
    counted anew before. Where the day that an account was last used on lost it, and after a parting, all are looked at.
    """
    parted = {each.old_id for each in news if each.kind is ReattributionKind.SEEN}
    if parted:
        widen_seen(seen_at(parted))
    moved = [each for each in news if each.kind in _OF_PEOPLE]
    gaining = customers.accounts_ever_of(id_ for each in moved for id_ in (each.old_id, each.new_id))
    losing = customers.accounts_ever_of(id_ for each in moved for id_ in (each.old_id, each.before_id))
    possible = {*days, *_days(moved)}
    concerned = gaining | losing | parted | {*folded_over}
    if not concerned:
        return
    known = customers.accounts_seen(concerned)
    last = last_use(known, possible)
    used: dict[int, datetime | None] = {}
    doubtful = [id_ for id_ in parted if id_ in known]
    for id_, seen in known.items():
        at = last.get(id_)
        if at and (seen.last is None or at > seen.last):
            used[id_] = at
        elif id_ in losing and seen.last and seen.last.date() in possible and at != seen.last:
            doubtful.append(id_)
    ever = last_use(doubtful)
    used |= {id_: ever.get(id_) for id_ in doubtful}
    lost = {id_: known[id_].first for id_ in losing & known.keys() if known[id_].first.date() in possible}
    first = _first_heard(lost | {id_: known[id_].first for id_ in parted & known.keys()})
    see_accounts(known, first=first, used=used)


def _days(moved: Iterable[Reattributed]) -> Iterator[date]:
    for each in moved:
        first, last = each.first_at.date(), each.last_at.date()
        yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def _first_heard(known: Mapping[int, datetime]) -> dict[int, datetime]:
    """Return of accounts when something was first heard of them, where that is later than was known.

    Nothing can be told of days whose events are no longer kept.
    """
    progress = RollupProgress.objects.first()
    kept = (progress and progress.raw_since) or date.min
    asked = {id_: at for id_, at in known.items() if at.date() >= kept}
    heard = seen_at(asked, {at.date() for at in asked.values()})
    doubtful = [id_ for id_, at in asked.items() if id_ not in heard or heard[id_][0] > at]
    return {id_: first for id_, (first, _) in seen_at(doubtful).items()}
