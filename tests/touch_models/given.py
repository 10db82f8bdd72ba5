"""Touch models to start a test from."""

from datetime import datetime
from typing import Any

from tenure.customers import actions as customers
from tenure.kernel import clock
from tenure.touch_models import actions, queries

THREE = """
models:
- key: high_touch
  name: High-touch
  enters: {trait: mrr, operator: more_than, value: 1000}
  stays: {trait: mrr, operator: more_than, value: 800}
  minimum_days: 30
  minutes_a_week: 60
- key: low_touch
  name: Low-touch
  enters: {trait: mrr, operator: more_than, value: 200}
  minimum_days: 10
  forbidden: [phone]
- key: tech_touch
  name: Tech-touch
  forbidden: [email, phone]
existing: move
plans:
- from: any
  to: high_touch
  steps:
  - {after_days: 1, kind: introduce, title: Introduce yourself}
  - {after_days: 7, kind: call, title: Kick-off call}
- from: high_touch
  to: any
  steps:
  - {after_days: 5, kind: call, title: Last regular call}
"""


def given_models(text: str = THREE, *, by: Any = None) -> None:
    """Put touch models in force."""
    actions.change_definition(queries.read_text(text), by=by)


def given_mrr(account_id: int, mrr: float) -> None:
    """Have an account pay so much."""
    customers.set_account_traits(account_id, {"mrr": mrr}, source="test")


def follow(now: datetime | None = None) -> int:
    """Look at everybody."""
    from tenure.touch_models.models import TouchModels

    TouchModels.objects.update(rests_until=None)
    return actions.follow_everybody(now=now or clock.now())
