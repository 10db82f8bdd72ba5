"""Events with a reserved meaning say what their account and person are."""

from tenure.customers import queries as customers
from tenure.kernel import jobs
from tests.tracking.sending import NOW, hours, identify, send, track


def drain() -> None:
    jobs.run_stage("intake", NOW)


def test_who_signed_up_has_a_name_and_an_address(workspace):
    send(
        track(
            "Signed Up",
            userId="maya",
            properties={"first_name": "Maya", "last_name": "Ruiz", "email": "maya@fjord.example", "type": "organic"},
        )
    )
    drain()

    maya = customers.person_by_external_id("maya")
    assert (maya.name, maya.email) == ("Maya Ruiz", "maya@fjord.example")
    assert maya.traits == {"firstName": "Maya", "lastName": "Ruiz", "email": "maya@fjord.example"}


def test_an_account_created_has_a_name_and_a_beginning(workspace):
    send(
        track(
            "Account Created", at=NOW - hours(50), userId="maya", context={"groupId": "fjord"},
            properties={"account_name": "Fjord"},
        )
    )  # fmt: skip
    drain()

    fjord = customers.account_by_external_id("fjord")
    assert (fjord.name, fjord.signed_up_at) == ("Fjord", NOW - hours(50))


def test_a_trial_is_a_fact_about_its_account(workspace):
    group = {"groupId": "fjord"}
    ends = (NOW + hours(24 * 14)).isoformat()
    send(track("Trial Ended", userId="maya", context=group))
    send(
        track(
            "Trial Started", at=NOW - hours(5), userId="maya", context=group,
            properties={"trial_plan_name": "team", "trial_end_date": ends},
        )
    )  # fmt: skip
    drain()

    assert customers.account_by_external_id("fjord").traits == {
        "trial_started_at": (NOW - hours(5)).isoformat(),
        "trial_ends_at": ends,
        "trial_plan": "team",
        "trial_ended_at": NOW.isoformat(),
    }


def test_a_trial_of_somebody_alone_is_a_fact_about_them(workspace):
    send(track("Trial Started", userId="solo"))
    drain()

    assert customers.person_by_external_id("solo").traits == {"trial_started_at": NOW.isoformat()}
    assert [a.traits for a in customers.accounts()] == [{"trial_started_at": NOW.isoformat()}]


def test_who_is_added_to_an_account_has_the_role_given(workspace):
    send(track("Account Added User", userId="tom", context={"groupId": "fjord"}, properties={"role": "admin"}))
    drain()

    (tom,) = customers.people_of(customers.account_by_external_id("fjord").pk)
    assert (tom.external_id, tom.role) == ("tom", "administrator")


def test_what_was_said_later_stays(workspace):
    send(identify(userId="maya", traits={"email": "new@fjord.example"}))
    send(track("Signed Up", at=NOW - hours(1), userId="maya", properties={"email": "old@fjord.example"}))
    drain()

    assert customers.person_by_external_id("maya").email == "new@fjord.example"
