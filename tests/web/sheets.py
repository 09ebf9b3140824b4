"""What stands on a sheet that is printed."""

import re
import zlib


def words_on(pdf: bytes) -> str:
    """The words of a PDF, a line for each piece of text."""
    pages = []
    for one in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            # The last byte may look like the end of a line and be gone.
            page = zlib.decompressobj().decompress(one)
        except zlib.error:
            continue
        pages.append(page.decode("cp1252", "replace"))
    return "\n".join(re.findall(r"\((.*?)(?<!\\)\) Tj", "\n".join(pages)))
