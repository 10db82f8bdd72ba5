"""What the fields of the API's schemas say of themselves: each has a description, and an example where one helps."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

LARGEST_ID = 2**63 - 1


def said(description: str, example: Any = None, **limits: Any) -> Any:
    """Describe a field that has to be there."""
    return Field(description=description, examples=None if example is None else [example], **limits)


def of_model(description: str, source: str, example: Any = None) -> Any:
    """Describe a field that is read from an attribute of another name."""
    return Field(description=description, validation_alias=source, examples=None if example is None else [example])


def _storable(text: str) -> str:
    """Take out what the database cannot keep: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


Text = Annotated[str, AfterValidator(_storable)]
"""Text that a program gives."""

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
"""An id that a program gives."""
