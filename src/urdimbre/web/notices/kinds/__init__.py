"""The kinds of notices, in the order in which a member chooses about them."""

from urdimbre.web.notices.found import Kind
from urdimbre.web.notices.kinds import (
    answered,
    decided,
    due,
    ending,
    objections,
    waiting,
    work,
    written,
)

KINDS: tuple[Kind, ...] = (
    waiting.KIND,
    answered.KIND,
    written.KIND,
    objections.KIND,
    due.KIND,
    work.KIND,
    ending.KIND,
    decided.KIND,
)
BY_CODE = {kind.code: kind for kind in KINDS}
