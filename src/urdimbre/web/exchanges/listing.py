"""The statement's page and its table for other programs, by the same filter."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language, gettext

from urdimbre.projections.models import Balance
from urdimbre.web.exchanges.statement import (
    PER_PAGE,
    PERIODS,
    FilterForm,
    lines,
    moves_of,
)

CSV_GROUP = 500
FURTHER = ("direction", "mode", "unit", "person", "start", "end")
"""Filters that stand behind the fold."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def statement(request: Any) -> HttpResponse:
    """Show what a member gave and received."""
    form = FilterForm(request.GET or {"period": "all"})
    typed = form.cleaned_data if form.is_valid() else {}
    page = Paginator(moves_of(request.here, typed), PER_PAGE).get_page(
        request.GET.get("page")
    )
    kept = request.GET.copy()
    kept.pop("page", None)
    shown = {
        "form": form,
        "page": page,
        "lines": list(lines(page.object_list, request.here)),
        "kept": kept.urlencode(),
        "periods": PERIODS[:-1],
        "has_balance": Balance.objects.filter(owner=request.here.no).exists(),
        "open": any(typed.get(name) for name in FURTHER) or bool(form.errors),
    }
    status = 422 if form.errors else 200
    return render(request, "exchanges/statement.html", shown, status=status)


def statement_csv(request: Any) -> StreamingHttpResponse:
    """Hand out the same lines as comma-separated values."""
    form = FilterForm(request.GET or {"period": "all"})
    typed = form.cleaned_data if form.is_valid() else {}
    response = StreamingHttpResponse(
        _rows(moves_of(request.here, typed), request.here, get_language()),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="urdimbre.csv"'
    return response


def _rows(moves: Any, here: Any, language: str) -> Iterator[str]:
    # The answer is sent when the language of the request is no longer in force.
    with translation.override(language):
        yield from _translated_rows(moves, here)


def _translated_rows(moves: Any, here: Any) -> Iterator[str]:
    yield _written(
        gettext("number"),
        gettext("day"),
        gettext("modality"),
        gettext("direction"),
        gettext("with whom"),
        gettext("what"),
        gettext("amount"),
        gettext("minor steps"),
        gettext("unit"),
        gettext("balance after"),
    )
    rows = moves.iterator(chunk_size=CSV_GROUP)
    while group := list(islice(rows, CSV_GROUP)):
        for row, line in zip(group, lines(group, here), strict=True):
            yield _written(
                str(line.position),
                line.day,
                line.mode_name,
                gettext("given") if line.gave else gettext("received"),
                line.other,
                line.what,
                line.amount,
                str(row.quantity),
                row.unit,
                line.after,
            )


def _written(*cells: str) -> str:
    """Write one line; a cell that a spreadsheet would run is made plain text."""
    out = io.StringIO()
    csv.writer(out).writerow(
        f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells
    )
    return out.getvalue()
