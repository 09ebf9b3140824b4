"""What keeps the serving process small, beyond what it does not load."""

import ctypes
import gc

_ARENA_MAX = -8
"""``M_ARENA_MAX`` of glibc's ``malloc.h``."""
ARENAS = 2


def settle() -> None:
    """Leave what is loaded by now out of all later searches for garbage.

    The search writes a mark into each object it looks at. So it walks over the whole
    state again and again, and a forked worker gets a page of its own of what it would
    otherwise share with its parent: that was five megabytes for each of them.
    """
    gc.collect()
    gc.freeze()


def few_arenas() -> None:
    """Let all threads take memory from two places instead of one each.

    glibc makes up to eight for each core, for programs whose threads do not wait for
    an interpreter's lock; what one of ours gives back, another could not use: six
    megabytes for eight threads. Other C libraries have nothing to set here.
    """
    limit = getattr(ctypes.CDLL(None), "mallopt", None)
    if limit is not None:
        limit(_ARENA_MAX, ARENAS)
