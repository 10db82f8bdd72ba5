"""Decisions about messages: their tags, their retries, their stable names; pure."""

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from tenure.channels.types import Letter, MessageStatus, Problem, Reader, RefusalReason

UNSUBSCRIBE_URL = "unsubscribe_url"
KNOWN_TAGS = (
    "person.name",
    "person.first_name",
    "person.email",
    "account.name",
    "account.domain",
    "owner.name",
    "workspace.name",
    UNSUBSCRIBE_URL,
)
_TRAIT_TAG = re.compile(r"(person|account)\.traits\.[\w-]{1,80}")
_TAG = re.compile(r'\{\{\s*([\w.-]+)\s*(?:\|\s*"([^"{}\n]*)"\s*)?\}\}')
_LEFT_OVER = re.compile(r"\{\{[^\n]{0,40}|[^\n{}]{0,40}\}\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")

STALE_AFTER = timedelta(minutes=10)
"""How long a hand-over may take at the very most; beyond it the process that began it is dead."""
_BACKOFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 480, 960))


def retry_after(attempts: int) -> timedelta | None:
    """Say how long to wait after so many attempts that found the carrier away; None gives up (after some 29 hours)."""
    return _BACKOFF[attempts - 1] if attempts <= len(_BACKOFF) else None


def message_id(workspace_id: int, idempotency_key: str, host: str) -> str:
    """Name a message for RFC 5322: the same key always gets the same name, so that a receiver can drop a repeat."""
    digest = hashlib.sha256(f"{workspace_id}:{idempotency_key}".encode()).hexdigest()
    return f"<{digest[:40]}@{host}>"


def is_known_tag(tag: str) -> bool:
    """Tell whether we can fill a tag."""
    return tag in KNOWN_TAGS or bool(_TRAIT_TAG.fullmatch(tag))


def tags_in(text: str) -> tuple[str, ...]:
    """List the tags of a text in the order they first appear."""
    return tuple(dict.fromkeys(m.group(1) for m in _TAG.finditer(text)))


def tag_problems(text: str, part: str) -> list[Problem]:
    """Find tags we do not know, traits without words for when they are missing, and braces that are no tag."""
    problems = []
    for match in _TAG.finditer(text):
        tag, fallback = match.group(1), match.group(2)
        if not is_known_tag(tag):
            problems.append(Problem(code="unknown_tag", part=part, detail=tag))
        elif ".traits." in tag and fallback is None:
            problems.append(Problem(code="trait_needs_fallback", part=part, detail=tag))
        elif tag == UNSUBSCRIBE_URL and part != "body":
            problems.append(Problem(code="tag_out_of_place", part=part, detail=tag))
    left_over = _LEFT_OVER.finditer(_TAG.sub("", text))
    return problems + [Problem(code="broken_tag", part=part, detail=m.group(0).strip()) for m in left_over]


def fill(text: str, values: Mapping[str, str], escape: Callable[[str], str]) -> str:
    """Put values in the place of tags, in one pass, so that a value is never read as a tag.

    An empty or missing value gives the tag's fallback, or nothing.
    """
    return _TAG.sub(lambda m: escape(values.get(m.group(1), "") or m.group(2) or ""), text)


def for_html(value: str) -> str:
    """Make a value safe inside HTML text or a quoted attribute."""
    return html.escape(value, quote=True)


def for_text(value: str) -> str:
    """Make a value safe inside plain text: one line, no control characters."""
    return _CONTROL.sub(" ", value).strip()


def for_header(value: str) -> str:
    """Make a value safe inside a header: no line can be begun with it."""
    return _CONTROL.sub(" ", value).strip()[:250]


def tag_value(tag: str, reader: Reader) -> str:
    """Say what a tag is for one reader; "" when we do not know it."""
    match tag.split("."):
        case ["person", "name"]:
            return reader.person_name
        case ["person", "first_name"]:
            return first_name(reader.person_name)
        case ["person", "email"]:
            return reader.person_email
        case ["account", "name"]:
            return reader.account_name
        case ["account", "domain"]:
            return reader.account_domain
        case ["owner", "name"]:
            return reader.owner_name
        case ["workspace", "name"]:
            return reader.workspace_name
        case ["person", "traits", name]:
            return _spoken(reader.person_traits.get(name))
        case ["account", "traits", name]:
            return _spoken(reader.account_traits.get(name))
    return ""


def tag_values(tags: Iterable[str], reader: Reader) -> dict[str, str]:
    """Say what the tags of a template are for one reader, leaving out what we do not know."""
    found = {tag: tag_value(tag, reader)[:500] for tag in tags if tag != UNSUBSCRIBE_URL}
    return {tag: value for tag, value in found.items() if value}


_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def first_name(name: str) -> str:
    """Take what one calls somebody by: the first word, or the whole name where family names come first (CJK)."""
    return name.strip() if _CJK.search(name) else name.strip().split(" ")[0]


def _spoken(value: object) -> str:
    match value:
        case None | dict() | list():
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def normal_address(address: str) -> str:
    """Write an e-mail address the one way we compare it."""
    return address.strip().lower()


_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,250}")


def is_address(address: str) -> bool:
    """Tell whether this can be an e-mail address; the carrier has the last word."""
    return bool(_ADDRESS.fullmatch(address)) and "." in address.rsplit("@", 1)[-1].strip(".")


def masked(address: str) -> str:
    """Show enough of an address for its owner to know it."""
    local, _, domain = address.partition("@")
    return f"{local[:2]}{'•' * max(1, len(local) - 2)}@{domain}" if domain else address


def can_be_resent(status: MessageStatus, reason: str) -> bool:
    """Tell whether a member may send a message again: never what the person themself said no to."""
    if status == MessageStatus.REFUSED:
        return reason != RefusalReason.UNSUBSCRIBED
    return status == MessageStatus.UNSURE


def message_headers(letter: Letter) -> list[tuple[str, str]]:
    """List the headers worth showing of a letter."""
    shown = [("To", letter.address), ("Subject", letter.subject), ("Message-ID", letter.message_id)]
    if letter.reply_to:
        shown.append(("Reply-To", letter.reply_to))
    if letter.unsubscribe_url:
        shown.append(("List-Unsubscribe", f"<{letter.unsubscribe_url}>"))
        shown.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return shown
