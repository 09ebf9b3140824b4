"""Programs in the tests: a token of a member, and a client that sends it."""

import time

import pytest

from tests.web.place import handle

SCOPES = "statement catalogue board exchange"


@pytest.fixture
def token_of(place):
    """Make a token for a program of somebody; what it may do is told by name."""
    from urdimbre.web.api import callers, tokens
    from urdimbre.web.api.models import Token
    from urdimbre.web.circuit.entering import here_of
    from urdimbre.web.circuit.models import Login, Person

    callers.quota.__init__()

    def made(name, scopes=SCOPES, *, member=None, **allowed):
        login = Login.objects.get(handle=handle(name))
        acting = Person.objects.get(name=member).member if member else login.member
        told = {
            "name": "till",
            "scopes": scopes,
            "cap_unit": "TOTAI",
            "cap": 50_00,
            "until": int(time.time()) + 86_400,
        }
        return tokens.make(here_of(login, acting), told | allowed)

    yield made
    Token.objects.all().delete()


@pytest.fixture
def program(token_of):
    """Give a client that sends a token of somebody, in a language."""
    from django.test import Client

    def client(name, scopes=SCOPES, *, language="en", **allowed):
        token = token_of(name, scopes, **allowed)
        sent = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        return Client(headers=sent)

    return client
