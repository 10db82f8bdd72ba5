"""A journey's e-mail is one line of a timeline, which says how far the message is."""

import re
from datetime import timedelta

from tenure.kernel import jobs
from tenure.workspaces.models import Workspace
from tests.channels.given import MONDAY, delivered, given_account, given_person
from tests.journeys.given import given_journey, send
from tests.web.visiting import read, visit


def test_a_touch_and_its_message_are_one_line(workspace, at, heard):
    Workspace.objects.update(holdout_share=0.0)
    at(MONDAY)
    given_journey(send("welcome"), name="Welcome")
    appeared = at(MONDAY + timedelta(hours=1))
    account_id = given_account("Northwind", at=appeared)
    given_person("maya@northwind.example", "Maya Lind", account_id=account_id, at=appeared)
    delivered()
    jobs.run_stage("journeys", appeared)
    delivered()
    waiting = read(visit().get(f"/accounts/{account_id}/?show=touches"))

    jobs.run_stage("channels_send", appeared)
    delivered()
    sent = read(visit().get(f"/accounts/{account_id}/?show=touches"))

    assert {"TouchMade", "MessageSent"} <= {type(said).__name__ for said in heard}
    assert waiting.count("timeline-entry") == sent.count("timeline-entry") == 1
    assert [page.count("The journey “Welcome” writes: Welcome, Maya") for page in (waiting, sent)] == [1, 1]
    assert re.search(r">\s*waiting\s*<", waiting)
    assert re.search(r">\s*sent\s*<", sent)
    assert "Message sent" not in sent
    assert re.search(r'href="/outbox/\d+/"', sent)
