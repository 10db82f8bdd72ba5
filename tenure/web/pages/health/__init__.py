"""Health: scores of all accounts, the scorecards that give them, and one account's in all its parts."""
