"""`niangjia settle`, `import settlements` and `import enrolments`: the same document whichever word is used, written only with --apply."""

import hashlib
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from niangjia.base import signing
from niangjia.config.cli import main
from niangjia.core.access.actor import SYSTEM
from niangjia.core.exchange.actions.parcels import signed_part
from niangjia.core.exchange.tests.factories import Bureau, bureau
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.people.models import Person
from niangjia.core.people.tests.factories import id_number
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.models import Enrolment, Intake, Settlement
from niangjia.work.mutual_aid.tests.factories import file_of, make_plan, stay
from niangjia.work.mutual_aid.tests.ground import Ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeing_all")]
EVERY_IMPORT = {"rows", "new", "same", "changed", "duplicates", "refused", "refusals", "batch"}


@pytest.fixture
def insurance(ground: Ground) -> Bureau:
    return bureau(ground, PartnerKind.HEALTH_INSURANCE, "望湖区医疗保障局")


@pytest.fixture
def file(person: Person, tmp_path: Path) -> Path:
    path = tmp_path / "结算.csv"
    path.write_bytes(file_of(stay(person.id_number), stay(person.id_number, "S2", hifp_pay="一千")))
    return path


def told(capsys: pytest.CaptureFixture[str], *words: Any, status: int = 0) -> dict[str, Any]:
    assert main([*map(str, words), "--json"]) == status
    return dict(json.loads(capsys.readouterr().out))


def refusal(capsys: pytest.CaptureFixture[str], *words: Any) -> str:
    assert main([*map(str, words)]) == 1
    said = capsys.readouterr()
    assert not said.out
    return said.err


def control(file: Path, keys: signing.KeyPair | None = None, **said: Any) -> Path:
    """A control file beside the file, signed where there is a key."""
    whole = {"rows": 2, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()} | said
    if keys:
        whole |= {"key_id": keys.key_id}
        whole |= {"signature": signing.sign_bytes(signed_part(whole), keys)}
    path = file.with_suffix(".json")
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


@pytest.mark.parametrize("words", [["settle"], ["import", "settlements"]])
def test_both_words_print_the_same_document_and_write_with_apply_only(words: list[str], file: Path, capsys: Any) -> None:
    tried = told(capsys, *words, file)
    assert set(tried) >= EVERY_IMPORT and (tried["rows"], tried["new"], tried["refused"], tried["batch"]) == (2, 1, 1, None)
    assert tried["refusals"][0]["row"] == 3 and "不是金额" in tried["refusals"][0]["message"] and not Intake.objects.exists()
    kept = told(capsys, *words, file, "--apply")
    assert (kept["applied"], kept["states"], kept["total_benefit"]) == (True, {"auto_approved": 1}, 1000)
    assert Intake.objects.get().code == kept["batch"]
    again = told(capsys, *words, file, "--apply")
    assert (again["known"], again["new"], again["same"], again["batch"]) == (True, 0, 1, kept["batch"])


