"""Brings subscriptions, and what winning customers costs, from CSV files: billing without a billing system."""
