"""Touches that run by themselves: a trigger, steps, a goal, and for each touch the reason it was or was not made."""
