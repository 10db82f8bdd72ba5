"""Money: MRR and its movements, what accounts are worth and what winning them costs."""

import dataclasses
from functools import partial
from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from tenure.billing.types import MovementKind
from tenure.insights.queries import money
from tenure.insights.rules import money as rules
from tenure.insights.types import Grain, Metric, Unit

SPLITS = ("plan", "currency", "touch_model")
_UNSPLIT = {"cac", "ltv_to_cac", "cac_payback"}
"""What is spent on winning customers is known of all of them only."""
_LOST = (MovementKind.CONTRACTION, MovementKind.CHURN)
_KEPT = (*_LOST, MovementKind.EXPANSION, MovementKind.REACTIVATION)
_MOVEMENTS = (
    (MovementKind.NEW, _("New MRR"), _("MRR of accounts that paid for the first time in the month.")),
    (
        MovementKind.EXPANSION,
        _("Expansion MRR"),
        _(
            "What paying accounts came to pay more a month: larger plans, more seats, second subscriptions, "
            "discounts that ran out."
        ),
    ),
    (
        MovementKind.CONTRACTION,
        _("Contraction MRR"),
        _("What accounts that went on paying came to pay less a month, cancelling one of several subscriptions too."),
    ),
    (MovementKind.CHURN, _("Churned MRR"), _("MRR of accounts whose last subscription ended in the month.")),
    (
        MovementKind.REACTIVATION,
        _("Reactivation MRR"),
        _("MRR of accounts that had paid before, had stopped, and came back in the month."),
    ),
)

_DEFINED = (
    Metric(
        name="mrr",
        title=_("MRR"),
        formula=_(
            "What all paid subscriptions come to a month at the end of the month: yearly prices divided by 12, "
            "discounts taken off, trials not counted, other currencies at fixed rates."
        ),
        unit=Unit.MONEY,
        grain=Grain.MONTH,
        compute=partial(money.amounts, attrgetter("mrr")),
        accounts_behind=money.accounts_paying,
    ),
    Metric(
        name="paying_accounts",
        title=_("Paying accounts"),
        formula=_("Accounts with MRR at the end of the month."),
        unit=Unit.ACCOUNTS,
        grain=Grain.MONTH,
        compute=partial(money.amounts, attrgetter("accounts")),
        accounts_behind=money.accounts_paying,
    ),
    *(
        Metric(
            name=f"{kind.value}_mrr",
            title=title,
            formula=formula,
            unit=Unit.MONEY,
            grain=Grain.MONTH,
            compute=partial(money.moved, kind),
            accounts_behind=partial(money.accounts_moved, (kind,)),
        )
        for kind, title, formula in _MOVEMENTS
    ),
    Metric(
        name="arpa",
        title=_("Average revenue per account"),
        formula=_("MRR at the end of the month divided by the accounts that pay it."),
        unit=Unit.MONEY,
        grain=Grain.MONTH,
        compute=partial(money.at_end, rules.arpa),
        accounts_behind=money.accounts_paying,
    ),
    Metric(
        name="gross_revenue_retention",
        title=_("Gross revenue retention"),
        formula=_(
            "MRR at the beginning of the month less contraction and churn in it, divided by MRR at the beginning."
        ),
        unit=Unit.SHARE,
        grain=Grain.MONTH,
        compute=partial(money.of_month, rules.gross_retention),
        accounts_behind=partial(money.accounts_moved, _LOST),
    ),
    Metric(
        name="net_revenue_retention",
        title=_("Net revenue retention"),
        formula=_(
            "MRR at the beginning of the month less contraction and churn, plus expansion and reactivation in it, "
            "divided by MRR at the beginning."
        ),
        unit=Unit.SHARE,
        grain=Grain.MONTH,
        compute=partial(money.of_month, rules.net_retention),
        accounts_behind=partial(money.accounts_moved, _KEPT),
    ),
    Metric(
        name="logo_churn",
        title=_("Logo churn"),
        formula=_(
            "Of the accounts paying at the beginning of the month, the share that no longer paid at its end. With "
            "Wilson's 95 % interval."
        ),
        unit=Unit.SHARE,
        grain=Grain.MONTH,
        compute=money.logo_churn,
        accounts_behind=money.accounts_lost,
    ),
    Metric(
        name="quick_ratio",
        title=_("Quick ratio"),
        formula=_("New, expansion and reactivation MRR of the month divided by its contraction and churned MRR."),
        unit=Unit.RATIO,
        grain=Grain.MONTH,
        compute=partial(money.of_month, rules.quick_ratio),
        accounts_behind=partial(money.accounts_moved, tuple(MovementKind)),
    ),
    Metric(
        name="ltv",
        title=_("Lifetime value"),
        formula=_(
            "Average revenue per account at the end of the month divided by the share of accounts lost a month over "
            "the 12 months up to it. The interval is that of the share (Wilson, 95 %); margins are not considered."
        ),
        unit=Unit.MONEY,
        grain=Grain.MONTH,
        compute=money.lifetime_value,
        accounts_behind=money.accounts_paying,
    ),
    Metric(
        name="cac",
        title=_("Cost of winning an account"),
        formula=_(
            "What was spent on winning customers in the month, from the spend that was imported, divided by the "
            "accounts that paid for the first time in it."
        ),
        unit=Unit.MONEY,
        grain=Grain.MONTH,
        compute=money.acquisition_cost,
        accounts_behind=partial(money.accounts_moved, (MovementKind.NEW,)),
    ),
    Metric(
        name="ltv_to_cac",
        title=_("Lifetime value to cost of winning"),
        formula=_("Lifetime value divided by the cost of winning an account, of the same month."),
        unit=Unit.RATIO,
        grain=Grain.MONTH,
        compute=money.value_for_cost,
        accounts_behind=partial(money.accounts_moved, (MovementKind.NEW,)),
    ),
    Metric(
        name="cac_payback",
        title=_("Payback of winning an account"),
        formula=_("What was spent on winning customers in the month divided by the new MRR of the month."),
        unit=Unit.MONTHS,
        grain=Grain.MONTH,
        compute=money.payback,
        accounts_behind=partial(money.accounts_moved, (MovementKind.NEW,)),
    ),
)

METRICS = tuple(
    metric if metric.name in _UNSPLIT else dataclasses.replace(metric, by=SPLITS, by_traits=True) for metric in _DEFINED
)
