"""What is at stake: what accounts pay, as billing says it, or as their product does where nothing is billed here."""

import dataclasses
from collections.abc import Mapping, Sequence
from fractions import Fraction

from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.kernel.money import minor_digits
from tenure.signals.types import Finding


@dataclasses.dataclass(frozen=True, kw_only=True)
class Money:
    """An amount in minor units of a currency; None where nobody knows."""

    amount: int | None
    currency: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class MoneyAtStake:
    """What the accounts of some findings pay, and what is typical of the workspace's."""

    currency: str
    rates: Mapping[str, Fraction]
    paid: Mapping[int, int]
    typical: int | None
    """None: nobody pays, or nobody asked for it."""

    def of(self, finding: Finding) -> Money:
        """Return the amount a finding says, or else all that its account pays."""
        if finding.amount_minor is not None:
            return Money(amount=finding.amount_minor, currency=finding.currency or self.currency)
        paid = self.paid.get(finding.account_id)
        return Money(amount=paid, currency="" if paid is None else self.currency)

    def in_own_currency(self, money: Money) -> int | None:
        """Return an amount in minor units of the workspace's currency, if its rate is known."""
        if money.amount is None or money.currency == self.currency:
            return money.amount
        rate = self.rates.get(money.currency)
        return None if rate is None else round(money.amount * rate)


def money_at_stake(findings: Sequence[Finding]) -> MoneyAtStake:
    """Ask for what findings need to be weighed by money: some statements, whatever their number."""
    choices = billing.ledger_choices()
    unsaid = {f.account_id for f in findings if f.amount_minor is None}
    digits = 10 ** minor_digits(choices.currency)
    if billing.has_ledger():
        paid = billing.mrr_of(unsaid)
    else:
        paid = {pk: round(mrr * digits) for pk, mrr in customers.trait_numbers("mrr", unsaid).items()}
    typical: int | None = None
    if any(f.severity is None for f in findings):
        typical = billing.typical_mrr()
        if typical is None:
            told = customers.typical_number("mrr")
            typical = None if told is None else round(told * digits)
    return MoneyAtStake(currency=choices.currency, rates=choices.rates, paid=paid, typical=typical)
