"""docs/law.md is what the code says, and the commands answer as others rely on, without a database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from niangjia.config.cli import main
from niangjia.core.law.document import as_markdown
from niangjia.core.law.terms import TERMS
from tests.house import ROOT

LIMITATION = {"claim": "severance", "known_on": "2023-01-03", "relation_end": None, "events": []}
ENDING = {
    "reason": "art40_pay_in_lieu", "entry_date": "2020-01-01", "last_day_worked": "2022-12-31", "merged_prior_years": 0,
    "wages_last_12_months": [6000] * 12, "last_month_wage": 6200, "city_average_month": 8000, "minimum_wage": 2280,
    "contract_signed": "at_entry", "double_wage_month_wages": [],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_register(monkeypatch, tmp_path):
    """A home in which nothing stands, and nothing shall."""
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    yield
    assert not (tmp_path / "none").exists()


def said(capsys, *arguments):
    assert main(list(arguments)) == 0
    return json.loads(capsys.readouterr().out)


def test_the_document_is_current():
    written = (ROOT / "docs" / "law.md").read_text()
    assert written == as_markdown(), "write it anew: niangjia law terms --markdown > docs/law.md"
    assert all(f"`{code}`" in written for code in TERMS)


def test_terms_are_listed(capsys):
    terms = said(capsys, "law", "terms", "--json")["terms"]
    assert {one["term"] for one in terms} == set(TERMS)
    unverified = said(capsys, "law", "terms", "--unverified", "--json")["terms"]
    assert 0 < len(unverified) < len(terms)
    assert {one["status"] for one in unverified} == {"unverified"}


def test_a_deadline_is_one_document(capsys):
    found = said(capsys, "law", "due", "arbitration.accept", "--from", "2023-12-27", "--json")
    assert {"term", "from", "days", "unit", "due_on", "article", "title", "status"} <= set(found)
    assert (found["due_on"], found["days"], found["unit"], found["status"]) == ("2024-01-04", 5, "working_days", "verified")
    assert "第二十九条" in found["article"]


def test_limitation_and_severance_are_documents(capsys, tmp_path):
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(LIMITATION))
    found = said(capsys, "law", "limitation", str(file), "--json")
    assert (found["last_day"], found["alert"]) == ("2024-01-03", "month")
    file.write_text(json.dumps(ENDING))
    found = said(capsys, "calc", "severance", str(file), "--json")
    wanted = {"months": 3, "base": 6000, "severance": 18000, "pay_in_lieu": 6200, "unlawful": 0, "double_wage": 0, "total": 24200}
    assert {name: found[name] for name in wanted} == wanted
    assert found["steps"] and found["articles"]


def test_refusals_are_one_and_wrong_usage_is_two(capsys, tmp_path):
    file = tmp_path / "facts.json"
    file.write_text("{")
    for arguments in (
        ["law", "due", "nothing", "--from", "2023-12-18"],
        ["law", "due", "arbitration.accept", "--from", "2001-01-01"],
        ["law", "limitation", str(file)],
        ["law", "limitation", str(tmp_path / "missing.json")],
        ["calc", "severance", str(file), "--json"],
    ):
        assert main(arguments) == 1
        captured = capsys.readouterr()
        assert captured.out == "" and "refused" in captured.err
    for arguments in (["law", "due", "arbitration.accept"], ["law", "due", "arbitration.accept", "--from", "soon"], ["calc", "nothing"]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2


@pytest.mark.parametrize("name", ["overtime", "annual-leave", "notice-pay"])
def test_the_other_calculators_answer_too(capsys, tmp_path, name):
    facts = {
        "overtime": {"monthly_wage": 8700, "working_days": 10, "on": "2023-11-30"},
        "annual-leave": {"year": 2023, "cumulative_years": 12, "monthly_wage": 8700},
        "notice-pay": {"last_month_wage": 6200, "last_day_worked": "2023-11-30"},
    }
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(facts[name]))
    found = said(capsys, "calc", name, str(file), "--json")
    assert {"overtime": ("total", 750), "annual-leave": ("extra", 8000), "notice-pay": ("pay_in_lieu", 6200)}[name] in found.items()
    assert main(["calc", name, str(file)]) == 0


def test_the_command_answers_on_a_machine_without_a_register(tmp_path):
    environment = os.environ | {"NIANGJIA_HOME": str(tmp_path / "empty"), "PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-m", "niangjia.config.cli", "law", "due", "sue.after_award", "--from", "2023-12-18", "--json"]
    answer = subprocess.run(program, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout)["due_on"] == "2024-01-02"
    assert not Path(tmp_path / "empty").exists(), "nothing was started or written"
