"""Where each account is in its life with us: stages, what leads from one to the next, and every stay kept for ever."""
