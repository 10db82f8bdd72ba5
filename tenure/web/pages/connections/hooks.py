"""The doors other systems knock at: each takes what is signed and answers as little as it can."""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tenure.connectors.stripe import actions, queries
from tenure.connectors.stripe.types import Refused
from tenure.kernel import tenancy


@csrf_exempt  # its signature is what makes it trusted
@require_POST
def stripe(request: HttpRequest, address: str) -> HttpResponse:
    """Take a webhook of Stripe's: 200 once it is kept, 400 when it is not Stripe's word, 503 to be tried again."""
    try:
        connection = queries.connection_by_address(address)
        if connection is None:
            return HttpResponse(status=404)
        if connection.disconnected_at is not None:
            return HttpResponse(status=410)
        body = request.read(actions.LARGEST + 1)
        with tenancy.scope(connection.workspace_id):
            refused = actions.take_delivery(connection, body, request.headers.get("Stripe-Signature", ""))
    except OperationalError:
        answer = HttpResponse(status=503)
        answer["Retry-After"] = "10"
        return answer
    if refused is None:
        return HttpResponse(status=200)
    return HttpResponse(status=413 if refused is Refused.TOO_LARGE else 400)
