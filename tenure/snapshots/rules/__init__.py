"""How accounts are put into numbers: pure."""

from tenure.snapshots.rules.rows import rows_of
from tenure.snapshots.rules.use import NAMED_USE, USE, use_features, use_table
from tenure.snapshots.rules.weeks import weeks_due, weeks_to_begin_with

__all__ = ["NAMED_USE", "USE", "rows_of", "use_features", "use_table", "weeks_due", "weeks_to_begin_with"]
