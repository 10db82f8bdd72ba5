"""The shape of a page of a list."""

from typing import Generic, TypeVar

from ninja import Schema
from pydantic import Field

T = TypeVar("T")


class Page(Schema, Generic[T]):
    """One page of a list; pass `next_cursor` as `cursor` to go on, until it is null."""

    items: list[T]
    next_cursor: str | None = Field(None, description="Where the next page begins; null on the last page.")
