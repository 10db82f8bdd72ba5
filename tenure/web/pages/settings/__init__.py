"""What a workspace chooses: its name, members, sources of events, keys; and what was changed by whom."""
