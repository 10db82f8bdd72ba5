"""Which observed values are offered while somebody types: those that tell kinds apart, never those that tell people."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

MOST_OFFERED = 50
FEW = 25
"""A property with no more values than this has kinds; of one with more, a value has to be shared by several people."""
LONGEST_OFFERED = 100

_TELLING = frozenset(
  {
    "email", "mail", "phone", "mobile", "tel", "telephone", "fax", "cell", "password", "passphrase", "token",
    "secret", "credential", "authorization", "cookie", "session", "ssn", "iban", "bic", "card", "cvc", "passport",
    "license", "licence", "birthday", "birthdate", "birth", "dob", "ip", "ipv4", "ipv6", "address", "street", "zip",
    "postcode", "latitude", "longitude", "lat", "lng", "lon", "firstname", "lastname", "fullname", "surname",
    "username", "login", "signature",
  }
)  # fmt: skip
"""Parts of names of properties that hold what identifies a person, or opens a door."""
_PAIRS = frozenset({"first name", "last name", "full name", "middle name", "given name", "family name", "user name"})
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_IDENTIFYING = re.compile(
    r"""
    .*@.*                                                # an address
    | \+?[\d\s().\-/]{7,}                                # a telephone number, or any other long one
    | (hmac_)?[0-9a-fA-F]{16,}                           # what was hashed, a key
    | [0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}  # a UUID
    | \d{1,3}(\.\d{1,3}){3} | [0-9a-fA-F]*:[0-9a-fA-F:]+:[0-9a-fA-F:]*
    """,
    re.VERBOSE | re.DOTALL,
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Seen(NamedTuple):
    """A value, how often it was seen, and of how many people."""

    text: str
    times: int
    people: int


def may_be_offered(name: str) -> bool:
    """Tell whether values of something so called are no secret of one person."""
    words = [word.lower() for part in name.split(".") for word in _WORD.findall(part)]
    pairs = {f"{one} {other}" for one, other in pairwise(words)}
    return not _TELLING & set(words) and not _PAIRS & pairs


def worth_offering(seen: Iterable[Seen]) -> Sequence[str]:
    """Choose the values to offer, the commonest first; none that looks like an address, somebody's number or a key."""
    all_ = list(seen)
    has_kinds = len(all_) <= FEW
    chosen = [s for s in all_ if (has_kinds or s.people > 1) and _tells_a_kind(s.text)]
    return [s.text for s in sorted(chosen, key=lambda s: (-s.times, s.text))[:MOST_OFFERED]]


def _tells_a_kind(text: str) -> bool:
    if not text.strip() or len(text) > LONGEST_OFFERED or text[:1] in "[{":
        return False
    return _DAY.fullmatch(text) is not None or _IDENTIFYING.fullmatch(text) is None
