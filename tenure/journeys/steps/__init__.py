"""The kinds of steps a journey is made of, one file each."""
