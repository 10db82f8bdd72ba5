"""Which accounts are VIPs, each with its reason on record, and what was promised to them and accepted."""
