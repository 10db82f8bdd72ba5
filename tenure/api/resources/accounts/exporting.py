"""Everything that is kept about one account and the people who are in no other."""

from typing import Any

from tenure.api.calls import ApiCall
from tenure.api.exports import DESCRIBED, FORMAT, PRIVACY, ExportFormat, export_answer
from tenure.api.paging import reachable
from tenure.api.resources.accounts.routing import router
from tenure.privacy.types import SubjectKind


@router.get("/{int:account_id}/export", summary="Export everything", auth=PRIVACY, openapi_extra=DESCRIBED)
def export_account(request: ApiCall, account_id: int, format: ExportFormat = FORMAT) -> Any:  # noqa: A002
    """Export everything that is kept about an account, whatever table it is in; the audit trail says so."""
    return export_answer(request, SubjectKind.ACCOUNT, reachable(account_id), format)
