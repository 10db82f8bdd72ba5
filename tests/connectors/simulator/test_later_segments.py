"""The segments that the demo defines at its end can be judged."""

from tenure.connectors.simulator.filling import define_later_segments
from tenure.segments import queries
from tests.segments.given import NOW, given_account


def test_are_defined_and_select_nobody_without_a_history(at, workspace):
    at(NOW)
    given_account("fjord")

    define_later_segments()

    assert [(s.name, s.size, s.error) for s in queries.segments()] == [
        ("Invited and set to work", 0, ""),
        ("Renewal ahead, buyers away", 0, ""),
    ]
