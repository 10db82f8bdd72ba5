"""By which channels accounts may be reached."""

from collections.abc import Iterable

from tenure.touch_models.errors import ChannelForbidden
from tenure.touch_models.models import Standing, Transition
from tenure.touch_models.queries.definitions import has_models, models_called
from tenure.touch_models.types import CHANNELS


def channels_allowed(account_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return the channels each account may be reached by; accounts without a model may be reached by all.

    While a change from one model to another is under way, what either of them allows is allowed.
    """
    ids = list(account_ids)
    forbidden = channels_forbidden(ids)
    return {i: frozenset(CHANNELS) - forbidden.get(i, frozenset()) for i in ids}


def channels_forbidden(account_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return the channels each account is not to be reached by; accounts without any are left out."""
    if not has_models():
        return {}
    ids = list(account_ids)
    has = dict(Standing.objects.filter(account__in=ids, left_at=None).values_list("account_id", "model"))
    leaving = dict(Transition.objects.filter(account__in=ids, ended_at=None).values_list("account_id", "source"))
    known = models_called({*has.values(), *leaving.values()})
    by_model = {key: frozenset(model.forbidden) for key, model in known.items()}
    nothing: frozenset[str] = frozenset()
    told = {}
    for account_id, model in has.items():
        forbidden = by_model.get(model, nothing)
        if account_id in leaving:
            forbidden &= by_model.get(leaving[account_id], forbidden)
        if forbidden:
            told[account_id] = forbidden
    return told


def check_channel(account_id: int, channel: str) -> None:
    """Let through what may reach an account by a channel; raises `ChannelForbidden`."""
    if channel in channels_forbidden([account_id]).get(account_id, ()):
        raise ChannelForbidden
