"""A real server of the S3 protocol, on loopback, for lakes that are no folder."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

from tenure.config.environment import lake_options, read

KEYS = {"TENURE_S3_KEY_ID": "key", "TENURE_S3_SECRET": "secret"}


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """Run an S3 server with a bucket named tenure; yields the address of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(address, timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        urllib.request.urlopen(urllib.request.Request(f"{address}/tenure", method="PUT"), timeout=5).close()
        yield address
    finally:
        server.terminate()
        server.wait(10)


def keep_lake_in(store: str, folder: str, settings: Any) -> str:
    """Let the lake be in a folder of the server's bucket; returns its address."""
    settings.TENURE_LAKE = f"s3://tenure/{folder}"
    settings.TENURE_LAKE_OPTIONS = lake_options(settings.TENURE_LAKE, read({"TENURE_S3_ENDPOINT": store, **KEYS}))
    return str(settings.TENURE_LAKE)
