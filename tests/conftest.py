"""What several rooms of tests share."""

import os

import pytest

# Who runs our programs has it unset: what somebody waits for must be flushed by us.
os.environ.pop("PYTHONUNBUFFERED", None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what needs the EVM node: ``make test`` leaves it to ``make test-evm``."""
    for item in items:
        if "evm" in getattr(item, "fixturenames", ()):
            item.add_marker("evm")


@pytest.fixture(scope="session")
def evm():
    """The program of the EVM node; without it a test fails and says what to do."""
    from tests.anvil import binary

    return binary()


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of this session's own."""
    from tests.postgres_server import Server

    server = Server()
    yield server
    server.stop()
