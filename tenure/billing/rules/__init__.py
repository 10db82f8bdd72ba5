"""Decisions of billing: what a subscription is worth a month, and which movements that makes. Exact, and pure."""
