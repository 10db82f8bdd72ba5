"""Sail: an engine that speaks Spark's protocol, started in this process for the whole session."""

import os
import warnings

import pytest

from tests.insights.engines import Sail


@pytest.fixture(scope="session")
def sail_address():
    """Start a Sail of our own; returns what TENURE_ENGINE would say."""
    os.environ.setdefault("RUST_LOG", "error")
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer()
    server.start(background=True)
    _, port = server.listening_address
    yield f"sc://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(scope="session")
def sail(sail_address):
    """Connect to it as one would to a Spark cluster."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(sail_address).getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    yield Sail(session)
    with warnings.catch_warnings():  # Sail forgets a session nobody used for long; releasing it then complains
        warnings.simplefilter("ignore", DeprecationWarning)
        session.stop()


@pytest.fixture
def on_sail(sail_address, settings):
    """Say whether questions are put to Sail from now on: `on_sail(True)`."""

    def choose(yes):
        settings.TENURE_ENGINE = sail_address if yes else ""

    return choose
