"""Receipts: what was recorded of the member's, and the proof of it."""

from typing import Annotated, Any

from ninja import Path, Router

from urdimbre.projections.models import ActLine
from urdimbre.web.api import shapes
from urdimbre.web.api.answering import READ
from urdimbre.web.api.callers import Bearer
from urdimbre.web.api.scopes import STATEMENT
from urdimbre.web.api.telling import sentences
from urdimbre.web.entries import payloads, texts_of, told
from urdimbre.web.exchanges.receipts import entry_of_hers, proof_text

router = Router(tags=["receipts"], auth=Bearer(STATEMENT))
Position = Annotated[int, Path(ge=0, le=shapes.POSITION_MAX)]


@router.get(
    "/receipts/{position}", response={200: shapes.Receipt, READ: shapes.Problem}
)
def receipt(request: Any, position: Position) -> shapes.Receipt:
    """Tell an act that the member has signed, made, given or taken in."""
    entry = entry_of_hers(request, position)
    line = ActLine.objects.get(position=position)
    shown = told(entry.act, texts_of(payloads(entry.act.private)))
    return shapes.Receipt(
        position=position,
        act=entry.act.hash,
        id=entry.act.id,
        time=line.time,
        height=line.height,
        kind=entry.act.kind,
        mode=shown.mode,
        title=shown.title,
        sentences=sentences(shown),
    )


@router.get(
    "/receipts/{position}/proof", response={200: shapes.Proof, READ: shapes.Problem}
)
def proof(request: Any, position: Position) -> shapes.Proof:
    """Hand out the proof of it, to check without this server."""
    text = proof_text(entry_of_hers(request, position), request.here)
    return shapes.Proof(position=position, proof=text)
