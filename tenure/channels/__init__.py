"""How we reach people: messages waiting, handed over or refused, each channel in its own folder, and who said no."""
