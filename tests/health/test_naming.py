"""Names that Tenure gave are said in the reader's language."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from tenure.health.queries import spoken
from tenure.health.queries.naming import _OURS
from tenure.health.rules.suggesting import SUGGESTED
from tenure.health.types.scorecards import USUAL_BANDS, Group, Measure


def _names(nodes: tuple[Group | Measure, ...]) -> Iterator[str]:
    for node in nodes:
        yield node.name
        if isinstance(node, Group):
            yield from _names(node.measures)


def test_knows_every_name_of_the_suggested_scorecard() -> None:
    young = SUGGESTED.definition.new_accounts
    assert young is not None
    given = {
        SUGGESTED.name,
        SUGGESTED.description,
        *(band.name for band in USUAL_BANDS),
        *_names(SUGGESTED.definition.measures),
        *_names(young.measures),
        *(rule.name for rule in SUGGESTED.definition.exceptions),
    }

    assert given == _OURS


@pytest.mark.parametrize(("language", "good"), [("en", "Good"), ("zh-hant", "良好"), ("zh-hans", "良好")])
def test_speaks_the_language_of_the_reader_and_leaves_other_names_alone(language: str, good: str) -> None:
    with override(language):
        assert spoken("Good") == good
        assert spoken("Renewals of Ada") == "Renewals of Ada"
