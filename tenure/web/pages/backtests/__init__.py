"""How scores, models and rules would have done over the past."""
