"""CSV and JSON lines of any length, as pages answer with it; see `kernel.exporting`."""

from tenure.kernel.exporting import ROWS_A_PORTION, cell, csv_answer, json_lines_answer, portions

__all__ = ["ROWS_A_PORTION", "cell", "csv_answer", "json_lines_answer", "portions"]
