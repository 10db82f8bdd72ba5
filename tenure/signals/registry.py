"""The kinds of signals there are: whoever opens signals says what they mean, and what is known of each in words."""

from collections.abc import Callable, Iterable

from tenure.signals.types import Explanation, SignalRule

Rules = Callable[[], Iterable[SignalRule]]
_sources: dict[str, Rules] = {}


def register_rules(source: str, rules: Rules) -> None:
    """Say which kinds of signals a domain opens, from its `apps.py`; asked anew each time, in a workspace's scope."""
    _sources[source] = rules


def signal_rules() -> list[SignalRule]:
    """Return every kind of signal there is in the workspace in scope, by name."""
    return sorted((rule for rules in _sources.values() for rule in rules()), key=lambda rule: rule.name().casefold())


def rules_by_kind() -> dict[str, SignalRule]:
    """Return the same by kind, for lists."""
    return {rule.kind: rule for rule in signal_rules()}


def rule_of(kind: str) -> SignalRule:
    """Return the rule of a kind; one nobody speaks for any more is called as it is written."""
    return rules_by_kind().get(kind) or unspoken(kind)


def unspoken(kind: str) -> SignalRule:
    """Return a rule for a kind that nobody speaks for: a connector that is gone, a rule that was removed."""
    name = kind.replace("_", " ").replace(":", " ").strip().capitalize()
    return SignalRule(
        kind=kind, name=lambda: name, definition=tuple, explain=lambda evidence: Explanation(headline=name)
    )
