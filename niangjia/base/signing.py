"""HTTP messages signed by RFC 9421 with Ed25519, and detached signatures of files.

A request covers method, authority, path, digest of the body (RFC 9530) and ``Idempotency-Key``; an answer covers its status and digest
and, of the request it answers, digest and key: a receipt belongs to one message and to no other.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature as BadSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

OF_REQUESTS = ("@method", "@authority", "@path", "content-digest", "idempotency-key")
OF_ANSWERS = ("@status", "content-digest", '"content-digest";req', '"idempotency-key";req')
LONGEST_AGE, SKEW = timedelta(minutes=5), timedelta(seconds=30)
"""How old a signature may be, and how far two clocks may differ."""
LABEL = "niangjia"


class NotSigned(Exception):
    """No signature, or one that does not hold. ``code`` is a word for programs; the text Chinese first, English after."""

    def __init__(self, code: str, chinese: str, english: str) -> None:
        super().__init__(f"{chinese} {english}")
        self.code, self.chinese, self.english = code, chinese, english


@dataclass
class Request:
    """A request as it is signed; ``url`` is absolute."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """An answer as it is signed, with the request it answers."""

    request: Request
    status_code: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class KeyPair:
    """A private key with the name under which its public part is known."""

    key_id: str
    private: bytes = field(repr=False)

    @property
    def public(self) -> str:
        """The public part, 32 bytes in base64."""
        return base64.b64encode(_private(self.private).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


PublicKeys = Callable[[str], str | None]
"""The public key with a name, in base64; None where it is unknown, not yet valid, no longer valid or revoked."""


def new_private_key() -> bytes:
    """A new Ed25519 private key, 32 bytes."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


def read_public_key(text: str) -> str:
    """A public key as partners send it (32 bytes in base64, or PEM) in base64. Raises ValueError for anything else."""
    plain = text.strip()
    if plain.startswith("-----BEGIN"):
        from cryptography.hazmat.primitives.serialization import load_pem_public_key

        found = load_pem_public_key(plain.encode())
        if not isinstance(found, Ed25519PublicKey):
            raise ValueError("not an Ed25519 key")
        return base64.b64encode(found.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    raw = base64.b64decode("".join(plain.split()), validate=True)
    Ed25519PublicKey.from_public_bytes(raw)
    return base64.b64encode(raw).decode()


def sign_request(request: Request, keys: KeyPair) -> Request:
    """Sign a request in place; its ``Idempotency-Key`` must be there."""
    _signer(keys).sign(request, key_id=keys.key_id, label=LABEL, covered_component_ids=OF_REQUESTS, body=request.body)
    return request


def sign_answer(answer: Answer, keys: KeyPair) -> Answer:
    """Sign an answer in place, bound to the request it answers."""
    _signer(keys).sign(answer, key_id=keys.key_id, label=LABEL, covered_component_ids=OF_ANSWERS, body=answer.body)
    return answer


def verify_request(request: Request, known: PublicKeys, *, max_age: timedelta | None = LONGEST_AGE) -> str:
    """The name of the key that signed this request as it stands. Raises NotSigned."""
    return _verify(request, known, OF_REQUESTS, max_age)


def verify_answer(answer: Answer, known: PublicKeys, *, max_age: timedelta | None = LONGEST_AGE) -> str:
    """The name of the key that signed this answer to this request. Raises NotSigned."""
    return _verify(answer, known, OF_ANSWERS, max_age)


def sign_bytes(data: bytes, keys: KeyPair) -> str:
    """A detached signature of a file, in base64."""
    return base64.b64encode(_private(keys.private).sign(data)).decode()


def is_signature_of(data: bytes, signature: str, public: str) -> bool:
    """Whether a detached signature of a file holds."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(base64.b64decode(signature), data)
    except (BadSignature, ValueError):
        return False
    return True


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, known: PublicKeys = lambda name: None, own: KeyPair | None = None) -> None:
        self.known, self.own = known, own

    def resolve_public_key(self, key_id: str) -> Any:
        found = self.known(key_id)
        if found is None:
            raise NotSigned(
                "unknown_key", f"没有登记这把密钥，或已停用：{key_id[:60]}。", f"Key {key_id[:60]} is unknown, out of date or revoked."
            )
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(found))

    def resolve_private_key(self, key_id: str) -> Any:
        assert self.own is not None
        return _private(self.own.private)


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = SKEW


def _private(raw: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(raw)


def _signer(keys: KeyPair) -> HTTPMessageSigner:
    return HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(own=keys))


def _verify(message: Any, known: PublicKeys, covered: tuple[str, ...], max_age: timedelta | None) -> str:
    names = {name.lower() for name in message.headers}
    if not {"signature", "signature-input"} <= names:
        raise NotSigned("unsigned", "没有签名（RFC 9421 的 Signature、Signature-Input）。", "The message is not signed.")
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(known))
    try:
        (found,) = verifier.verify(message, max_age=max_age, require_components=covered, body=message.body)
    except InvalidSignature as fault:
        if isinstance(cause := fault.__cause__, NotSigned):
            raise cause from fault
        raise _said(str(fault)) from fault
    except Exception as fault:
        raise _said(str(fault)) from fault
    return str(found.parameters["keyid"])


def _said(fault: str) -> NotSigned:
    """The library's reason, in both languages."""
    if "Content-Digest" in fault or "content digest" in fault:
        return NotSigned("altered", "内容和签名时的摘要对不上，可能被改动过。", "The body does not match the signed digest.")
    if fault.startswith("Signature age") or "in the future" in fault or "in the past" in fault:
        return NotSigned(
            "stale", "签名太旧，或两边时钟不一致（5 分钟以内才收）。", "The signature is older than five minutes, or the clocks differ."
        )
    return NotSigned("bad_signature", "签名不对：内容被改动过，或用了别的密钥。", "The signature does not hold.")


def moment(headers: Mapping[str, str]) -> datetime | None:
    """When a message says it was signed; None where it does not say."""
    said = next((value for name, value in headers.items() if name.lower() == "signature-input"), "")
    _, found, rest = said.partition("created=")
    digits = "".join(character for character in rest.partition(";")[0] if character.isdigit())
    return datetime.fromtimestamp(int(digits), UTC) if found and digits else None
