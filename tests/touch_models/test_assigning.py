"""Which model accounts have, and that they do not flap."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.segments.types.conditions import Trait, TraitOperator
from tenure.touch_models import queries
from tenure.touch_models.errors import TouchModelsWrong
from tenure.touch_models.rules.assigning import DAY, NONE, assign
from tenure.touch_models.rules.starting import usual_definition
from tenure.touch_models.types import Definition, Model
from tests.touch_models.given import THREE

ENTERS, STAYS, MINIMUM = 1000, 800, 30


def above(amount):
    return Trait(name="mrr", operator=TraitOperator.MORE_THAN, value=amount)


TWO = Definition(
    models=(
        Model(key="high", name="High", enters=above(ENTERS), stays=above(STAYS), minimum_days=MINIMUM),
        Model(key="rest", name="Rest", minimum_days=10),
    )
)


def lived(days):
    """Follow one account whose revenue is `days`, one a day; returns the model of each day."""
    model, since, models = NONE, 0, []
    for day, mrr in enumerate(days):
        held = np.array([(day - since) * DAY], np.int64)
        after = int(
            assign(TWO, np.array([model], np.int64), held, {0: np.array([mrr > ENTERS])}, {0: np.array([mrr > STAYS])})[
                0
            ]
        )
        if after != model:
            model, since = after, day
        models.append(model)
    return models


@given(st.lists(st.floats(STAYS + 1, ENTERS), min_size=1, max_size=100), st.booleans())
def test_noise_between_the_two_thresholds_changes_nothing(days, begins_high):
    models = lived([ENTERS + 1 if begins_high else STAYS - 1, *days])

    assert len(set(models)) == 1


@given(st.lists(st.floats(0, 2_000), min_size=1, max_size=200))
def test_nobody_changes_more_than_once_in_a_minimum_stay(days):
    models = lived(days)
    changes = [day for day in range(1, len(models)) if models[day] != models[day - 1]]
    minimum = {0: MINIMUM, 1: 10}

    begun = [0, *changes]
    for begin, end in zip(begun, changes, strict=False):
        assert end - begin >= minimum[models[begin]]


@given(st.lists(st.floats(0, 2_000), min_size=1, max_size=60))
def test_is_what_walking_the_rules_by_hand_gives(days):
    model, since, by_hand = None, 0, []
    for day, mrr in enumerate(days):
        wanted = 0 if mrr > ENTERS or (model == 0 and mrr > STAYS) else 1
        if model is None or (wanted != model and day - since >= (MINIMUM if model == 0 else 10)):
            model, since = wanted, day
        by_hand.append(model)

    assert lived(days) == by_hand


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("  key: x\n", ""), None),
        (("key: low_touch", "key: high_touch"), ("models[1].key", "twice")),
        (("  enters: {trait: mrr, operator: more_than, value: 200}\n", ""), ("models[1]", "enters_missing")),
        (("  name: Tech-touch", "  name: Tech-touch\n  enters: {trait: x, operator: is_set}"),
         ("models[2]", "last_takes_all")),
        (("forbidden: [phone]", "forbidden: [pigeon]"), ("models[1].forbidden[0]", "choice_unknown")),
        (("from: any\n  to: high_touch", "from: nobody\n  to: high_touch"), ("plans[0].from", "model_unknown")),
        (("from: high_touch\n  to: any", "from: any\n  to: any"), ("plans[1].to", "same_model")),
        (("from: high_touch\n  to: any", "from: any\n  to: high_touch"), ("plans[1]", "plan_twice")),
        (("trait: mrr, operator: more_than, value: 200", "trait: touch_model, operator: is_set"),
         ("models[1].enters", "asks_itself")),
        (("value: 200", "value: many"), ("models[1].enters.value", "condition")),
        (("kind: call", "kind: prayer"), ("plans[0].steps[1].kind", "choice_unknown")),
        (("existing: move", "existing: forget"), ("existing", "choice_unknown")),
    ],
)  # fmt: skip
def test_says_what_cannot_be_saved(change, found):
    text = THREE.replace(*change, 1)
    if found is None:
        assert queries.read_text(text)
        return
    with pytest.raises(TouchModelsWrong) as caught:
        queries.read_text(text)
    assert found in [(p.path, str(p.code)) for p in caught.value.problems]
    assert all(p.line for p in caught.value.problems)


def test_the_text_comes_back_as_it_was():
    three = queries.read_text(THREE)

    assert queries.read_text(queries.text_of(three)) == three
    assert queries.read_json_form(queries.json_form(three)) == three


def test_the_usual_thresholds_come_from_what_accounts_pay():
    usual = usual_definition([float(n) for n in range(1, 1001)])
    few = usual_definition([10.0])

    assert [m.enters.value if m.enters else None for m in usual.models] == [900, 600, None]
    assert [m.enters.value if m.enters else None for m in few.models] == [1000, 200, None]
    assert queries.read_text(queries.text_of(usual)) == usual
    assert usual.plan("tech_touch", "high_touch") == usual.plans[0]
    assert usual.plan("high_touch", "low_touch") == usual.plans[1]
    assert usual.plan("tech_touch", "low_touch") is None
    assert timedelta(days=1)
