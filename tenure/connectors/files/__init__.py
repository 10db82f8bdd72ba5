"""Brings every kind of record from files: any encoding, any columns, looked at before, and taken back when wrong."""
