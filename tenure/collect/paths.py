"""Which addresses are the door's, and what each of them takes."""

import re
from enum import Enum

from tenure.collect.checking import Kind


class Shape(Enum):
    """How a body is to be read when it is not one Segment call."""

    BATCH = "batch"
    POSTHOG = "posthog"
    POSTHOG_FLAGS = "posthog_flags"
    PASSED_OVER = "passed_over"


_KINDS: dict[str, Kind] = {
    "identify": "identify", "i": "identify",
    "group": "group", "g": "group",
    "track": "track", "t": "track",
    "page": "page", "p": "page",
    "screen": "screen", "s": "screen",
    "alias": "alias", "a": "alias",
}  # fmt: skip
_TAKEN: dict[str, Shape | Kind] = {
    **{f"/v1/{name}": Shape.BATCH for name in ("batch", "b", "import")},
    **{f"/v1/{name}": kind for name, kind in _KINDS.items()},
    # PostHog's SDKs: from a server, from a browser, and under the names older ones use.
    **dict.fromkeys(("/batch", "/capture", "/e", "/i/v0/e", "/track", "/engage"), Shape.POSTHOG),
    **dict.fromkeys(("/flags", "/decide"), Shape.POSTHOG_FLAGS),
    "/s": Shape.PASSED_OVER,
}
PATHS: dict[str, Shape | Kind] = {f"{path}{slash}": shape for path, shape in _TAKEN.items() for slash in ("", "/")}
SETTINGS = re.compile(r"/v1/projects/([^/]{1,200})/settings/?")
POSTHOG_SETTINGS = re.compile(r"/array/([^/]{1,200})/config(\.js)?/?")
POSTHOG_PARTS = re.compile(
    r"/static/(?:\d+\.\d+\.\d+/)?"
    r"(?:surveys|recorder|lazy-recorder|posthog-recorder|web-vitals|dead-clicks-autocapture|exception-autocapture"
    r"|toolbar|product-tours|conversations|logs|tracing-headers|element-inference)\.js"
)
"""Parts PostHog's browser SDK loads when it is asked for more than events; here they are empty."""
POSTHOG_ASKS = ("/api/surveys", "/api/surveys/", "/api/web_experiments/", "/api/early_access_features/")
_PATTERNS = (SETTINGS, POSTHOG_SETTINGS, POSTHOG_PARTS)
METRICS = "/v1/metrics"
HEALTH = ("/v1/healthz", "/healthz")


def is_ours(path: str) -> bool:
    """Tell whether the door answers at this address, where pages are served on the same port."""
    return (
        path.startswith(("/v1/", "/array/"))
        or path in PATHS
        or path in POSTHOG_ASKS
        or bool(POSTHOG_PARTS.fullmatch(path))
    )


def methods_of(path: str) -> str:
    """Return the methods an address answers to, or nothing when there is no such address."""
    if path in PATHS:
        return "POST, OPTIONS"
    if path in (*HEALTH, METRICS, *POSTHOG_ASKS) or any(p.fullmatch(path) for p in _PATTERNS):
        return "GET, HEAD, OPTIONS"
    return ""
