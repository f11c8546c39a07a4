"""Reading kept files."""

import io
from datetime import date
from typing import BinaryIO, cast

from django.db.models import QuerySet

from niangjia.core.files.models import StoredFile
from niangjia.core.files.vault import Reader, place_of


class FileGone(Exception):
    """The content of a file is no longer kept; the message says since when, in Chinese."""


def open_file(stored: StoredFile) -> BinaryIO:
    """The content, readable and seekable; raises FileGone after its term, SealBroken if it was altered."""
    if stored.removed_at:
        raise FileGone(f"文件内容已按保存期限于 {stored.removed_at:%Y-%m-%d} 删除，只留指纹。")
    try:
        return cast("BinaryIO", io.BufferedReader(Reader(place_of(stored.sha256)), 1 << 16))
    except FileNotFoundError as error:
        raise FileGone("文件内容不在存放处：请从备份恢复 files 目录。") from error


def past_their_term(on: date) -> QuerySet[StoredFile]:
    """Files whose content should be gone on a day."""
    return StoredFile.objects.filter(removed_at__isnull=True, kept_until__lt=on)
