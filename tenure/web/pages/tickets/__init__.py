"""Tickets: a list of them, and a part of the pages of accounts and people."""
