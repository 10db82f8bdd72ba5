"""Every announcement that lands on a timeline is told in words."""

import dataclasses

from tenure.kernel import outbox
from tenure.tracking.rules.timeline import is_told_already
from tenure.web.pages.accounts import timeline_words

LEFT_TO_ANOTHER_LINE = {"StageLeft"}


def test_no_kind_is_shown_by_its_name() -> None:
    of_customers = {
        name
        for name, kind in outbox.kinds().items()
        if kind.__module__.startswith("tenure.")  # other tests announce, too
        and {"account_id", "person_id"} & {field.name for field in dataclasses.fields(kind)}
    }

    assert of_customers - set(timeline_words._TELLERS) == LEFT_TO_ANOTHER_LINE
    assert all(is_told_already(kind, {}) for kind in LEFT_TO_ANOTHER_LINE)
