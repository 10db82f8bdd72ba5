"""Sail: an engine that speaks Spark's protocol, started in this process for the whole session."""

import os

import pytest

from tests.insights.engines import Sail


@pytest.fixture(scope="session")
def sail():
    """Connect to a Sail of our own, as one would to a Spark cluster."""
    os.environ.setdefault("RUST_LOG", "error")
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    server = SparkConnectServer()
    server.start(background=True)
    _, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    yield Sail(session)
    session.stop()
    server.stop()
