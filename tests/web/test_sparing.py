"""What keeps the serving process small."""

import platform

import pytest

from tests.processes import python

ON_GLIBC = platform.libc_ver()[0] == "glibc"
# Each thread takes memory of the C library while all others live, too: what it takes
# it from is told by the library itself.
COUNT_ARENAS = """
import ctypes, sys, threading
from urdimbre.web import sparing
if sys.argv[1] == "few":
    sparing.few_arenas()
c = ctypes.CDLL(None)
c.malloc.restype = c.fopen.restype = ctypes.c_void_p
c.malloc.argtypes = [ctypes.c_size_t]
all_have = threading.Barrier(9)
def take():
    c.malloc(10_000)
    all_have.wait(60)
threads = [threading.Thread(target=take) for _ in range(8)]
for one in threads:
    one.start()
all_have.wait(60)
out = ctypes.c_void_p(c.fopen(sys.argv[2].encode(), b"w"))
c.malloc_info(0, out)
c.fclose(out)
print(open(sys.argv[2]).read().count("<heap nr="))
"""


def test_what_is_loaded_is_not_searched_for_garbage_again():
    look = (
        "import gc\nfrom urdimbre.web import sparing\n"
        "before = gc.get_freeze_count()\nsparing.settle()\n"
        "print(before, gc.get_freeze_count() > 1_000, len(gc.get_objects()) < 100)"
    )

    ran = python("-c", look, capture_output=True)

    assert ran.stdout.split() == [b"0", b"True", b"True"], ran.stderr.decode()


@pytest.mark.skipif(not ON_GLIBC, reason="only glibc takes memory from many arenas")
def test_threads_share_two_arenas(tmp_path):
    told = tmp_path / "arenas.xml"

    few = python("-c", COUNT_ARENAS, "few", told, capture_output=True)
    many = python("-c", COUNT_ARENAS, "as ever", told, capture_output=True)

    assert int(few.stdout) <= 2, few.stderr.decode()
    assert int(many.stdout) > 2, many.stderr.decode()


def test_each_threads_cache_is_small(place):
    from django.db import connections

    sizes = []
    for name in ("default", "registry"):
        with connections[name].cursor() as cursor:
            cursor.execute("PRAGMA cache_size")
            sizes += cursor.fetchone()

    assert sizes == [-512, -512]
