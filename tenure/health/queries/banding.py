"""Which band a score is in: always that of the scorecard, and of its version, that gave it."""

import dataclasses
from collections.abc import Collection, Sequence

from tenure.health.errors import ScorecardMissing
from tenure.health.models import HealthScore, Scorecard
from tenure.health.queries.scorecards import definition_or_none, definitions_of, live_scorecards
from tenure.health.types.scorecards import USUAL_BANDS, Band

RISK = "risk"
USUAL_RISK_BELOW = USUAL_BANDS[1].least


@dataclasses.dataclass(frozen=True, kw_only=True)
class Banding:
    """The bands that scores are shown in, the lowest first, and the place in them of every band of every version.

    `places` are by (scorecard, version, place among that version's bands).
    """

    bands: Sequence[Band]
    places: dict[tuple[int, int, int], int]


def banding_of(scorecard_id: int | None = None) -> Banding:
    """Return the bands of a scorecard as it is now, or those of all in use together; raises `ScorecardMissing`.

    Bands of the same name and colour are one, from the lowest number on. One that a scorecard does not have any more
    stands where its number would be now.
    """
    cards = list(live_scorecards() if scorecard_id is None else Scorecard.objects.filter(pk=scorecard_id))
    if not cards and scorecard_id is not None:
        raise ScorecardMissing
    told: dict[tuple[str, str], Band] = {}
    for card in cards:
        definition = definition_or_none(card.definition)
        for band in definition.bands if definition else ():
            known = told.get((band.name, band.tone))
            if known is None or band.least < known.least:
                told[band.name, band.tone] = band
    bands = sorted(told.values() or USUAL_BANDS, key=lambda band: band.least)
    at = {(band.name, band.tone): n for n, band in enumerate(bands)}
    places = {
        (card, version, n): at.get((band.name, band.tone), _by_number(bands, band))
        for (card, version), definition in definitions_of([card.pk for card in cards]).items()
        for n, band in enumerate(definition.bands)
    }
    return Banding(bands=bands, places=places)


def bands_of_accounts(ids: Collection[int]) -> dict[int, Band]:
    """Return the band each of these accounts is in by its main scorecard; who has no score is left out."""
    found = HealthScore.objects.filter(account__in=list(ids), until=None, is_main=True, scorecard__archived_at=None)
    rows = list(found.exclude(band=None).values_list("account_id", "scorecard_id", "version", "band"))
    definitions = definitions_of(sorted({card for _, card, _, _ in rows}))
    return {
        account: definitions[card, version].bands[band]
        for account, card, version, band in rows
        if band is not None and (card, version) in definitions
    }


def risk_below() -> int:
    """Return the score under which an account is at risk by the first scorecard: where its bands stop being so."""
    first = live_scorecards().first()
    definition = definition_or_none(first.definition) if first else None
    safe = [band.least for band in definition.bands if band.tone != RISK] if definition else []
    return min((least for least in safe if least), default=USUAL_RISK_BELOW)


def _by_number(bands: Sequence[Band], band: Band) -> int:
    return max((n for n, each in enumerate(bands) if each.least <= band.least), default=0)
