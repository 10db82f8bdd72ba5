"""Learning who leaves from a table: what is found, what is refused, and what is never claimed."""

import math
from datetime import date, timedelta

import msgspec
import numpy as np
import pytest

from tenure.risk import rules
from tenure.risk.errors import NothingLearnt, TableUnusable, TooFewToLearnFrom
from tenure.risk.rules import cells
from tenure.risk.types import Model, SetAside
from tenure.stats.ranking import auc

SUBJECTS = 1200


def customers(seed: int = 3, subjects: int = SUBJECTS) -> tuple[dict[str, list[str]], np.ndarray]:
    """Make up customers who leave by a law that bends: new ones and idle ones leave, whatever the number of seats."""
    source = np.random.default_rng(seed)
    months = source.integers(0, 60, subjects)
    idle = source.exponential(9, subjects).round(1)
    seats = source.integers(1, 200, subjects)
    plan = source.choice(["Basic", "Pro", "Enterprise"], subjects, p=[0.5, 0.35, 0.15])
    odds = -2.2 + 1.6 * (months < 6) + 0.9 * np.minimum(idle, 20) / 10 - 1.1 * (plan == "Enterprise")
    chance = 1 / (1 + np.exp(-odds))
    left = source.random(subjects) < chance
    found = {
        "account": [f"a{i}" for i in range(subjects)],
        "months": [str(m) for m in months],
        "days_idle": ["" if source.random() < 0.05 else f"{v}" for v in idle],
        "seats": [f"{v:,}" for v in seats],
        "plan": list(plan),
        "churned": ["Yes" if f else "No" for f in left],
    }
    return found, chance


def test_foretells_nearly_as_well_as_the_law_itself():
    table, chance = customers(subjects=4000)
    left = np.array([c == "Yes" for c in table["churned"]])

    learnt = rules.learn(table, label="churned", subject="account")

    assert learnt.left_out == ()
    assert learnt.model.claims
    assert learnt.quality.auc.value >= auc(chance, left).value - 0.015
    assert learnt.quality.auc.low > 0.5
    assert learnt.quality.brier < learnt.quality.brier_of_base_rate
    assert learnt.quality.best_single[1].value < learnt.quality.auc.value
    held = [b.came.low <= b.foretold <= b.came.high for b in learnt.quality.bands]
    assert sum(held) >= len(held) - 2, "what is foretold comes about that often"
    months = next(p for p in learnt.model.parts if p.name == "months")
    assert np.interp(1, months.knots, months.weights) > np.interp(40, months.knots, months.weights) + 0.8


def test_reasons_add_up_to_the_chance_exactly():
    table, _ = customers()
    model = rules.learn(table, label="churned", subject="account").model
    kept = msgspec.json.decode(msgspec.json.encode(model), type=Model)
    assert kept == model

    scored = list(rules.score(kept, {**table, "plan": ["Basic", "", "Unheard of", *table["plan"][3:]]}))

    assert [s.id for s in scored] == table["account"]
    for each in scored[:50]:
        assert math.log(each.chance / (1 - each.chance)) == pytest.approx(
            model.base + sum(r.adds for r in each.reasons), abs=1e-9
        )
        assert [abs(r.adds) for r in each.reasons] == sorted((abs(r.adds) for r in each.reasons), reverse=True)
    means = {p.name: 0.0 for p in model.parts}
    for each in rules.score(kept, table):
        for reason in each.reasons:
            means[reason.name] += reason.adds / SUBJECTS
    assert means == pytest.approx(dict.fromkeys(means, 0.0), abs=1e-9), "nothing is added for the mean subject"


def test_columns_that_know_the_end_are_named_and_left_out():
    table, _ = customers()
    left = [c == "Yes" for c in table["churned"]]
    source = np.random.default_rng(1)
    leaking = {
        "churn_reason": ["too dear" if f and source.random() < 0.8 else "" for f in left],
        "status": [("cancelled" if source.random() < 0.7 else "closed") if f else "active" for f in left],
        "final_invoice": [str(source.normal(100 if f else 20, 8)) for f in left],
        "churn_score_2": [str(source.normal(2 if f else 0, 1)) for f in left],
        "note": [f"note {i}" for i in range(SUBJECTS)],
        "currency": ["EUR"] * SUBJECTS,
        "signed_up": ["2025-03-01"] * SUBJECTS,
    }

    learnt = rules.learn(table | leaking, label="churned", subject="account")

    assert {each.name: each.why for each in learnt.left_out} == {
        "churn_reason": SetAside.GIVEN_WITH_THE_LABEL,
        "status": SetAside.ENCODES_THE_LABEL,
        "final_invoice": SetAside.ENCODES_THE_LABEL,
        "churn_score_2": SetAside.ENCODES_THE_LABEL,
        "note": SetAside.ALWAYS_DIFFERENT,
        "currency": SetAside.ALWAYS_THE_SAME,
        "signed_up": SetAside.A_MOMENT,
    }
    assert learnt.quality.auc.value < 0.9
    kept = rules.learn(table | leaking, label="churned", subject="account", keep=["status"])
    assert "status" in [p.name for p in kept.model.parts]
    assert kept.quality.auc.value > 0.98


