"""What the use of an account means: whether it is as usual, fading, or back."""
