"""Books through the API."""

from tests.given import given_member, given_user
from tests.segments.given import NOW, given_account
from tests.touch_models.given import given_models
from tests.touch_models.test_books import BOOKS


def test_changes_the_books_and_gives_accounts_out(api, workspace, at):
    at(NOW)
    _, mei = [given_member(n, user=given_user(f"{n.lower()}@halyard.example")) for n in ("Ada", "Mei")]
    fjord = given_account("fjord", mrr=2000, language="zh", timezone="Asia/Taipei")
    given_account("tail", mrr=5)
    given_models()

    wrong = api.post("/books", {"text": BOOKS.replace("ada@", "nobody@")}, method="put")
    changed = api.post("/books", {"text": BOOKS, "version": 0}, method="put")

    assert (wrong.status, wrong.json["code"]) == (422, "books_wrong")
    assert changed.json["version"] == 1
    assert api.post("/books", {"text": BOOKS.replace("85", "90"), "version": 0}, method="put").status == 409
    (pool,) = api.get("/books/pooled").json["items"]
    assert (pool["name"], pool["accounts"], pool["target"], pool["share"]) == ("Long tail", 1, 0.85, None)
    (proposed,) = api.get("/books/proposal").json["items"]
    assert (proposed["account_id"], proposed["to_id"], proposed["speaks"]) == (fjord, mei.pk, "zh")
    done = api.post("/books/give-out", {"account_ids": [fjord]})
    assert done.json == {"accounts": 1, "before": {str(fjord): None}}
    books = {row["name"]: row for row in api.get("/books/members").json["items"]}
    assert (books["Mei"]["accounts"], books["Mei"]["most_accounts"], books["Ada"]["accounts"]) == (1, 2, 0)
