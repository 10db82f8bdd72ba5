"""Accounts: the list people work in, and the page that says how one is and why."""
