"""Tests of the `tenure` command as a person runs it: whole processes, their own home, real signals."""
