"""How we reach people: messages waiting, handed over or refused, each channel in a folder of its own, and who said no."""
