"""Write keys and API keys."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tenure.kernel import clock
from tenure.kernel.outbox import announce
from tenure.workspaces.actions.auditing import record_audit
from tenure.workspaces.announcements import WriteKeyRolled
from tenure.workspaces.errors import KeyRetired
from tenure.workspaces.models import ApiKey, Member, WriteKey
from tenure.workspaces.rules import hashed, new_secret
from tenure.workspaces.types import ApiScope, NewSecret


@transaction.atomic
def create_write_key(name: str, *, by: Member | None) -> WriteKey:
    """Make a key for one more source of events."""
    key = WriteKey.objects.create(name=name, key=new_secret("wk"), created_at=clock.now())
    record_audit("write_keys.create", by=by, subject=name)
    return key


@transaction.atomic
def roll_write_key(key: WriteKey, *, by: Member, grace: timedelta = timedelta(days=7)) -> WriteKey:
    """Replace a key; the old one goes on working for `grace`, so that nobody's events are lost meanwhile."""
    key = WriteKey.objects.select_for_update().get(pk=key.pk)
    if key.retires_at is not None:
        raise KeyRetired
    key.retires_at = clock.now() + grace
    key.save(update_fields=["retires_at"])
    fresh = WriteKey.objects.create(name=key.name, key=new_secret("wk"), created_at=clock.now(), rolled_from=key)
    record_audit("write_keys.roll", by=by, subject=key.name, details={"retires_at": key.retires_at.isoformat()})
    announce(
        WriteKeyRolled(
            workspace_id=fresh.workspace_id, at=fresh.created_at, write_key_id=fresh.pk, retires_at=key.retires_at
        )
    )
    return fresh


@transaction.atomic
def retire_write_key(key: WriteKey, *, by: Member) -> WriteKey:
    """Stop accepting events with this key at once."""
    key = WriteKey.objects.select_for_update().get(pk=key.pk)
    if key.retires_at is not None and key.retires_at <= clock.now():
        raise KeyRetired
    key.retires_at = clock.now()
    key.save(update_fields=["retires_at"])
    record_audit("write_keys.retire", by=by, subject=key.name)
    return key


@transaction.atomic
def note_heard(heard: Mapping[int, datetime]) -> None:
    """Remember when events last came with each write key (by id); an earlier moment changes nothing."""
    for pk, at in heard.items():
        WriteKey.objects.filter(Q(last_heard_at=None) | Q(last_heard_at__lt=at), pk=pk).update(last_heard_at=at)


@transaction.atomic
def create_api_key(name: str, *, scopes: list[ApiScope], by: Member) -> NewSecret:
    """Make a key for another program; the secret is returned once and only its hash is kept."""
    secret = new_secret("tk")
    key = ApiKey.objects.create(
        name=name,
        prefix=secret[:8],
        secret_hash=hashed(secret),
        scopes=[s.value for s in scopes],
        created_by=by,
        created_at=clock.now(),
    )
    record_audit("api_keys.create", by=by, subject=name, details={"scopes": key.scopes})
    return NewSecret(id=key.pk, secret=secret)


@transaction.atomic
def revoke_api_key(key: ApiKey, *, by: Member) -> ApiKey:
    """Stop a key from working at once."""
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is not None:
        raise KeyRetired
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])
    record_audit("api_keys.revoke", by=by, subject=key.name)
    return key


def mark_api_key_used(key: ApiKey) -> None:
    """Note when a key was last used, at most once a minute."""
    now = clock.now()
    if key.last_used_at is None or now - key.last_used_at > timedelta(minutes=1):
        ApiKey.everywhere.filter(pk=key.pk).update(last_used_at=now)
