"""Sub-commands of `tenure`, one file each with a click `command`."""
