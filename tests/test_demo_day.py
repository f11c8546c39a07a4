"""A demo home lives on its own day, for every command and for the web server; a day named in the environment prevails."""

import json
from datetime import date
from pathlib import Path

import pytest

from niangjia.base.calendar import now, today
from niangjia.config import cli, demoday
from niangjia.config.commands import demo


@pytest.fixture
def demo_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path))
    for name in ("NIANGJIA_TODAY", "NIANGJIA_DEMO"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return tmp_path


def test_a_home_without_a_demo_lives_on_the_real_day(demo_home: Path) -> None:
    demoday.take_up()
    assert today() == now().date()
    assert demoday.told() == ""


def test_what_the_demo_wrote_down_is_the_day_of_every_later_command(demo_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo._note({"scale": 0.01, "seed": 7, "built": True})
    assert json.loads((demo_home / "demo.json").read_text())["day"] == "2023-12-18"
    assert cli.main(["ids", "check", "11010519491231002X"]) == 0
    assert today() == date(2023, 12, 18)
    assert "演示日 2023-12-18" in demoday.told()
    assert "有效" in capsys.readouterr().out


def test_a_day_named_in_the_environment_prevails(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demo._note({"scale": 0.01, "seed": 7, "built": True})
    monkeypatch.setenv("NIANGJIA_TODAY", "2024-03-01")
    demoday.take_up()
    assert today() == date(2024, 3, 1)
    assert "NIANGJIA_TODAY=2024-03-01" in demoday.told()


def test_a_demo_stands_when_scale_and_seed_are_the_same_and_it_was_finished(demo_home: Path) -> None:
    wanted = {"scale": 0.01, "seed": 7}
    assert not demo._stands(wanted)
    demo._note(wanted | {"built": False})
    assert not demo._stands(wanted)
    demo._note(wanted | {"built": True})
    assert demo._stands(wanted)
    assert not demo._stands({"scale": 1.0, "seed": 7})