def test_dates_after_the_row_was_known_are_refused_and_others_count_days():
    table, _ = customers()
    begin = date(2026, 1, 1)
    days = [begin + timedelta(days=i % 300) for i in range(SUBJECTS)]
    table |= {
        "known_on": [d.isoformat() for d in days],
        "last_call": [(d - timedelta(days=i % 40)).isoformat() for i, d in enumerate(days)],
        "offer_sent": [(d + timedelta(days=-9 if i % 25 else 3)).isoformat() for i, d in enumerate(days)],
    }

    learnt = rules.learn(table, label="churned", subject="account", as_of="known_on", keep=["offer_sent"])

    assert [(each.name, each.why, each.seen) for each in learnt.left_out] == [
        ("offer_sent", SetAside.DATED_AFTER, {"rows": SUBJECTS // 25})
    ]
    assert learnt.quality.by_time
    assert 0.2 * SUBJECTS < learnt.quality.subjects < 0.4 * SUBJECTS
    calls = next(p for p in learnt.model.parts if p.name == "last_call")
    assert calls.is_moment
    assert (calls.knots[0], calls.knots[-1]) == (0, 39)
    assert len(list(rules.score(learnt.model, table))) == SUBJECTS


def test_claims_nothing_where_there_is_nothing_to_learn():
    source = np.random.default_rng(9)
    table = {
        "id": [str(i) for i in range(400)],
        "left": [str(int(v)) for v in source.random(400) < 0.2],
        "noise": [str(v) for v in source.normal(size=400)],
        "more": list(source.choice(["a", "b"], 400)),
    }
    learnt = rules.learn(table, label="left", subject="id")
    assert not learnt.model.claims
    assert learnt.quality.auc.low <= 0.5
    with pytest.raises(NothingLearnt, match="no better than chance"):
        list(rules.score(learnt.model, table))


def test_rows_of_one_subject_are_never_on_both_sides():
    source = np.random.default_rng(4)
    of = np.repeat(np.arange(60), 20)
    outcome = source.random(60) < 0.5  # a whim of each subject, which its number would give away
    table = {
        "id": [str(i) for i in of],
        "left": [str(int(outcome[i])) for i in of],
        "number": [str(i * 7 % 60) for i in of],
    }
    learnt = rules.learn(table, label="left", subject="id")
    assert not learnt.model.claims


def test_too_few_are_refused_with_how_many_there_are():
    table, _ = customers(subjects=60)
    table["churned"] = ["Yes"] * 7 + ["No"] * 53
    with pytest.raises(TooFewToLearnFrom, match="7 of 60 left"):
        rules.learn(table, label="churned", subject="account")


def test_refuses_tables_that_lack_or_confuse_something():
    table, _ = customers(subjects=200)
    with pytest.raises(TableUnusable, match="no column 'gone'"):
        rules.learn(table, label="gone", subject="account")
    with pytest.raises(TableUnusable, match=r"'paused'.*say which value"):
        rules.learn(table | {"churned": ["paused", *table["churned"][1:]]}, label="churned", subject="account")
    assert rules.learn(table, label="churned", subject="account", left_means="Yes").model.left_means == "Yes"
    model = rules.learn(customers()[0], label="churned", subject="account").model
    with pytest.raises(TableUnusable, match="lacks what the model was learnt from: seats"):
        list(rules.score(model, {k: v for k, v in table.items() if k != "seats"}))
    with pytest.raises(TableUnusable, match="Row 2 has 'many' in 'seats'"):
        list(rules.score(model, table | {"seats": ["3", "many", *table["seats"][2:]]}))


def test_a_value_that_alone_means_having_left_is_a_leak_though_it_is_a_number():
    table, _ = customers()
    left = [c == "Yes" for c in table["churned"]]
    source = np.random.default_rng(2)
    table["last_bill"] = ["0" if f and source.random() < 0.7 else str(source.integers(10, 99)) for f in left]

    learnt = rules.learn(table, label="churned", subject="account")

    assert [(each.name, each.why, each.seen) for each in learnt.left_out] == [
        ("last_bill", SetAside.ENCODES_THE_LABEL, {"levels": ["0"]})
    ]


def test_what_ranks_nearly_everybody_is_asked_about_though_it_takes_part():
    table, _ = customers()
    source = np.random.default_rng(5)
    table["mood"] = [f"{source.normal(2 if c == 'Yes' else 0, 1):.2f}" for c in table["churned"]]

    learnt = rules.learn(table, label="churned", subject="account")

    assert [name for name, _ in learnt.telling] == ["mood"]
    assert 0.9 <= learnt.telling[0][1] < 0.98
    assert learnt.left_out == ()


def test_numbers_and_dates_are_read_as_their_country_writes_them():
    table, _ = customers(subjects=500)
    days = [date(2026, 1, 1) + timedelta(days=i % 300) for i in range(500)]
    plain = table | {
        "known_on": [d.isoformat() for d in days],
        "last_call": [(d - timedelta(days=i % 40)).isoformat() for i, d in enumerate(days)],
    }
    european = plain | {
        "days_idle": [v.replace(".", ",") for v in plain["days_idle"]],
        "known_on": [f"{d:%d.%m.%Y}" for d in days],
        "last_call": [f"{d - timedelta(days=i % 40):%m/%d/%Y}" for i, d in enumerate(days)],
    }
    asked = {"label": "churned", "subject": "account", "as_of": "known_on"}

    of_plain, of_european = rules.learn(plain, **asked), rules.learn(european, **asked)

    assert of_european.quality == of_plain.quality
    few = {name: values[:3] for name, values in european.items()}
    chances = [each.chance for each in rules.score(of_european.model, few)]
    assert chances == [each.chance for each in rules.score(of_plain.model, plain)][:3], "of three rows alone, too"
    ahead = [f"{d + timedelta(days=3):%m/%d/%Y}" for d in days]
    late = rules.learn(european | {"ended": ahead}, **asked)
    assert [(each.name, each.why) for each in late.left_out] == [("ended", SetAside.DATED_AFTER)]


@pytest.mark.parametrize(
    ("column", "read"),
    [
        (["1,234", "5"], [1234, 5]),
        (["1,234", "2,5"], [1.234, 2.5]),
        (["0,250", "0,125"], [0.25, 0.125]),
        (["1.234,50 €", "−7"], [1234.5, -7]),
        (["-$5", "12 %", "1 000"], [-5, 12, 1000]),
    ],
)
def test_a_column_says_what_its_commas_are(column, read):
    assert cells.as_numbers(column, cells.numbers_written(column)).tolist() == read


def test_what_was_no_number_when_it_was_taught_is_missing_later_too():
    table, _ = customers(subjects=600)
    table["seats"] = ["?", "?", *table["seats"][2:]]
    model = rules.learn(table, label="churned", subject="account").model

    reasons = {r.name: r for r in next(rules.score(model, table)).reasons}

    seats = next(p for p in model.parts if p.name == "seats")
    assert seats.strays == ("?",)
    assert reasons["seats"].adds == seats.missing
    with pytest.raises(TableUnusable, match="Row 1 has 'some'"):
        next(rules.score(model, table | {"seats": ["some", *table["seats"][1:]]}))


def test_a_word_it_was_never_taught_is_said_to_be_new():
    table, _ = customers(subjects=600)
    model = rules.learn(table, label="churned", subject="account").model

    scored = list(rules.score(model, table | {"plan": ["Galaxy", "n/a", *table["plan"][2:]]}))

    plans = [next(r for r in each.reasons if r.name == "plan") for each in scored[:3]]
    assert [(r.value, r.is_new) for r in plans] == [("Galaxy", True), ("", False), (table["plan"][2], False)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"account": ["one"] * 200}, "1 of 1 left"),
        ({"account": [f"a{i % 3}" for i in range(200)]}, "3 of 3 left"),
        ({"churned": ["", *["No", "Yes"] * 99, "No"]}, "empty in 1 of 200 rows, first in row 1"),
    ],
)
def test_refuses_what_says_too_little(changes, said):
    table, _ = customers(subjects=200)
    table["churned"] = ["No", "Yes"] * 100

    with pytest.raises((TableUnusable, TooFewToLearnFrom), match=said):
        rules.learn(table | changes, label="churned", subject="account")


def test_rows_of_a_subject_tell_no_more_than_one_of_them_would():
    table, _ = customers(subjects=300)
    often = {name: values * 4 for name, values in table.items()}

    once, four_times = (rules.learn(t, label="churned", subject="account").quality for t in (table, often))

    assert (four_times.auc.high - four_times.auc.low) == pytest.approx(once.auc.high - once.auc.low, rel=0.1)


def test_the_label_is_no_subject():
    table, _ = customers(subjects=200)
    with pytest.raises(TableUnusable, match="three different columns"):
        rules.learn(table, label="churned", subject="churned")
    model = rules.learn(customers(subjects=600)[0], label="churned", subject="account").model
    with pytest.raises(TableUnusable, match="no rows"):
        next(rules.score(model, {name: [] for name in table}))
