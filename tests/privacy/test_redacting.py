"""Names are taken out of the audit trail and the intake log exactly as if every row were read by hand."""

import json
from typing import Any

import msgspec
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.kernel import tenancy
from tenure.tracking.actions.erasing import _forget_in_log, _forget_refusals, _is_about
from tenure.tracking.actions.intake_log import seal
from tenure.tracking.models import IntakeBatch, Refusal
from tenure.workspaces.actions import record_audit, redact_audit
from tenure.workspaces.actions.auditing import ERASED, marks_of
from tenure.workspaces.models import AuditEntry
from tests.given import given_workspace, undone
from tests.tracking.sending import NOW, send_raw

NAMES = [
    "Maya",
    "maya",
    "MAYA LIN",
    "Straße",
    "STRASSE",
    "İris",
    "K",
    "\u212a",
    "7",
    'a"b',
    "日本",
    "x" * 230,
    "None",
    "",
]
names = st.sampled_from(NAMES)
texts = names | st.tuples(names, names).map(" → ".join) | st.tuples(names, st.just("!")).map("".join)
said = st.recursive(
    texts | st.integers(-3, 9) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
often = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def by_hand(told: Any, words: set[str]) -> Any:
    match told:
        case str():
            if told.casefold() in words:
                return ERASED
            return " → ".join(ERASED if part.casefold() in words else part for part in told.split(" → "))
        case list():
            return [by_hand(each, words) for each in told]
        case dict():
            return {key: by_hand(each, words) for key, each in told.items()}
    return told


@often
@given(st.lists(st.tuples(texts, st.dictionaries(st.just("of"), said)), max_size=5), st.sets(names, max_size=4))
def test_the_trail_is_as_if_read_by_hand(db, entries, words):
    with undone(), tenancy.scope(given_workspace().pk):
        AuditEntry.objects.all().delete()
        for subject, details in entries:
            record_audit("x.y", by=None, subject=subject, details=details)
        folded = {w.casefold() for word in words for w in (word, word[:200]) if w}
        expected = [
            (by_hand(subject[:200], folded), by_hand(json.loads(json.dumps(details)), folded))
            for subject, details in entries
        ]

        changed = redact_audit(words)

        found = list(AuditEntry.objects.order_by("pk"))
        assert [(e.subject, e.details) for e in found] == expected
        assert [e.marks for e in found] == [marks_of(*each) for each in expected]
        assert changed == sum(
            after != (subject[:200], details) for after, (subject, details) in zip(expected, entries, strict=True)
        )
        assert redact_audit(words) == 0


ids = names | st.integers(0, 9) | st.sampled_from([7.0, True, None])
calls = st.fixed_dictionaries(
    {},
    optional={
        "userId": ids,
        "groupId": ids,
        "context": st.just(3) | st.dictionaries(st.just("groupId"), ids),
        "properties": st.dictionaries(names, names, max_size=2),
    },
)


@often
@given(st.lists(st.lists(calls | ids, max_size=4), max_size=4), st.sets(names, max_size=4), st.booleans())
def test_the_intake_log_is_as_if_read_by_hand(db, batches, words, is_escaped):
    with undone(), tenancy.scope(given_workspace().pk):
        for batch in batches:
            send_raw(json.dumps({"batch": batch}, ensure_ascii=is_escaped).encode(), len(batch))
        send_raw(b"no JSON, maya")
        odd = {"workspace_id": tenancy.current_workspace_id(), "received_at": NOW}
        IntakeBatch.objects.create(content=b"no zstd", event_count=1, **odd)
        IntakeBatch.objects.update(status=IntakeBatch.DONE)
        expected = [[call for call in batch if not _is_about(call, words)] for batch in batches]

        gone = _forget_in_log(words)

        kept = list(IntakeBatch.objects.order_by("pk"))
        read = [msgspec.json.decode(zstandard.ZstdDecompressor().decompress(b.content)) for b in kept[: len(batches)]]
        assert [each["batch"] for each in read] == expected
        assert [b.event_count for b in kept[: len(batches)]] == [len(each) for each in expected]
        assert [bytes(b.content) for b in kept[len(batches) :]] == [seal(b"no JSON, maya"), b"no zstd"]
        assert gone == sum(map(len, batches)) - sum(map(len, expected))


@often
@given(st.lists(st.tuples(names, names), max_size=5), st.sets(names.filter(bool), max_size=4))
def test_refused_calls_go_that_name_them_in_quotes(db, refused, words):
    with undone(), tenancy.scope(given_workspace().pk):
        for raw, mended in refused:
            quoted = f'{{"userId": "{mended}", '.encode() if mended else None
            text = f'{{"userId": "{raw}", '.encode()
            of = {"workspace_id": tenancy.current_workspace_id(), "received_at": NOW, "code": "x", "size": 9}
            Refusal.objects.create(raw=text, mended=quoted, **of)
        stay = [(raw, mended) for raw, mended in refused if raw not in words and mended not in words]

        gone = _forget_refusals(words)

        assert gone == len(refused) - len(stay)
        assert Refusal.objects.count() == len(stay)
