"""Personal values sealed (authenticated encryption) and blind-indexed (keyed hash, for exact search only).

A sealed value: version byte, key id byte, 12-byte nonce, ciphertext, 16-byte tag; bound to ``column`` ("people_person.id_number"),
so that it opens nowhere else. A blind index: key id byte and 15 bytes of HMAC over purpose and value.
Keys lie in ``NIANGJIA_HOME/keys/keyring.json``. Their suite is chosen by NIANGJIA_CRYPTO when a key is made:
``aes`` (AES-256-GCM, HMAC-SHA-256, SHA-256) or ``sm`` (SM4-GCM, HMAC-SM3, SM3: GB/T 32907, GB/T 32905).
"""

import base64
import hashlib
import hmac
import json
import os
import pwd
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC

from niangjia.base.database import home
from niangjia.base.host import write_for, write_once

Suite = Literal["aes", "sm"]
Use = Literal["sealing", "blind"]

VERSION = 1
NONCE, TAG, HEAD = 12, 16, 14
BLIND_LENGTH = 16
MOST_KEYS = 255
LOOK_SECONDS = 1.0
_looked_at, _seen = 0.0, 0


class SealBroken(Exception):
    """A sealed value that does not open here: altered, moved from another column, or its key is missing."""


class KeysMissing(Exception):
    """There is no keyring; the message says what to do, in Chinese."""


def seal(text: str, column: str) -> bytes:
    return seal_bytes(text.encode(), column)


def unseal(sealed: bytes, column: str) -> str:
    return unseal_bytes(sealed, column).decode()


def seal_bytes(data: bytes, column: str) -> bytes:
    return keyring().sealer().seal(data, column.encode(), os.urandom(NONCE))


def unseal_bytes(sealed: bytes, column: str) -> bytes:
    sealed = bytes(sealed)
    if len(sealed) < HEAD + TAG or sealed[0] != VERSION:
        raise SealBroken("这不是封存的数据，或已被截断。")
    return _sealer_of(sealed).unseal(sealed, column.encode())


def seal_many(values: Iterable[str | None], column: str) -> list[bytes | None]:
    """As ``seal``, about a million values a second (AES); None stays None."""
    texts = list(values)
    one, bound, noise = keyring().sealer().seal, column.encode(), os.urandom(NONCE * len(texts))
    return [
        None if text is None else one(text.encode(), bound, noise[place : place + NONCE])
        for text, place in zip(texts, range(0, len(noise), NONCE), strict=True)
    ]


def unseal_many(values: Iterable[bytes | None], column: str) -> list[str | None]:
    return [None if sealed is None else unseal(sealed, column) for sealed in values]


def reseal(sealed: bytes, column: str) -> bytes:
    """The same value under the current key; unchanged if it is already."""
    current = keyring().sealer().number
    return bytes(sealed) if sealed[1] == current else seal_bytes(unseal_bytes(sealed, column), column)


def blind(text: str, purpose: str) -> bytes:
    """16 bytes, the same for the same text and purpose. Normalise first: 18 upper-case digits, an 11-digit phone."""
    return keyring().blinder(purpose)(text.encode())


def blind_many(values: Iterable[str | None], purpose: str) -> list[bytes | None]:
    one = keyring().blinder(purpose)
    return [None if text is None else one(text.encode()) for text in values]


def digest(data: bytes) -> bytes:
    """32 bytes: SHA-256, or SM3 where the keyring was made with it; the choice never changes, so old digests stay checkable."""
    if keyring().digest_suite == "aes":
        return hashlib.sha256(data).digest()
    hasher = hashes.Hash(hashes.SM3())
    hasher.update(data)
    return hasher.finalize()


def ensure_keys() -> None:
    """Make the keyring if there is none. Safe to call from several processes at once."""
    path = _path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_once(path, json.dumps({"digest": _chosen_suite(), "sealing": [_new_key()], "blind": [_new_key()]}))


def rotate(use: Use = "sealing") -> int:
    """Add a key and make it the current one; returns its id. Old values open as before until ``reseal`` has been over them.

    A new blind key makes old indexes unfindable until they are computed again.
    """
    content = _read(_path())
    if len(content[use]) >= MOST_KEYS:
        raise ValueError(f"{use}: no key id left")
    content[use].append(_new_key())
    write_for(_path(), json.dumps(content), pwd.getpwuid(os.geteuid()))
    _loaded.cache_clear()
    return len(content[use])


