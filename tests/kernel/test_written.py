"""The text forms of definitions: whatever somebody writes is read or refused, never an error of ours."""

import pytest

from tenure.kernel.written import TextWrong, load


@pytest.mark.parametrize(
    "text",
    [
        "a: 2026-13-45\n",
        f"a: {'1' * 5_000}\n",
        "a: " + "[" * 9_000,
        "a: &a [*a]\n",
        "a: [unclosed\n",
        "a: !!bool z",
        "a: !!timestamp z",
        'a: "\\ud800"',
        '"\\ud800": a',
        'a: "\\0"',
        'a: "\\U00110000"',
        'a: "\\UFFFFFFFF"',
        "a: !!int ''",
        "a: !!float ''",
        "a: !!int '-'",
        "a: !!float '" + ":".join(["1"] * 200) + "'",
    ],
)
def test_refuses_what_cannot_be_read(text):
    with pytest.raises(TextWrong) as wrong:
        load(text)

    assert [p.code for p in wrong.value.problems] == ["yaml_broken"]


def test_reads_names_and_values():
    assert load("a: 2026-03-01\n").plain == {"a": "2026-03-01"}
