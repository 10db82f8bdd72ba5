"""What the pages of books call things."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tenure.touch_models.types.books import Given, Of, PoolItem, WrongBook
from tenure.web.pages.definitions import OwnWords
from tenure.web.shell import formats

BOUNDS: Mapping[str, Promise] = {
    "accounts": gettext_lazy("accounts"),
    "mrr": gettext_lazy("revenue"),
    "minutes_a_week": gettext_lazy("time"),
}
PROBLEMS: OwnWords = {
    WrongBook.MEMBER_UNKNOWN: lambda: _("No member has the address %(given)s."),
    WrongBook.TIMEZONE_UNKNOWN: lambda: _("“%(given)s” is no time zone; an example is Europe/London."),
    WrongBook.BOOK_MODEL_UNKNOWN: lambda: _("There is no model “%(given)s”. Choose one of: %(choices)s."),
}


def reasons(given: Given) -> str:
    """Say why this member gets this account."""
    if given.to_id is None:
        return _("nobody has room for it")
    said = []
    if given.speaks:
        said.append(_("speaks its language (%(language)s)") % {"language": given.speaks})
    if given.hours_apart is not None:
        hours = round(given.hours_apart)
        said.append(
            ngettext("%(n)d hour apart", "%(n)d hours apart", hours) % {"n": hours}
            if hours
            else _("works the same hours")
        )
    if given.knows:
        said.append(_("knows %(skills)s") % {"skills": formats.listed(given.knows)})
    if given.lacks:
        said.append(_("lacks %(skills)s") % {"skills": formats.listed(given.lacks)})
    if given.load:
        said.append(_("then has %(load)s accounts") % {"load": given.load})
    return formats.listed(said)


def target_words(item: PoolItem) -> str:
    """Say what a pooled book is to achieve: 600 accounts, keep 85 % of them over 365 days."""
    values = {"n": formats.number(item.accounts), "keep": item.pool.keep_percent, "days": item.pool.days}
    if item.pool.of is Of.REVENUE:
        words = ngettext(
            "%(n)s account; keep %(keep)d%% of its revenue over %(days)d days",
            "%(n)s accounts; keep %(keep)d%% of their revenue over %(days)d days",
            item.accounts,
        )
    else:
        words = ngettext(
            "%(n)s account; keep %(keep)d%% over %(days)d days",
            "%(n)s accounts; keep %(keep)d%% of them over %(days)d days",
            item.accounts,
        )
    return words % values


def attained_words(item: PoolItem, currency: str) -> str:
    """Say how far it is from its target."""
    got = item.attainment
    if got.share is None:
        return _("nothing to count yet: no account is that old")
    of_revenue = item.pool.of is Of.REVENUE
    short = formats.compact_money(got.short, currency) if of_revenue else formats.number(got.short)
    spare = formats.compact_money(got.may_lose, currency) if of_revenue else formats.number(got.may_lose)
    if got.is_reached:
        return _("reached; %(spare)s more may leave") % {"spare": spare}
    return _("%(short)s to save to reach it") % {"short": short}
