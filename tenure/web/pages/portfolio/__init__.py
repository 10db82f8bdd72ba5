"""The map of the portfolio: revenue against risk, of any list of accounts."""
