"""How the numbers are made: periods, and Ibis expressions over named tables that are the same on every engine."""
