import pytest

from tenure.kernel import tenancy
from tenure.workspaces import actions, queries
from tenure.workspaces.errors import AlreadySetUp, NotAnEmail, PasswordTooWeak


def set_up(**changes):
    given = {"name": "Ada", "email": "Ada@Example.com", "password": "a-long-password-7"}
    return actions.set_up("Harbor", **{**given, **changes})


def test_makes_the_workspace_its_owner_and_a_first_write_key(db):
    owner = set_up(timezone="Asia/Taipei", locale="zh-hant")

    assert (owner.name, owner.permission_role, owner.user.email) == ("Ada", "owner", "ada@example.com")
    assert (owner.workspace.name, owner.workspace.timezone, owner.workspace.locale) == (
        "Harbor",
        "Asia/Taipei",
        "zh-hant",
    )
    assert owner.user.check_password("a-long-password-7")
    with tenancy.scope(owner.workspace_id):
        assert queries.write_keys().count() == 1


def test_happens_only_once(db):
    set_up()

    with pytest.raises(AlreadySetUp):
        set_up(email="eve@example.com")
    assert queries.user_by_email("eve@example.com") is None
    assert len(queries.workspace_ids()) == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"email": "ada"}, NotAnEmail),
        ({"password": "short"}, PasswordTooWeak),
        ({"password": "password1234"}, PasswordTooWeak),
        ({"password": "Ada@Example.com"}, PasswordTooWeak),
    ],
)
def test_refuses_a_bad_address_and_a_weak_password(db, changes, error):
    with pytest.raises(error):
        set_up(**changes)
    assert not queries.is_set_up()
