"""Brings accounts and people from files: any encoding, any columns, looked at before, and taken back when wrong."""
