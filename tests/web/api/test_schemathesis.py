"""Another program reads openapi.json and tries what it says, and what it forbids."""

import pytest
import schemathesis
from schemathesis.engine import Status, events, from_schema
from schemathesis.transport.wsgi import WSGITransport

from tests.web.acting import ANA

EXAMPLES = 30
CONFIG = {
    "seed": 20261125,
    "workers": 1,
    "generation": {
        "max-examples": EXAMPLES,
        "deterministic": True,
        "mode": "all",
        "no-shrink": True,
    },
    "checks": {
        # What the shapes allow, a rule of the circuit may refuse: with 422.
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", 401, 403, 404, 409, 422, 429],
        },
    },
}


OF_SOCKETS = ("max_redirects", "verify", "cert", "proxies")


@pytest.fixture
def without_sockets(monkeypatch):
    """Schemathesis 4.32 hands some of its checks what only sockets know."""
    sent = WSGITransport.send

    def send(self, case, *, session=None, **options):
        for one in OF_SOCKETS:
            options.pop(one, None)
        return sent(self, case, session=session, **options)

    monkeypatch.setattr(WSGITransport, "send", send)


def test_schemathesis_finds_nothing(place, token_of, without_sockets):
    # Not ours: that one also begins to seal and to ask witnesses, beside all tests.
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()

    config = schemathesis.Config.from_dict(CONFIG)
    sent = {"Authorization": f"Bearer {token_of(ANA)}", "Accept-Encoding": "identity"}
    config.projects.default.update(headers=sent)
    schema = schemathesis.openapi.from_wsgi(
        "/api/openapi.json", application, config=config
    )

    tried, found = 0, []
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found.append(str(getattr(event, "value", event)))
        if isinstance(event, events.ScenarioFinished):
            tried += len(event.recorder.cases)
            found += list(told(event))

    assert found == []
    assert tried > 1_000


def told(event):
    """What failed in a scenario, and the request that made it fail."""
    for case, checks in event.recorder.checks.items():
        for one in checks:
            if one.status == Status.FAILURE:
                failure = one.failure_info.failure
                sent = event.recorder.cases[case].value
                yield f"{event.label} {one.name}: {failure} {sent}"
