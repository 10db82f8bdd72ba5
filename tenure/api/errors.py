"""What can go wrong at the API's door itself."""

from tenure.kernel.errors import Invalid


class WhoseEnrolments(Invalid):
    """Say whose enrolments: give a journey_id, an account_id or a person_id."""

    code = "whose_enrolments"


class WhomMissing(Invalid):
    """Say whom: give either an id or an external_id, and not both."""

    code = "whom_missing"
