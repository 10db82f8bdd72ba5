"""Many rows of PostgreSQL as columns: COPY to CSV, read by Arrow; no Python object for a row."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
from django.db import connection


def copied(statement: str, arguments: Sequence[Any], columns: Mapping[str, pa.DataType]) -> pa.Table:
    """Run a COPY to CSV and read it as columns."""
    content = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(statement, arguments) as copy:
        for block in copy:
            content.write(block)
    if not content.tell():
        return pa.schema(list(columns.items())).empty_table()
    content.seek(0)
    return pacsv.read_csv(
        content,
        read_options=pacsv.ReadOptions(column_names=list(columns), block_size=8 << 20),
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            column_types=dict(columns),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
        ),
    )
