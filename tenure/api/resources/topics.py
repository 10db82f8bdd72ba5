"""Topics: what messages are about, so that a person can stop one kind and keep another."""

from typing import Any

from ninja import Router, Schema

from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few
from tenure.channels import queries

router = Router(tags=["messages"])


class TopicOut(Schema):
    """One topic."""

    key: str = said("Its key.", "product-tips")
    name: str = said("What readers see.", "Product tips")
    about: str = said("What is sent about it.", "One mail a month.")


@lists(router, "", TopicOut, summary="List topics")
def list_topics(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the topics by name."""
    return page_of_few(list(queries.topics()), cursor, limit)
