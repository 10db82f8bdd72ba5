"""An effect in sentences. Honest ones: what cannot be told yet is said so, with what is missing."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.experiments.types import Conclusion, Effect, EffectWords, Group
from tenure.stats.survival import Difference, Enough, Standing, TooFew


def effect_words(found: Effect) -> EffectWords:
    """Put an effect into words, in the reader's language."""
    return EffectWords(headline=_headline(found), details=_details(found), warnings=_warnings(found), how=_how(found))


def group_name(group: Group) -> str:
    """Name a group."""
    match group:
        case Group.TREATED:
            return _("Treated")
        case Group.HELD_OUT:
            return _("Held out")


def percent(share: float, digits: int = 0) -> str:
    """Write a share as a percentage."""
    return f"{share * 100:.{digits}f}%".replace("-", "−")


def days_text(days: int) -> str:
    """Write a number of days."""
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def _points(share: float) -> str:
    return f"{share * 100:.1f}".replace("-", "−")


def _headline(found: Effect) -> str:
    gap = found.difference
    if found.conclusion == Conclusion.CANNOT_TELL or gap.difference is None:
        return _("Cannot tell yet: %(why)s") % {"why": _too_few(gap)}
    low, high = (-gap.high, -gap.low) if found.conclusion == Conclusion.KEPT_FEWER else (gap.low, gap.high)
    values = {
        "days": days_text(found.horizon_days),
        "points": _points(abs(gap.difference)),
        "low": _points(low),
        "high": _points(high),
    }
    match found.conclusion:
        case Conclusion.KEPT_MORE:
            said = _("After %(days)s, treated accounts stayed more often: by %(points)s points (%(low)s to %(high)s).")
        case Conclusion.KEPT_FEWER:
            said = _("After %(days)s, treated accounts stayed less often: by %(points)s points (%(low)s to %(high)s).")
        case _unsure:
            said = _("After %(days)s no difference shows: it lies between %(low)s and %(high)s points.")
    return said % values


def _too_few(gap: Difference) -> str:
    """Say what is missing, naming the group that has less of it."""
    enough = Enough()
    treated, held_out = gap.first, gap.second
    scarce = Group.HELD_OUT if held_out.at_risk <= treated.at_risk else Group.TREATED
    fewest = min(treated.at_risk, held_out.at_risk)
    match gap.too_few:
        case TooFew.FEW_ENDED:
            n = treated.ended + held_out.ended
            return ngettext(
                "too few have churned; %(n)d account so far, and %(needed)d are needed.",
                "too few have churned; %(n)d accounts so far, and %(needed)d are needed.",
                n,
            ) % {"n": n, "needed": enough.ended}
        case TooFew.FEW_AT_RISK:
            said = _("too few accounts have been watched that long; “%(group)s” has %(n)d, and %(needed)d are needed.")
            return said % {"n": fewest, "group": group_name(scarce), "needed": enough.at_risk}
    return _("no account in the group “%(group)s” has been watched that long.") % {"group": group_name(scarce)}


def _details(found: Effect) -> tuple[str, ...]:
    said = [_standing_text(group, standing) for group, standing in _standings(found)]
    if found.conclusion == Conclusion.NO_DIFFERENCE_SEEN:
        said.append(
            _("With these numbers a difference of about %(points)s points or more would usually show.")
            % {"points": f"{found.visible * 100:.0f}"}
        )
    if found.log_rank is not None:
        said.append(
            _("Over the whole time, chance would part the curves so far with probability %(p)s (log-rank test).")
            % {"p": f"{found.log_rank.p_value:.2g}" if found.log_rank.p_value >= 0.0005 else "< 0.0005"}
        )
    return tuple(said)


def _standings(found: Effect) -> tuple[tuple[Group, Standing], tuple[Group, Standing]]:
    return (Group.TREATED, found.difference.first), (Group.HELD_OUT, found.difference.second)


def _standing_text(group: Group, standing: Standing) -> str:
    values = {
        "group": group_name(group),
        "n": standing.n,
        "ended": standing.ended,
        "at_risk": standing.at_risk,
        "days": days_text(round(standing.horizon)),
    }
    counted = ngettext("%(ended)d of %(n)d account churned", "%(ended)d of %(n)d accounts churned", standing.n) % values
    if standing.share is None:
        said = _("%(group)s: %(counted)s; none has been watched for %(days)s yet.")
        return said % (values | {"counted": counted})
    said = _(
        "%(group)s: %(share)s still customers after %(days)s (95%% interval %(low)s to %(high)s). %(counted)s; "
        "%(at_risk)d watched that long."
    )
    return said % (
        values
        | {
            "counted": counted,
            "share": percent(standing.share, 1),
            "low": percent(standing.low, 1),
            "high": percent(standing.high, 1),
        }
    )


def _warnings(found: Effect) -> tuple[str, ...]:
    said = []
    ratio = found.sample_ratio
    if ratio.mismatch:
        said.append(
            _(
                "The groups are not split as promised: %(seen)d accounts are held out where %(expected)s were to be "
                "expected. Something decides who is held out besides the lot; do not trust the comparison."
            )
            % {"seen": ratio.counts[1], "expected": f"{ratio.expected[1]:.0f}"}
        )
    if found.watched_until < found.until:
        behind = (found.until - found.watched_until).days
        if behind >= 2:
            said.append(
                ngettext(
                    "Nothing has been received for %(n)d day; accounts count as watched only until then.",
                    "Nothing has been received for %(n)d days; accounts count as watched only until then.",
                    behind,
                )
                % {"n": behind}
            )
    return tuple(said)


def _how(found: Effect) -> tuple[str, ...]:
    said = [
        _("Each account was put into its group by lot when it could first have been touched, and stays in it."),
        _("Accounts count in the group of their lot whether a touch reached them or not (intention to treat)."),
        _(
            "Curves are Kaplan–Meier estimates of the share still customers; accounts that have not churned count for "
            "as long as they have been watched. Intervals are 95% Wilson intervals of the effective number of accounts."
        ),
    ]
    if found.already_churned:
        said.append(
            ngettext(
                "%(n)d account had churned before it was assigned and is left out.",
                "%(n)d accounts had churned before they were assigned and are left out.",
                found.already_churned,
            )
            % {"n": found.already_churned}
        )
    return tuple(said)
