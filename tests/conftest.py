"""What several rooms of tests share."""

import pytest


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of this session's own."""
    from tests.postgres_server import Server

    server = Server()
    yield server
    server.stop()
