"""Which pages are open to people who have not entered."""

from collections.abc import Callable

from django.http import HttpResponse


def anybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that people see before they have entered; all others are closed."""
    view.for_anybody = True  # type: ignore[attr-defined]
    return view
