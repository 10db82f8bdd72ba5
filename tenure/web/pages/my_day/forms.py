"""What is asked when a call of a task is logged: the call, and the script's questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from tenure.playbooks.types import Question
from tenure.web.pages.accounts.forms import CallForm


class TaskCallForm(CallForm):
    """A call with the questions of its script; each answer becomes a fact about the account."""

    def __init__(
        self, *args: Any, questions: Sequence[Question] = (), known: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._asked = {f"answer_{i}": q for i, q in enumerate(questions)}
        for name, question in self._asked.items():
            before = (known or {}).get(question.trait)
            self.fields[name] = forms.CharField(
                label=question.text, required=False, max_length=500, initial=before if isinstance(before, str) else None
            )

    def question_fields(self) -> list[forms.BoundField]:
        """Return the questions as fields, in the order of the script."""
        return [self[name] for name in self._asked]

    def answers(self) -> dict[str, str]:
        """Return what was answered, by trait."""
        return {q.trait or q.text[:100]: self.cleaned_data[name] for name, q in self._asked.items()}