class Keyring:
    """Keys by use; a key's id is its place in the list, from 1, and the last one is current."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.digest_suite: Suite = content["digest"]
        self.sealers = [_sealer(number, entry) for number, entry in enumerate(content["sealing"], start=1)]
        self._blind = [(entry["suite"], base64.b64decode(entry["key"])) for entry in content["blind"]]
        self._blinders: dict[str, Blinder] = {}

    def sealer(self) -> "Sealer":
        return self.sealers[-1]

    def blinder(self, purpose: str) -> "Blinder":
        if purpose not in self._blinders:
            suite, key = self._blind[-1]
            made = SmBlinder if suite == "sm" else Blinder
            self._blinders[purpose] = made(len(self._blind), key, purpose)
        return self._blinders[purpose]


class Sealer:
    """AES-256-GCM under one key."""

    def __init__(self, number: int, key: bytes) -> None:
        self.number = number
        self.head = bytes((VERSION, number))
        self._cipher = AESGCM(hmac.digest(key, b"seal aes-256-gcm", "sha256"))

    def seal(self, data: bytes, column: bytes, nonce: bytes) -> bytes:
        return self.head + nonce + self._cipher.encrypt(nonce, data, self.head + column)

    def unseal(self, sealed: bytes, column: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[2:HEAD], sealed[HEAD:], self.head + column)
        except InvalidTag as error:
            raise SealBroken("封存的数据与所在的列不符，或已被改动。") from error


class SmSealer(Sealer):
    """SM4-GCM under one key."""

    def __init__(self, number: int, key: bytes) -> None:
        self.number = number
        self.head = bytes((VERSION, number))
        self._algorithm = algorithms.SM4(_hmac_sm3(key, b"seal sm4-gcm").finalize()[:16])

    def seal(self, data: bytes, column: bytes, nonce: bytes) -> bytes:
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(self.head + column)
        return self.head + nonce + encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def unseal(self, sealed: bytes, column: bytes) -> bytes:
        decryptor = Cipher(self._algorithm, modes.GCM(sealed[2:HEAD], sealed[-TAG:])).decryptor()
        decryptor.authenticate_additional_data(self.head + column)
        try:
            return decryptor.update(sealed[HEAD:-TAG]) + decryptor.finalize()
        except InvalidTag as error:
            raise SealBroken("封存的数据与所在的列不符，或已被改动。") from error


class Blinder:
    """HMAC-SHA-256 for one purpose."""

    def __init__(self, number: int, key: bytes, purpose: str) -> None:
        self._head = bytes((number,))
        self._key = hmac.digest(key, b"blind " + purpose.encode(), "sha256")

    def __call__(self, value: bytes) -> bytes:
        return (self._head + hmac.digest(self._key, value, "sha256"))[:BLIND_LENGTH]


class SmBlinder(Blinder):
    """HMAC-SM3 for one purpose."""

    def __init__(self, number: int, key: bytes, purpose: str) -> None:
        self._head = bytes((number,))
        self._started = _hmac_sm3(_hmac_sm3(key, b"blind " + purpose.encode()).finalize())

    def __call__(self, value: bytes) -> bytes:
        mac = self._started.copy()
        mac.update(value)
        return (self._head + mac.finalize())[:BLIND_LENGTH]


def keyring() -> Keyring:
    """The keys; every second it is looked whether another process added one, so that nobody goes on sealing under an old key."""
    global _looked_at, _seen  # noqa: PLW0603 (one file, one memory of it)
    if time.monotonic() - _looked_at > LOOK_SECONDS:
        _looked_at = time.monotonic()
        with suppress(OSError):
            changed = _path().stat().st_mtime_ns
            if changed != _seen:
                _seen = changed
                _loaded.cache_clear()
    return _loaded(os.environ.get("NIANGJIA_HOME", ""))


@cache
def _loaded(_home: str) -> Keyring:
    """Read once for each home: a path is too slow to resolve for every value."""
    return Keyring(_read(_path()))


def _sealer_of(sealed: bytes) -> Sealer:
    """Of the key a value names; a key made by another process meanwhile is read once more from the file."""
    if sealed[1] > len(keyring().sealers):
        _loaded.cache_clear()
    if not 1 <= sealed[1] <= len(keyring().sealers):
        raise SealBroken(f"封存这份数据的密钥（第 {sealed[1]} 把）不在密钥库里：请从备份恢复 keys 目录。")
    return keyring().sealers[sealed[1] - 1]


def _sealer(number: int, entry: dict[str, str]) -> Sealer:
    made = SmSealer if entry["suite"] == "sm" else Sealer
    return made(number, base64.b64decode(entry["key"]))


def _hmac_sm3(key: bytes, data: bytes = b"") -> HMAC:
    mac = HMAC(key, hashes.SM3())
    mac.update(data)
    return mac


def _path() -> Path:
    return home() / "keys" / "keyring.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text())
    except FileNotFoundError as error:
        raise KeysMissing(f"没有密钥库 {path}：新装的系统请先启动一次（niangjia serve），旧系统请从备份恢复 keys 目录。") from error


def _new_key() -> dict[str, str]:
    return {"suite": _chosen_suite(), "key": base64.b64encode(secrets.token_bytes(32)).decode()}


def _chosen_suite() -> Suite:
    chosen = os.environ.get("NIANGJIA_CRYPTO", "aes")
    if chosen not in ("aes", "sm"):
        raise ValueError(f"NIANGJIA_CRYPTO 只能是 aes 或 sm，现在是 {chosen!r}。")
    return "sm" if chosen == "sm" else "aes"
