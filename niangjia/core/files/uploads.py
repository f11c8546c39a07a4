"""Receiving uploads without ever laying them on disk in clear: portions go straight into the vault's frames."""

import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from niangjia.core.files.vault import Kept, Reader, Writer


class SealedUpload(UploadedFile):
    """An upload whose content lies sealed; ``kept`` says where. ``too_large`` when it was over the limit and thrown away."""

    def __init__(self, kept: Kept | None, **about: Any) -> None:
        self.kept, self.too_large = kept, kept is None
        file: Any = io.BufferedReader(Reader(kept.path)) if kept else io.BytesIO()
        super().__init__(file=file, **about)

    def close(self) -> None:
        """End of the request: what no action took over is removed."""
        super().close()
        if self.kept:
            self.kept.drop()


class SealingUploadHandler(FileUploadHandler):
    """Django's handler for uploads too big for memory."""

    writer: Writer | None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.writer = Writer()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.writer and self.writer.size + len(raw_data) > settings.IMPORT_MAX_BYTES:
            self.writer.abandon()
            self.writer = None
        if self.writer:
            self.writer.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        kept = self.writer.close() if self.writer else None
        self.writer = None
        about = {"content_type_extra": self.content_type_extra, "charset": self.charset, "content_type": self.content_type}
        return SealedUpload(kept, name=self.file_name, size=file_size, **about)

    def upload_interrupted(self) -> None:
        if self.writer:
            self.writer.abandon()
