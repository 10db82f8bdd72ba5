"""What a workspace may choose for the watch over use, and its text form.

false_signals: 10%
key_events:
  - Report shared
  - Invoice sent
"""

import re

import yaml

from tenure.activity.errors import ActivityChoiceInvalid
from tenure.activity.types import Choices
from tenure.kernel.yaml_lines import YamlBroken, root_of
from tenure.stats.usage import Terms

DEFAULT = Choices(false_share=Terms().false_share)
LEAST, MOST = 0.01, 0.5
MOST_EVENTS = 50
LONGEST = 20_000
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,2})?) ?%")
_NAMES = ("false_signals", "key_events")


def checked_choices(choices: Choices) -> Choices:
    """Return choices tidied; raises `ActivityChoiceInvalid`."""
    if not LEAST <= choices.false_share <= MOST:
        raise ActivityChoiceInvalid("The share of false signals is between 1 % and 50 %.")
    names = [_storable(name).strip() for name in choices.key_events]
    events = tuple(dict.fromkeys(name for name in names if name))
    if len(events) > MOST_EVENTS:
        raise ActivityChoiceInvalid(f"There can be at most {MOST_EVENTS} key events.")
    if any(len(name) > 255 for name in events):
        raise ActivityChoiceInvalid("The name of an event has at most 255 characters.")
    return Choices(false_share=round(choices.false_share, 4), key_events=events)


def as_text(choices: Choices) -> str:
    """Write choices down."""
    written = {"false_signals": f"{100 * choices.false_share:g}%", "key_events": list(choices.key_events)}
    return str(yaml.safe_dump(written, sort_keys=False, allow_unicode=True))


def from_text(text: str) -> Choices:
    """Read what `as_text` wrote, or what somebody did; raises `ActivityChoiceInvalid`, which says the line."""
    if len(text) > LONGEST:
        raise ActivityChoiceInvalid(f"The text is longer than {LONGEST} characters.")
    try:
        root = root_of(text)
    except YamlBroken as broken:
        raise ActivityChoiceInvalid(f"Line {broken.line or 1}: {broken.problem or 'this is not YAML'}.") from broken
    if not isinstance(root, yaml.MappingNode):
        raise ActivityChoiceInvalid("Line 1: write false_signals and key_events, each with a colon.")
    share, events = DEFAULT.false_share, DEFAULT.key_events
    for key, value in root.value:
        line = key.start_mark.line + 1
        if key.value == "false_signals":
            share = _share(value)
        elif key.value == "key_events":
            events = _events(value)
        else:
            name = _storable(str(key.value))[:60]
            raise ActivityChoiceInvalid(f"Line {line}: “{name}” is not known; there are {' and '.join(_NAMES)}.")
    return checked_choices(Choices(false_share=share, key_events=events))


def _share(node: yaml.Node) -> float:
    found = _SHARE.fullmatch(str(node.value)) if isinstance(node, yaml.ScalarNode) else None
    if found is None:
        raise ActivityChoiceInvalid(f"Line {node.start_mark.line + 1}: write a share as in 10%.")
    return float(found[1]) / 100


def _events(node: yaml.Node) -> tuple[str, ...]:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode) and node.value in {"", "null", "~"}:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        raise ActivityChoiceInvalid(f"Line {line}: write key events as a list, one a line after a dash.")
    for each in node.value:
        if not isinstance(each, yaml.ScalarNode):
            raise ActivityChoiceInvalid(f"Line {each.start_mark.line + 1}: the name of an event is one text.")
    return tuple(str(each.value) for each in node.value)


def _storable(name: str) -> str:
    """Take out what the database cannot keep: NUL, and halves of characters."""
    return name.replace("\x00", "").encode("utf-8", "ignore").decode()
