"""The rules for VIPs a workspace can begin with: value, name and funding."""

from tenure.segments.types.conditions import AnyOf, People, Trait, TraitOperator
from tenure.vips.types import Definition, Level, Reason, Terms

FUNDED_USD = 500_000
FOLLOWERS = 100_000
_USUAL_SPEND = 2_000


def usual_definition(spend: float | None = None) -> Definition:
    """Return the usual three reasons.

    `spend` is the monthly revenue from which on an account is one by value; without it, the highest plan is one too.
    """
    more = TraitOperator.MORE_THAN
    by_spend = Trait(name="mrr", operator=more, value=int(spend or _USUAL_SPEND))
    by_plan = Trait(name="plan", operator=TraitOperator.IS, value="Enterprise")
    return Definition(
        levels=(Level(key="gold", name="Gold"), Level(key="silver", name="Silver")),
        reasons=(
            Reason(
                key="value",
                name="Highest value",
                level="gold",
                when=by_spend if spend else AnyOf(conditions=(by_plan, by_spend)),
                evidence=("plan", "mrr"),
            ),
            Reason(
                key="brand",
                name="Well known",
                level="silver",
                when=AnyOf(
                    conditions=(
                        Trait(name="brand_list", operator=TraitOperator.IS_SET),
                        Trait(name="social_followers", operator=more, value=FOLLOWERS),
                        People(condition=Trait(name="social_followers", operator=more, value=FOLLOWERS)),
                    )
                ),
                evidence=("brand_list", "social_followers"),
            ),
            Reason(
                key="funding",
                name="Funded",
                level="silver",
                when=Trait(name="funding_total_usd", operator=more, value=FUNDED_USD - 1),
                evidence=("funding_total_usd", "funding_last_round", "funding_last_round_on"),
                company_domain=True,
            ),
        ),
        terms=(
            Terms(
                level="gold",
                includes=(
                    "A person of your own, with a direct line",
                    "A first answer within one working hour",
                    "A look back together every quarter",
                ),
                lasts_days=365,
            ),
            Terms(
                level="silver",
                includes=("A 1:1 demo and a bookable slot", "Check-ins through trial and the first 30 days"),
                lasts_days=90,
            ),
        ),
    )
