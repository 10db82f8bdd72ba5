"""What SDKs say of consent, from the door to the person's record."""

from datetime import UTC, datetime, timedelta

from tenure.customers import queries as customers
from tenure.kernel import jobs, outbox, tenancy
from tenure.privacy.models import Consent
from tenure.workspaces.queries import workspace_for_write_key
from tests.collect.conftest import post

BEGIN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def said(minutes: int, **preferences: bool) -> dict[str, object]:
    return {
        "type": "track", "event": "Opened", "userId": "maya", "messageId": f"m{minutes}",
        "timestamp": (BEGIN + timedelta(minutes=minutes)).isoformat(),
        "context": {"consent": {"categoryPreferences": preferences}},
    }  # fmt: skip


def test_what_an_sdk_says_of_consent_is_on_record(door, write_key):
    calls = [said(0, Analytics=True, Advertising=False), said(1, Analytics=True, Advertising=False)]
    assert post(door, "/v1/batch", {"batch": calls}, key=write_key).status_code == 200
    assert post(door, "/v1/t", {**said(2, Analytics=True, Advertising=True), "writeKey": write_key}).status_code == 200
    match = workspace_for_write_key(write_key)
    assert match is not None

    with tenancy.scope(match.workspace_id):
        jobs.run_stage("intake")
        while outbox.deliver():
            pass

        person = customers.person_by_external_id("maya")
        found = Consent.objects.filter(person=person).order_by("purpose", "at")
        assert [(c.purpose, c.is_given, c.at, c.source, c.evidence) for c in found] == [
            ("Advertising", False, BEGIN, match.name, "context.consent of the call m0"),
            ("Advertising", True, BEGIN + timedelta(minutes=2), match.name, "context.consent of the call m2"),
            ("Analytics", True, BEGIN, match.name, "context.consent of the call m0"),
        ]
