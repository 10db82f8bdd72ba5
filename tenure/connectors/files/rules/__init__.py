"""Decisions about files: what columns mean, what cells say."""
