"""The form of a message and of a receipt, whatever carries them."""

import hashlib
import json
from datetime import date
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, ValidationError

LARGEST = 1024 * 1024
"""Bytes of a message's body at most; papers and scans travel by file or letter."""
Word = Annotated[str, Field(min_length=1, max_length=60)]


class Envelope(Schema):
    """A message: its kind, the sender's own number for it, our case code, what it answers, the day it speaks of, and its facts."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, Field(min_length=1, max_length=40)]
    number: Word
    case: Word | None = None
    reply_to: Word | None = None
    on: date
    facts: dict[str, Any] = {}


class Reason(Schema):
    """Why a message was not taken or not applied."""

    code: str
    zh: str
    en: str


class Receipt(Schema):
    """The answer to a message, signed: our number for it, its key and digest, and how it stands.

    ``state`` is ``applied``, ``parked`` (kept until the message before it came) or ``refused``. ``outcome`` says of a message with many
    records what became of them, with the refused ones by row.
    """

    receipt: str
    idempotency_key: str
    body_sha256: str
    state: str
    case: str | None = None
    reason: Reason | None = None
    outcome: dict[str, Any] | None = None


class PublicKey(Schema):
    """A public key of ours: Ed25519, 32 bytes in base64."""

    key_id: str
    algorithm: str = "ed25519"
    public: str
    valid_from: date


class KindOut(Schema):
    """A kind of message with the JSON schema of its facts; ``direction`` as the partner sees it: ``to_us`` or ``from_us``."""

    kind: str
    title: str
    direction: str
    facts: dict[str, Any]


class Unreadable(Exception):
    """A body or facts that are not as described. The text says where, in Chinese and English."""


def canonical(said: Schema) -> bytes:
    """The bytes that are signed, hashed and kept."""
    return json.dumps(said.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256(body: bytes) -> str:
    """The digest of a body, 64 hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


def read(schema: type[Schema], data: Any) -> Any:
    """Data as the schema wants it. Raises Unreadable naming the places, never what stands there."""
    try:
        return schema.model_validate(data)
    except ValidationError as fault:
        places = "、".join(".".join(map(str, one["loc"])) or "内容" for one in fault.errors()[:5])
        english = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in fault.errors()[:5])
        raise Unreadable(f"这几处缺少或写法不对：{places}。Missing or malformed: {english}") from None


def read_json(body: bytes) -> Any:
    """A body as data. Raises Unreadable, also for text that no database column can hold."""
    try:
        found = json.loads(body)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Unreadable("不是 JSON。The body is not JSON.") from None
    if b"\\u0000" in body:
        raise Unreadable("内容里有空字符。The body holds NUL characters.")
    if not isinstance(found, dict):
        raise Unreadable("要一个 JSON 对象。A JSON object is expected.")
    return found
