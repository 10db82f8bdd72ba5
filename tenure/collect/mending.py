"""JSON as SDKs really send it: `NaN`, halves of emoji and one call nested too deep must not cost the whole batch."""

import json
import math
import re

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{},:]', re.DOTALL)


def mended(body: bytes) -> bytes:
    """Return the same JSON in its strict form: no byte-order mark, null for NaN, U+FFFD for half a surrogate pair.

    Raises ValueError when it is no JSON even so, and RecursionError when it is nested too deep to tell.
    """
    value = json.loads(body.decode("utf-8-sig"), parse_constant=lambda _: None, parse_float=_finite)
    return _HALF_A_PAIR.sub("\ufffd", json.dumps(value, ensure_ascii=False, separators=(",", ":"))).encode()


def split_batch(body: bytes) -> tuple[list[bytes], dict[bytes, bytes]]:
    """Cut `{"batch": […], "sentAt": "…"}` into its calls and its strings without reading them, however deep."""
    calls: list[bytes] = []
    strings: dict[bytes, bytes] = {}
    depth = begin = 0
    key = last = b""
    inside = False
    for token in _TOKEN.finditer(body):
        text = token[0]
        if text in b"[{":
            if depth == 1 and text == b"[" and key == b'"batch"' and last == b":":
                inside, begin = True, token.end()
            depth += 1
        elif text in b"]}":
            depth -= 1
            if inside and depth == 1:
                calls.append(body[begin : token.start()].strip())
                inside = False
        elif text == b"," and inside and depth == 2:
            calls.append(body[begin : token.start()].strip())
            begin = token.end()
        elif depth == 1 and text[:1] == b'"':
            if last == b":":
                strings[key.strip(b'"')] = text
            else:
                key = text
        last = text
    return [call for call in calls if call], strings


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None
