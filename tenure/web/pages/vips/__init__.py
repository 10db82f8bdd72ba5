"""Pages of VIPs: who is one and why, what is promised, and what was accepted."""
