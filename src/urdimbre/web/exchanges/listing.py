"""The statement's page and what can be taken along of it, by the same filter."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from urdimbre.projections.models import Balance
from urdimbre.web import wording
from urdimbre.web.exchanges.layouts import BY_ENDING
from urdimbre.web.exchanges.report import report
from urdimbre.web.exchanges.statement import (
    PER_PAGE,
    PERIODS,
    FilterForm,
    filter_words,
    lines,
    moves_of,
)
from urdimbre.web.exchanges.sums import sums
from urdimbre.web.security import again
from urdimbre.web.streaming import as_file

FURTHER = ("direction", "mode", "unit", "type", "person", "text", "start", "end")
"""Filters that stand behind the fold."""
SUMS_OPEN_MAX = 4
"""With more sums than this the lines come first on a small screen."""


def statement(request: Any) -> HttpResponse:
    """Show what a member gave and received."""
    form = _asked(request)
    return _page(request, form, too_long="")


def _asked(request: Any) -> FilterForm:
    typed = request.GET.copy()
    typed.setdefault("period", "all")
    return FilterForm(typed)


def _page(request: Any, form: FilterForm, *, too_long: str) -> HttpResponse:
    typed = form.cleaned_data if form.is_valid() else {}
    rows = moves_of(request.here, typed)
    summed = sums(rows, request.here.no)
    pages = Paginator(rows, PER_PAGE)
    # The sums have counted the lines already: no second walk over all of them.
    pages.count = sum(one.moves for one in summed)
    page = pages.get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    shown = {
        "form": form,
        "page": page,
        "lines": list(lines(page.object_list, request.here)),
        "sums": summed,
        "few_sums": len(summed) <= SUMS_OPEN_MAX,
        "kept": kept.urlencode(),
        "periods": PERIODS[:-1],
        "has_balance": Balance.objects.filter(owner=request.here.no).exists(),
        "filtered": filter_words({name: typed.get(name) for name in FURTHER}),
        "too_long": too_long,
    }
    status = 422 if form.errors or too_long else 200
    return render(request, "exchanges/statement.html", shown, status=status)


@again.lately
def statement_file(request: Any, ending: str) -> HttpResponse | StreamingHttpResponse:
    """Hand out the same lines as a table, a workbook or sheets of paper."""
    layout = BY_ENDING.get(ending)
    if layout is None:
        raise Http404
    form = _asked(request)
    if not form.is_valid():
        return _page(request, form, too_long="")
    rows = moves_of(request.here, form.cleaned_data)
    found = rows.count()
    if found > layout.LINES_MAX:
        return _page(request, form, too_long=_too_long(found, layout.LINES_MAX))
    told = report(rows, request.here, form.cleaned_data)
    return as_file(
        layout.written(told),
        content_type=layout.CONTENT_TYPE,
        name=f"urdimbre.{layout.ENDING}",
    )


def _too_long(found: int, most: int) -> str:
    return gettext(
        "There are %(found)s lines, and this kind of file holds %(most)s. Choose a "
        "shorter period, or take the table (CSV)."
    ) % {"found": wording.count(found), "most": wording.count(most)}
