"""Brings events from CSV files: any encoding, any columns, as often as you like."""
