"""How files come in: into memory, so much and no more; nothing is left on the disk."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

KEPT_MAX = 12_000_000


class BoundedUpload(FileUploadHandler):
    """Keeps the first bytes of a form's files, and counts the others.

    Whoever takes a file asks for its size first: above her own limit, which is below
    this one, she does not read it.
    """

    def __init__(self, request: Any = None) -> None:
        """Begin with nothing."""
        super().__init__(request)
        self.room = KEPT_MAX
        self.kept = BytesIO()

    def new_file(self, *given: Any, **more: Any) -> None:
        """Begin with a file."""
        super().new_file(*given, **more)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece as long as there is room."""
        piece = raw_data[: self.room]
        self.room -= len(piece)
        self.kept.write(piece)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Hand over the file; its size is the true one."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept,
            self.field_name,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
        )
