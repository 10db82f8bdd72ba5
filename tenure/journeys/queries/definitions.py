"""What journeys do, read from their versions (which never change)."""

from collections.abc import Collection
from functools import lru_cache

import msgspec

from tenure.journeys.models import JourneyVersion
from tenure.journeys.types import Definition


def definition_of(version_id: int) -> Definition:
    """Return what one version does."""
    return definitions_of([version_id])[version_id][1]


def definitions_of(version_ids: Collection[int]) -> dict[int, tuple[int, Definition]]:
    """Return the numbers of versions and what they do."""
    found = JourneyVersion.objects.filter(pk__in=list(version_ids)).values_list("pk", "number", "definition")
    return {pk: (number, _read(msgspec.json.encode(stored))) for pk, number, stored in found}


@lru_cache(maxsize=500)
def _read(stored: bytes) -> Definition:
    return msgspec.json.decode(stored, type=Definition)
