"""The simulated company's own people, and whose accounts are whose."""

from __future__ import annotations

from dataclasses import dataclass

from tenure.workspaces.types import PermissionRole

WORKSPACE = "Halyard (simulated)"
"""The demo workspace is a company that sells a project planner."""
SOURCE = "Halyard app (simulated)"
"""The name of the write key the simulated events are sent with."""
HOLDOUT_SALT = "halyard"


@dataclass(frozen=True, kw_only=True)
class Teammate:
    """One member of the demo workspace; looks after the accounts of the cultures named here."""

    name: str
    address: str
    title: str
    permission_role: PermissionRole
    cultures: frozenset[str]


TEAM: tuple[Teammate, ...] = (
    Teammate(
        name="Ada Okafor",
        address="ada@halyard.example",
        title="Head of customer success",
        permission_role=PermissionRole.OWNER,
        cultures=frozenset({"english", "hindi"}),
    ),
    Teammate(
        name="Jonas Weber",
        address="jonas@halyard.example",
        title="Customer success manager",
        permission_role=PermissionRole.MEMBER,
        cultures=frozenset({"german", "french", "polish", "ukrainian", "turkish"}),
    ),
    Teammate(
        name="林美 Mei Lin",
        address="mei@halyard.example",
        title="Customer success manager",
        permission_role=PermissionRole.ADMIN,
        cultures=frozenset({"mainland chinese", "taiwanese", "japanese", "korean"}),
    ),
    Teammate(
        name="Leila Haddad",
        address="leila@halyard.example",
        title="Customer success manager",
        permission_role=PermissionRole.MEMBER,
        cultures=frozenset({"arabic", "hebrew", "spanish", "portuguese"}),
    ),
)
"""The first is the owner: the demo is seen through her eyes."""


def looks_after(culture: str, number: int) -> Teammate:
    """Say whose account the `number`-th one is; the many English-speaking ones are shared with two colleagues."""
    if culture == "english" and number % 5 in (1, 3):
        return TEAM[1] if number % 5 == 1 else TEAM[2]
    return next(mate for mate in TEAM if culture in mate.cultures)
