"""Keeping and forgetting files. The right to do so belongs to the action that calls: a file is never stored for its own sake."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction

from niangjia.base.calendar import now, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.base.sealing import keyring
from niangjia.core.access.actor import Actor
from niangjia.core.files import vault
from niangjia.core.files.media import media_type, title
from niangjia.core.files.models import StoredFile
from niangjia.core.files.queries import past_their_term
from niangjia.core.files.uploads import SealedUpload
from niangjia.core.files.vault import Kept
from niangjia.core.orgs.models import Organisation
from niangjia.core.trail.actions import record

TAIL = 1 << 16
Content = bytes | BinaryIO | SealedUpload | Kept


@transaction.atomic
def store(
    *,
    data: Content,
    name: str,
    org: Organisation,
    by: Actor,
    subject: str = "",
    kept_until: date | None = None,
    on: date | None = None,
) -> StoredFile:
    """Keep content sealed under its hash and say whose it is. Equal content is kept once, each with its own row."""
    with taken_in(data) as kept, elevated("files: the caller checked the right over this organisation"):
        stored = StoredFile.objects.create(
            sha256=kept.sha256, size=kept.size, name=_safe_name(name), media_type=media_type_of(kept), org=org, subject=subject,
            kept_until=kept_until, stored_by=by.actor_key,
        )  # fmt: skip
        record("files.store", subject=subject or f"file:{stored.pk}", by=by, org=org.pk, on=on, sha256=kept.sha256, size=kept.size)
        kept.settle()
    return stored


def take_upload(
    file: Any, *, org: Organisation, by: Actor, subject: str, taken: Collection[str], most_bytes: int, field: str, on: date | None = None,
) -> StoredFile:  # fmt: skip
    """Store what somebody uploaded, checked as `checked_upload` does."""
    with checked_upload(file, taken=taken, most_bytes=most_bytes, field=field) as kept:
        return store(data=kept, name=str(file.name or ""), org=org, by=by, subject=subject, on=on)


@contextmanager
def checked_upload(file: Any, *, taken: Collection[str], most_bytes: int, field: str) -> Iterator[Kept]:
    """What somebody uploaded, written sealed, if it is small enough and, by its content, of a type in ``taken``.

    Raises ValidationError beside ``field`` else, naming the file; nothing is kept then, nor what was not stored inside the block.
    """
    called = f"“{clean_text(str(file.name or ''))[:40]}”"
    if getattr(file, "too_large", False):
        raise ValidationError({field: f"{called}太大了，没有收下。一份最多 {most_bytes >> 20} MB。"})
    with taken_in(file) as kept:
        if not kept.size:
            raise ValidationError({field: f"{called}是空的，请看看是不是选错了。"})
        if kept.size > most_bytes:
            raise ValidationError({field: f"{called}超过 {most_bytes >> 20} MB，请拍小一点，或者分几份传。"})
        kind = media_type_of(kept)
        if kind not in taken:
            raise ValidationError({field: f"{called}是{title(kind)}，这里只收{'、'.join(sorted({title(one) for one in taken}))}。"})
        yield kept


@contextmanager
def taken_in(data: Content) -> Iterator[Kept]:
    """Content written sealed, to be looked at before it is stored; what was not stored inside the block is gone after it."""
    if isinstance(data, Kept):
        yield data
        return
    kept = data.kept if isinstance(data, SealedUpload) and data.kept else vault.keep(_portions(data))
    try:
        yield kept
    finally:
        kept.drop()


def media_type_of(kept: Kept) -> str:
    """What the content is, by its first and last bytes."""
    with vault.Reader(kept.path) as reader:
        reader.seek(max(0, kept.size - TAIL))
        return media_type(kept.head, b"".join(iter(lambda: reader.read(TAIL), b"")))


@transaction.atomic
def remove_past_term(*, by: Actor, on: date | None = None) -> int:
    """Remove the content of files past their term; rows and hashes stay. Returns how many. Content another row needs stays."""
    with elevated("files: the retention job works on every organisation"):
        due = list(past_their_term(on or today()).select_for_update())
        for stored in due:
            stored.removed_at = now()
        StoredFile.objects.bulk_update(due, ["removed_at"])
        for stored in due:
            record("files.remove", subject=stored.subject or f"file:{stored.pk}", by=by, org=stored.org_id, on=on, sha256=stored.sha256)
            if not StoredFile.objects.filter(sha256=stored.sha256, removed_at__isnull=True).exists():
                transaction.on_commit(vault.place_of(stored.sha256).unlink)
    return len(due)


def reseal_files() -> int:
    """Every kept file under the current key, one after the other; returns how many were not yet."""
    current = keyring().sealer().number
    older = [path for path in vault.kept_files() if vault.key_of(path) != current]
    for path in older:
        with vault.Reader(path) as reader:
            vault.keep(_portions(reader)).settle()
    return len(older)


def _portions(data: Any) -> Iterable[bytes]:
    if isinstance(data, bytes):
        return (data,)
    return iter(lambda: data.read(vault.FRAME), b"")


def _safe_name(name: str) -> str:
    """The last part of the name only, cleaned, at most 200 characters with its ending kept."""
    plain = clean_text(name.replace("\\", "/").rsplit("/", 1)[-1]) or "未命名"
    return plain if len(plain) <= 200 else f"{plain[:190]}…{plain[-9:]}"
