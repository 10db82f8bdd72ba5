"""What a load balancer or a watchdog asks: is the process alive, and can it do its work?"""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def is_alive(request: HttpRequest) -> HttpResponse:
    """Answer without touching anything else: the process serves pages."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
@never_cache
def is_ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database is there and at this version, else 503 with what is missing."""
    found = {"database": _ask(_database), "migrations": _ask(_migrations)}
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


def _ask(question: Callable[[], str]) -> str:
    try:
        return question()
    except (DatabaseError, OSError) as error:
        return type(error).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} waiting: run `tenure migrate`" if waiting else "ok"
