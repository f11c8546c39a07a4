import stat
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.base import sealing
from niangjia.base.sealing import SealBroken

COLUMN = "people_person.id_number"
TEXTS = st.text(max_size=40)
once = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=["aes", "sm"], autouse=True)
def suite(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path))
    monkeypatch.setenv("NIANGJIA_CRYPTO", request.param)
    sealing.ensure_keys()
    return request.param


@once
@given(TEXTS)
def test_what_is_sealed_opens_in_its_own_column_only(text: str):
    sealed = sealing.seal(text, COLUMN)
    assert sealing.unseal(sealed, COLUMN) == text
    with pytest.raises(SealBroken):
        sealing.unseal(sealed, "people_person.phone")


@once
@given(TEXTS, st.data())
def test_any_changed_bit_is_noticed(text: str, data: st.DataObject):
    sealed = bytearray(sealing.seal(text, COLUMN))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        sealing.unseal(bytes(sealed), COLUMN)


@once
@given(TEXTS, st.integers(0, 29))
def test_a_cut_off_value_is_noticed(text: str, kept: int):
    with pytest.raises(SealBroken):
        sealing.unseal(sealing.seal(text, COLUMN)[:kept], COLUMN)


def test_the_same_text_is_never_sealed_the_same_way():
    assert len(set(sealing.seal_many(["330212199001011234"] * 1000, COLUMN))) == 1000


def test_many_are_sealed_as_one_by_one_and_none_stays_none():
    values = ["甲", None, "", "乙"]
    assert sealing.unseal_many(sealing.seal_many(values, COLUMN), COLUMN) == values
    assert sealing.blind_many(values, "id") == [sealing.blind("甲", "id"), None, sealing.blind("", "id"), sealing.blind("乙", "id")]


@once
@given(TEXTS, TEXTS)
def test_blind_indexes_are_equal_for_equal_texts_and_purposes_only(one: str, other: str):
    assert (sealing.blind(one, "id") == sealing.blind(other, "id")) == (one == other)
    assert sealing.blind(one, "id") != sealing.blind(one, "phone")
    assert len(sealing.blind(one, "id")) == 16


def test_after_a_rotation_old_values_open_and_resealing_moves_them_to_the_new_key():
    old = sealing.seal("甲", COLUMN)
    assert sealing.rotate() == 2
    new = sealing.reseal(old, COLUMN)
    assert (old[1], new[1], sealing.seal("乙", COLUMN)[1]) == (1, 2, 2)
    assert sealing.unseal(old, COLUMN) == sealing.unseal(new, COLUMN) == "甲"
    assert sealing.reseal(new, COLUMN) == new


def test_a_rotation_may_change_the_suite(suite: str, monkeypatch: pytest.MonkeyPatch):
    old, digest = sealing.seal("甲", COLUMN), sealing.digest(b"x")
    monkeypatch.setenv("NIANGJIA_CRYPTO", "sm" if suite == "aes" else "aes")
    sealing.rotate()
    assert sealing.unseal(sealing.reseal(old, COLUMN), COLUMN) == "甲"
    assert sealing.digest(b"x") == digest


def test_a_key_made_by_another_process_is_found():
    sealed = sealing.seal("甲", COLUMN)
    with get_context("spawn").Pool(1) as pool:
        sealed = pool.apply(_rotate_and_seal)
    assert sealed[1] == 2
    assert sealing.unseal(sealed, COLUMN) == "乙"


def _rotate_and_seal() -> bytes:
    sealing.rotate()
    return sealing.seal("乙", COLUMN)


def test_keys_are_for_their_owner_alone_and_never_made_twice(tmp_path: Path):
    keyring = tmp_path / "keys" / "keyring.json"
    before = keyring.read_bytes()
    sealing.ensure_keys()
    assert keyring.read_bytes() == before
    assert stat.S_IMODE(keyring.stat().st_mode) == 0o600
    assert stat.S_IMODE(keyring.parent.stat().st_mode) == 0o700


def test_without_a_keyring_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "other"))
    with pytest.raises(sealing.KeysMissing, match="备份恢复"):
        sealing.seal("甲", COLUMN)


def test_digests_are_those_of_the_standards(suite: str):
    known = {
        "aes": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sm": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    }
    assert sealing.digest(b"abc").hex() == known[suite]


def test_an_unknown_suite_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NIANGJIA_CRYPTO", "rot13")
    with pytest.raises(ValueError, match="NIANGJIA_CRYPTO"):
        sealing.rotate()
