"""Rules for VIPs to start a test from."""

from typing import Any

from tenure.vips import actions, queries

RULES = """
levels:
- key: gold
  name: Gold
- key: silver
  name: Silver
reasons:
- key: value
  name: Highest value
  level: gold
  when: {trait: mrr, operator: more_than, value: 2000}
  evidence: [plan, mrr]
- key: brand
  name: Well known
  level: silver
  when:
    any:
    - {trait: brand_list, operator: is_set}
    - {trait: social_followers, operator: more_than, value: 100000}
  evidence: [brand_list, social_followers]
- key: funding
  name: Funded
  level: silver
  company_domain: true
  when: {trait: funding_total_usd, operator: more_than, value: 499999}
  evidence: [funding_total_usd, funding_last_round]
terms:
- level: gold
  lasts_days: 365
  includes:
  - A first answer within one hour
- level: silver
  includes:
  - A 1:1 demo
"""


def given_rules(text: str = RULES, *, by: Any = None) -> None:
    """Put rules in force."""
    actions.change_rules(queries.read_text(text), by=by)
