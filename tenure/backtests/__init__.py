"""How scores, models and rules would have done over the past as it was known then: kept for every version."""
