"""Who may leave: chances learnt from those who left before, with their reasons, and how far they can be trusted."""