def test_a_changed_settlement_counts_as_changed_and_the_rest_as_the_same(person: Person, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "结算.csv"
    path.write_bytes(file_of(stay(person.id_number), stay(person.id_number, "S2")))
    told(capsys, "import", "settlements", path, "--apply")
    path.write_bytes(file_of(stay(person.id_number), stay(person.id_number, "S2", burden="500"), stay(person.id_number, "S3")))
    kept = told(capsys, "import", "settlements", path, "--apply")
    assert tuple(kept[name] for name in ("rows", "new", "same", "changed", "duplicates", "refused")) == (3, 1, 1, 1, 0, 0)


def test_a_signed_control_file_says_whose_file_it_is(file: Path, insurance: Bureau, capsys: Any) -> None:
    told(capsys, "settle", file, "--control", control(file, insurance.keys), "--apply")
    kept = Intake.objects.get()
    assert (kept.signed_by, kept.body, kept.said) == (insurance.keys.key_id, insurance.partner.body, {"count": "2"})


def test_a_control_file_that_comes_after_the_file_is_noted(file: Path, insurance: Bureau, capsys: Any) -> None:
    told(capsys, "settle", file, "--apply")
    assert Intake.objects.get().said is None
    told(capsys, "settle", file, "--control", control(file, insurance.keys))
    assert Intake.objects.get().said is None, "nothing is written without --apply"
    assert told(capsys, "settle", file, "--control", control(file, insurance.keys), "--apply")["known"]
    assert (Intake.objects.get().said, Intake.objects.get().signed_by) == ({"count": "2"}, insurance.keys.key_id)


def test_totals_alone_still_do_and_wrong_ones_are_named(file: Path, capsys: Any) -> None:
    assert told(capsys, "settle", file, "--control", control(file))["rows"] == 2
    assert "笔数：控制总额 3，文件里 2" in refusal(capsys, "settle", file, "--control", control(file, rows=3), "--apply")
    assert "SHA-256 不符" in refusal(capsys, "settle", file, "--control", control(file, sha256="0" * 64))
    assert "至少要有笔数" in refusal(capsys, "settle", file, "--control", control(file, rows=None))
    (file.parent / "no.json").write_text("[]")
    assert "JSON" in refusal(capsys, "settle", file, "--control", file.parent / "no.json")
    assert "读不到文件" in refusal(capsys, "settle", file, "--control", file.parent / "nowhere.json")
    assert not Intake.objects.exists()


def test_a_signature_that_does_not_hold_or_of_another_bureau_is_refused(file: Path, insurance: Bureau, ground: Ground, capsys: Any) -> None:
    other = bureau(ground, PartnerKind.HEALTH_INSURANCE, "竹溪区医疗保障局")
    path = control(file, insurance.keys)
    words = ["settle", file, "--control", path, "--body", other.partner.body.name]
    assert f"不是{other.partner.body.name}" in refusal(capsys, *words)
    path.write_text(path.read_text().replace('"rows": 2', '"rows": 1'))
    assert "签名不对" in refusal(capsys, "settle", file, "--control", path)


def test_a_bureau_is_named_for_its_own_headings(person: Person, insurance: Bureau, tmp_path: Path, capsys: Any) -> None:
    body, path = insurance.partner.body, tmp_path / "结算.csv"
    own = {"单据流水": "setl_id", "就医地机构": "fixmedins_code", "参保人证件": "certno", "清算时间": "setl_time"}
    path.write_text(",".join(own) + f"\nS1,H1,{person.id_number},2023-09-01", encoding="gb18030")
    assert "列名对照" in refusal(capsys, "settle", path)
    actions.choose_headings(body, headings=own, in_fen=True, by=SYSTEM)
    assert told(capsys, "import", "settlements", path, "--body", body.name, "--apply")["new"] == 1
    assert Intake.objects.get().body == body
    assert "这家医保局" in refusal(capsys, "settle", path, "--body", "没有的医保局")


def test_a_one_stop_list_names_its_plan(ground: Ground, tmp_path: Path, capsys: Any) -> None:
    plan = make_plan(ground.plan.declared, year="2022", mode="one_stop", pool=ground.fund)
    path = tmp_path / "一站式.csv"
    path.write_bytes(file_of(stay(ground.person.id_number or id_number(), mutual_aid_pay="800.00")))
    told(capsys, "settle", path, "--plan", plan.slug, "--apply")
    assert Intake.objects.get().plan == plan
    assert "这个计划" in refusal(capsys, "settle", path, "--plan", "P9-2023")
    path.write_bytes(file_of(stay(id_number(), "S9")))
    assert "互助支付" in refusal(capsys, "settle", path, "--plan", plan.slug)


def test_refused_rows_are_written_as_a_table(file: Path, capsys: Any) -> None:
    out = file.with_name("退回.xlsx")
    assert main(["import", "settlements", str(file), "--report", str(out)]) == 0
    said = capsys.readouterr()
    assert "退回第 3 行" in said.out and "加 --apply" in said.err
    heads, row = [[str(cell.value) for cell in line] for line in openpyxl.load_workbook(out).active.iter_rows()]
    assert heads[:3] == ["行号", "退回原因", "setl_id"] and (row[0], row[2]) == ("3", "S2") and "一千" in row


def test_an_account_without_the_right_settles_nothing(ground: Ground, file: Path, capsys: Any) -> None:
    chair = ground.officer(ground.union, role="grassroots_chair")
    assert refusal(capsys, "settle", file, "--apply", "--as", chair.username)
    assert "没有岗位" in refusal(capsys, "settle", file, "--as", "nobody")
    officer = ground.officer(ground.district, role="service_centre")
    told(capsys, "settle", file, "--apply", "--as", officer.username)
    assert Intake.objects.get().by == f"user:{officer.pk}" and Settlement.objects.count() == 1


def test_a_roster_is_previewed_and_applied_by_command(ground: Ground, tmp_path: Path, capsys: Any) -> None:
    person, path = ground.new_person(id_number=id_number()), tmp_path / "名单.csv"
    rows = [f"{ground.union.name},{person.name},{number},P1-2023" for number in (person.id_number, id_number())]
    path.write_text("\n".join(["单位,姓名,身份证号,计划", *rows]), encoding="utf-8")
    tried = told(capsys, "import", "enrolments", path)
    assert (tried["rows"], tried["new"], tried["refused"]) == (2, 1, 1) and not Enrolment.objects.filter(person=person).exists()
    assert tried["refusals"][0]["message"] == "会员登记里没有这个证件号，请先办入会"
    kept = told(capsys, "import", "enrolments", path, "--apply", "--report", tmp_path / "退回.xlsx")
    assert Enrolment.objects.get(person=person).batch == kept["batch"] and (tmp_path / "退回.xlsx").stat().st_size > 1000


def test_the_list_of_sheets_names_both(capsys: Any) -> None:
    assert {"settlements", "enrolments"} <= {one["sheet"] for one in told(capsys, "import", "--list")["sheets"]}
