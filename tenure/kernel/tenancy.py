"""One workspace never sees another: a query on a table with a workspace raises unless it is scoped to one."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)

_current: ContextVar[int | None] = ContextVar("workspace_id", default=None)


class Unscoped(RuntimeError):
    """A query reached a table with a workspace outside `scope`; this is a defect, never a user's mistake."""


def current_workspace_id() -> int:
    """Return the workspace everything here happens in, or raise `Unscoped`."""
    workspace_id = _current.get()
    if workspace_id is None:
        raise Unscoped("no workspace is in scope: open one with tenancy.scope(workspace_id)")
    return workspace_id


def workspace_in_scope() -> int | None:
    """Return the workspace in scope, or None."""
    return _current.get()


@contextmanager
def scope(workspace_id: int) -> Iterator[None]:
    """Let everything inside read and write this one workspace."""
    token = _current.set(int(workspace_id))
    try:
        yield
    finally:
        _current.reset(token)


class _UnscopedQuerySet(models.QuerySet[M], Generic[M]):
    """Can be built (forms and fields do so at import) but never run."""

    def _refuse(self) -> Unscoped:
        return Unscoped(f"{self.model.__name__} was queried outside a workspace; use tenancy.scope or `everywhere`")

    def _fetch_all(self) -> None:
        raise self._refuse()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        raise self._refuse()

    def count(self) -> int:
        raise self._refuse()

    def exists(self) -> bool:
        raise self._refuse()

    def aggregate(self, *args: Any, **kwargs: Any) -> Any:
        raise self._refuse()

    def update(self, **kwargs: Any) -> int:
        raise self._refuse()

    def delete(self) -> Any:
        raise self._refuse()

    def create(self, **kwargs: Any) -> M:
        raise self._refuse()

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        raise self._refuse()


class ScopedManager(models.Manager[M], Generic[M]):
    """Filters every query to the workspace in scope."""

    def get_queryset(self) -> models.QuerySet[M]:
        workspace_id = _current.get()
        if workspace_id is None:
            return _UnscopedQuerySet(self.model, using=self._db)
        return super().get_queryset().filter(workspace_id=workspace_id)


class _WorkspaceKey(models.ForeignKey[Any, Any]):
    """Fills itself with the workspace in scope.

    It says that it has no default, because the type plugin takes a column with one for a column that can be empty.
    """

    def has_default(self) -> bool:
        return False

    def get_default(self) -> int:
        return current_workspace_id()

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


class ScopedModel(models.Model):
    """A row that belongs to one workspace.

    `objects` sees the workspace in scope and nothing else. `everywhere` crosses workspaces and is for the few places
    that must: claiming work, sign-in and key look-up.
    """

    workspace = _WorkspaceKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", default=current_workspace_id
    )

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()
    everywhere: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "everywhere"
        default_manager_name = "objects"
