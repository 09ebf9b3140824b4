"""Every address of the API, and what each kind of failure is answered with."""

import logging
from importlib.metadata import version
from typing import Any

import orjson
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import BaseRenderer

from urdimbre.recording.answers import RecordingFailed
from urdimbre.web.api import account, circuit, drafts, exchanging, offers, receipts
from urdimbre.web.api.door import answer
from urdimbre.web.api.problems import (
    FAILED,
    BadRequest,
    NotFound,
    NotUnderstood,
    Problem,
    Told,
    failed,
)

logger = logging.getLogger(__name__)
DESCRIPTION = (
    "The same acts and refusals as on the pages, for programs that a member has given "
    "a token on her page My programs. Amounts are whole minor steps of their unit. "
    "Texts come in the language of Accept-Language: es, pt or en."
)


class Json(BaseRenderer):
    """JSON in plain UTF-8, written by the same program as elsewhere here."""

    media_type = "application/json"

    def render(self, request: Any, data: Any, *, response_status: int) -> bytes:
        """Write an answer."""
        return orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)


program = NinjaAPI(
    title="Urdimbre",
    version=version("urdimbre"),
    description=DESCRIPTION,
    openapi_url=None,  # served below, without the pages that need inline scripts
    docs_url=None,
    urls_namespace="api",
    renderer=Json(),
)
for router in (
    account.router,
    offers.router,
    offers.people,
    exchanging.router,
    drafts.router,
    receipts.router,
    circuit.router,
):
    program.add_router("", router)


@program.exception_handler(Problem)
def _problem(request: Any, problem: Problem) -> HttpResponse:
    return answer(problem.told())


@program.exception_handler(RecordingFailed)
def _not_recorded(request: Any, failure: RecordingFailed) -> HttpResponse:
    return answer(failed(failure))


@program.exception_handler(Http404)
def _not_found(request: Any, missing: Http404) -> HttpResponse:
    return answer(NotFound().told())


@program.exception_handler(HttpError)
def _unreadable(request: Any, error: HttpError) -> HttpResponse:
    """Ninja raises it for a body that is no JSON; tokens have problems of their own."""
    return answer(BadRequest().told())


@program.exception_handler(ValidationError)
def _not_understood(request: Any, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    place = [str(one) for one in first["loc"] if one not in PLACES]
    return answer(NotUnderstood(field=".".join(place), reason=_reason(first)).told())


PLACES = ("body", "query", "path", "asked")
"""Parts of the place of an error that whoever sent it does not know."""


def _reason(error: dict[str, Any]) -> str:
    """Say in the language asked for what pydantic says in English only."""
    if error["type"] == "missing":
        return gettext("This is needed here.")
    if error["type"] == "extra_forbidden":
        return gettext("There is no such field.")
    return gettext("This is not what belongs here.")


@program.exception_handler(Exception)
def _fault(request: Any, error: Exception) -> HttpResponse:
    """Answer a program in its own shape when ours has a fault, and tell the host."""
    logger.error("A fault in the API", exc_info=error)
    title = gettext("The program has failed")
    hint = gettext(
        "It is not your fault. What has a receipt is recorded; anything else can be "
        "sent again."
    )
    return answer(Told(FAILED, "fault", title, hint))


def document() -> dict[str, Any]:
    """Describe all of it, as OpenAPI 3.1 does."""
    return dict(program.get_openapi_schema(path_prefix="/api/"))


def _document(request: Any) -> HttpResponse:
    return program.create_response(request, document(), status=200)


urlpatterns = [path("openapi.json", _document), *program.urls[0]]
