"""Writes of imports: uploading, saying what columns mean, checking, running, undoing."""

from tenure.connectors.files.actions.forgetting import erase_customers, forget_imports_before
from tenure.connectors.files.actions.running import check_import, run_import
from tenure.connectors.files.actions.undoing import undo_import
from tenure.connectors.files.actions.uploading import choose_columns, choose_encoding, remove_import, take_file, upload

__all__ = [
    "check_import",
    "choose_columns",
    "choose_encoding",
    "erase_customers",
    "forget_imports_before",
    "remove_import",
    "run_import",
    "take_file",
    "undo_import",
    "upload",
]
