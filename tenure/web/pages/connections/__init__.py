"""Other systems: what is connected, how it does, and the doors they knock at."""
