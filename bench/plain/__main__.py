"""Serves the plain views under the same server as the door: `python -m bench.plain --port PORT`."""

import argparse
import json
import os

import django
import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tenure.config.postgres import django_database

settings.configure(
    SECRET_KEY="plain",
    ALLOWED_HOSTS=["*"],
    DATABASES={
        "default": {
            **django_database(os.environ["DATABASE_URL"]),
            # Django under ASGI gives every request a thread of its own; without a pool each would connect anew.
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": False,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
        "bench.plain",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATA_UPLOAD_MAX_MEMORY_SIZE=10_000_000,
)  # fmt: skip
settings.DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 8}
django.setup()

from django.db import connection, transaction  # noqa: E402

from bench.plain.models import Event  # noqa: E402


def _event(call: dict) -> Event:
    return Event(
        message_id=call["messageId"],
        type=call["type"],
        event=call.get("event", ""),
        user_id=call["userId"],
        timestamp=parse_datetime(call["timestamp"]),
        properties=call.get("properties", {}),
        context=call.get("context", {}),
    )


@csrf_exempt
@require_POST
def row_per_event(request: HttpRequest) -> HttpResponse:
    """Store each event as it is read, all of a request in one transaction."""
    with transaction.atomic():
        for call in json.loads(request.body)["batch"]:
            _event(call).save(force_insert=True)
    return JsonResponse({"success": True})


@csrf_exempt
@require_POST
def row_per_event_in_bulk(request: HttpRequest) -> HttpResponse:
    """Store the events of a request with one statement."""
    Event.objects.bulk_create([_event(call) for call in json.loads(request.body)["batch"]])
    return JsonResponse({"success": True})


def ready(request: HttpRequest) -> HttpResponse:
    """Say that it runs."""
    return HttpResponse("ok")


urlpatterns = [path("rows", row_per_event), path("bulk", row_per_event_in_bulk), path("ready", ready)]

if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    with connection.schema_editor() as editor:
        editor.create_model(Event)
    connection.close()
    uvicorn.run(
        get_asgi_application(), host="127.0.0.1", port=arguments.parse_args().port, log_level="warning",
        access_log=False, lifespan="off",
    )  # fmt: skip
