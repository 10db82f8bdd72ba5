"""What makes a process that fills the demo quicker than one that must not lose anything."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def hasty_commits() -> Iterator[None]:
    """Do not wait for the disk at each commit: a demo interrupted by a power cut is filled anew anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for cyclic garbage less often: filling makes millions of objects and hardly a cycle."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
