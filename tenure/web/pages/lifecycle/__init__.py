"""Pages of the stages of accounts' lives."""
