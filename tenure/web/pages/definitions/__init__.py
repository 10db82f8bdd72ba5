"""What a workspace defines, edited by a form or as text over one sheet, with its effect beside it."""

from tenure.web.pages.definitions.editing import Editor, edit, preview
from tenure.web.pages.definitions.fields import Field, Kind, Values
from tenure.web.pages.definitions.words import OwnWords, listed, problem_words

__all__ = [
    "Editor",
    "Field",
    "Kind",
    "OwnWords",
    "Values",
    "edit",
    "listed",
    "preview",
    "problem_words",
]
