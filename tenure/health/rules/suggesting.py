"""The scorecard to begin with: use, people and money, on what every workspace knows or comes to know."""

from tenure.health.rules.text_form import WrittenScorecard
from tenure.health.types.scorecards import (
    Adoption,
    Banded,
    Compared,
    DaysUntil,
    Definition,
    ExceptionRule,
    Group,
    LastSeen,
    Linear,
    Measure,
    MrrChange,
    NewAccounts,
    Overdue,
    TicketMeasure,
    Tickets,
    Trait,
    Trend,
    Use,
    UseMeasure,
)

_PEOPLE = Measure(name="Seats in use", weight=30, reads=Adoption(), scores=Linear(15, 100))
_DAYS = Measure(name="Days in use", weight=30, reads=Use(UseMeasure.ACTIVE_DAYS), scores=Linear(2, 22))
_SEEN = Measure(
    name="Last seen", weight=20, reads=LastSeen(), scores=Banded(((None, 100), (3, 80), (6, 50), (11, 20), (21, 0)))
)
_TREND = Measure(name="Trend of use", weight=20, reads=Trend(UseMeasure.ACTIVE_PEOPLE), scores=Linear(-60, 30))

SUGGESTED = WrittenScorecard(
    name="Health",
    description="Use first, then money and satisfaction. Change it to what you have learnt of your own customers.",
    definition=Definition(
        minimum_coverage=40,
        measures=(
            Group(name="Use", weight=70, measures=(_PEOPLE, _DAYS, _SEEN, _TREND)),
            Group(
                name="Money",
                weight=20,
                measures=(
                    Measure(name="MRR over 90 days", weight=50, reads=MrrChange(90), scores=Linear(-40, 40)),
                    Measure(
                        name="Invoices overdue",
                        weight=30,
                        reads=Overdue(),
                        scores=Banded(((None, 100), (1, 60), (15, 20), (31, 0))),
                    ),
                    Measure(
                        name="Renewal",
                        weight=20,
                        reads=DaysUntil("renews_at"),
                        scores=Banded(((None, 0), (0, 40), (30, 60), (90, 80))),
                    ),
                ),
            ),
            Group(
                name="Voice",
                weight=10,
                measures=(
                    Measure(
                        name="Tickets opened in 30 days",
                        weight=50,
                        reads=Tickets(TicketMeasure.OPENED),
                        scores=Linear(12, 0),
                    ),
                    Measure(name="NPS", weight=50, reads=Trait("nps"), scores=Banded(((None, 0), (7, 60), (9, 100)))),
                ),
            ),
        ),
        new_accounts=NewAccounts(
            until_days=45,
            handover_days=30,
            measures=(
                Measure(
                    name="Days in use since sign-up",
                    weight=50,
                    reads=Use(UseMeasure.ACTIVE_DAYS, 14),
                    scores=Linear(0, 8),
                ),
                Measure(
                    name="People who tried it",
                    weight=50,
                    reads=Use(UseMeasure.ACTIVE_PEOPLE, 28),
                    scores=Banded(((None, 0), (1, 40), (2, 70), (3, 100))),
                ),
            ),
        ),
        exceptions=(
            ExceptionRule(
                name="An urgent ticket is open",
                when=Compared(reads=Tickets(TicketMeasure.OPEN_URGENT), at_least=1),
                cap=50,
            ),
            ExceptionRule(
                name="Nobody has been there for a month", when=Compared(reads=LastSeen(), at_least=31), cap=20
            ),
        ),
    ),
)
