"""Who may leave, why, and how far that can be trusted."""
