"""Where a lake may live: a folder, or an S3-compatible object store; each reader is told in its own words.

DuckDB reads a folder by itself. From an object store it is handed an Arrow dataset instead, because its own way there
is an extension that would have to be downloaded.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyarrow as pa
from django.conf import settings

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset
    from pyarrow.fs import FileSystem, S3FileSystem


def is_remote(address: str) -> bool:
    """Say whether an address is on an object store rather than in a folder."""
    return "://" in address and not address.startswith("file://")


def options() -> dict[str, str] | None:
    """Return what Delta needs to reach the lake, or None for a folder."""
    return dict(settings.TENURE_LAKE_OPTIONS) or None


def dataset(schema: pa.Schema, found: Sequence[str]) -> "Dataset":
    """Return Parquet files of an object store as one Arrow dataset, their `dt` read from the path."""
    from pyarrow import dataset as datasets

    return datasets.dataset(
        [_key(uri) for uri in found],
        schema=schema,
        format="parquet",
        filesystem=_filesystem(tuple(sorted(settings.TENURE_LAKE_OPTIONS.items()))),
        partitioning=datasets.partitioning(pa.schema([schema.field("dt")]), flavor="hive"),
    )


def opened(address: str) -> "tuple[FileSystem, str]":
    """Return what reads and writes files below an address, and the address in its words."""
    from pyarrow import fs

    if is_remote(address):
        return _filesystem(tuple(sorted(settings.TENURE_LAKE_OPTIONS.items()))), _key(address)
    return fs.LocalFileSystem(), address.removeprefix("file://").rstrip("/")


def files_below(address: str) -> list[tuple[str, int]]:
    """Return the path and size in bytes of every file below an address."""
    from pyarrow import fs

    system, base = opened(address)
    found = system.get_file_info(fs.FileSelector(base, recursive=True, allow_not_found=True))
    return [(each.path, each.size) for each in found if each.is_file]


def remove(address: str) -> None:
    """Delete everything below an address."""
    from pyarrow import fs

    system, base = opened(address)
    if system.get_file_info(base).type != fs.FileType.NotFound:
        system.delete_dir(base)


def _key(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.netloc}{parts.path}"


@lru_cache(maxsize=4)
def _filesystem(given: tuple[tuple[str, str], ...]) -> "S3FileSystem":
    from pyarrow import fs

    said = dict(given)
    endpoint = urlsplit(said.get("AWS_ENDPOINT_URL", ""))
    return fs.S3FileSystem(
        access_key=said.get("AWS_ACCESS_KEY_ID"),
        secret_key=said.get("AWS_SECRET_ACCESS_KEY"),
        region=said.get("AWS_REGION"),
        endpoint_override=endpoint.netloc or None,
        scheme=endpoint.scheme or "https",
        connect_timeout=10,
        request_timeout=60,
    )
