"""The pages of figures, entered values, the report and the board; the commands."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.base.scope import elevated, scoped
from niangjia.config.cli import main
from niangjia.core.access.actor import under
from niangjia.core.figures import actions
from niangjia.core.figures.models import EnteredValue
from niangjia.core.figures.survey import Window
from niangjia.core.figures.tests import factories as make

pytestmark = pytest.mark.django_db

DAY = date(2023, 12, 18)


@pytest.fixture
def district():
    """Two towns: three unions with two members each in the first, one union with one in the second."""
    above = make.district()
    here, there = make.town(above, "桃源街道"), make.town(above, "竹溪镇")
    for _ in range(3):
        home = make.union(here, date(2019, 5, 6), route="SJ1")
        make.member(home, date(2020, 3, 1))
        make.member(home, date(2020, 3, 1), form="N03")
    make.member(make.union(there, date(2021, 1, 1), route="SJ4"), date(2021, 3, 1))
    return above


@pytest.fixture
def leader(district):
    return make.client(district, "district_leader")


def town_client(district, name="桃源街道", role="town_officer"):
    with elevated("test: the town"):
        return make.client(district.children.get(name=name), role)


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


def test_the_list_shows_every_figure_with_its_number(leader):
    text = page(leader, "/desk/figures/")
    assert "实名制工会" in text
    assert "组建与会员发展" in text
    assert "没有这样的指标" in page(leader, "/desk/figures/?q=不存在的词")


def test_a_figure_shows_number_definition_towns_months_and_rows(leader):
    text = page(leader, "/desk/figures/organising.unions/")
    for said in ("怎么算的", "分工会", "桃源街道", "竹溪镇", "按月", "企业单建", "名单", "转发这个数", "共 4 条"):
        assert said in text, said


def test_a_split_narrows_the_list(leader):
    text = page(leader, "/desk/figures/organising.unions/?route=SJ4")
    assert "建会方式（四建）：区域共建" in text
    assert text.count('data-label="建会方式"') == 1


def test_a_town_is_opened_from_the_district_and_asked_for_another_day(leader, district):
    with elevated("test: the town"):
        code = district.children.get(name="桃源街道").code
    assert "桃源街道，截至 2020年1月1日" in page(leader, f"/desk/figures/organising.unions/?org={code}&on=2020-01-01")


def test_the_list_leaves_as_csv_within_rights(leader, district):
    answer = leader.get("/desk/figures/organising.unions/?format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("编码,工会,上级")
    assert len(lines) == 5


def test_names_are_masked_in_the_list_of_members(leader):
    text = page(leader, "/desk/figures/organising.members/")
    assert "个人信息已遮住" in text
    assert "甲*" in text


def test_a_town_officer_sees_the_own_town_and_no_other(district):
    officer = town_client(district)
    text = page(officer, "/desk/figures/organising.members/")
    assert "桃源街道" in text
    assert "竹溪镇" not in text
    with elevated("test: the other town"):
        other = district.children.get(name="竹溪镇").code
    page(officer, f"/desk/figures/organising.members/?org={other}", 404)


def test_a_stranger_signs_in_first_and_a_system_administrator_has_no_business_here(client, district):
    assert client.get("/desk/figures/").status_code == 302
    page(make.client(district, "sysadmin"), "/desk/figures/", 403)
    page(make.client(district, "sysadmin"), "/board/", 403)


def test_an_unknown_figure_is_not_found(leader):
    page(leader, "/desk/figures/organising.nothing/", 404)
    page(leader, "/desk/figures/frozen/DJ-330212-2023-00009/", 404)


def test_a_value_is_entered_by_one_and_signed_by_another(district):
    one, other = make.client(district, "dept_officer"), make.client(district, "dept_officer")
    facts = {
        "figure": "organising.members",
        "org": district.code,
        "value": "４２８，０００",
        "period_to": "2017年12月31日",
        "document_title": "年报",
    }
    assert "录入一条" in page(one, "/desk/figures/entered/new/")
    answer = one.post("/desk/figures/entered/new/", facts)
    assert answer.status_code == 302, answer.content.decode()
    assert "要另一位" in page(one, answer.url)
    assert "签核</button>" in page(other, answer.url)
    other.post(f"{answer.url}sign/")
    assert "已签核" in page(other, "/desk/figures/entered/")
    again = one.post("/desk/figures/entered/new/", facts).content.decode()
    assert "已经录入过" in again
    one.post(f"{answer.url}void/", {"reason": "看错"})
    assert "看错" in page(one, answer.url)


def test_who_may_not_enter_finds_no_form(leader):
    page(leader, "/desk/figures/entered/new/", 403)


def test_a_sheet_with_one_wrong_row_enters_nothing(district):
    officer = make.client(district, "dept_officer")
    sheet = "指标,镇街,数值,年份,依据文件\n实名制会员,桃源街道,5,2017,年报\n实名制会员,火星街道,5,2017,年报\n"
    text = officer.post("/desk/figures/entered/sheet/", {"file": SimpleUploadedFile("历史.csv", sheet.encode())}).content.decode()
    assert "火星街道" in text
    with elevated("test: nothing was entered"):
        assert not EnteredValue.objects.exists()
    officer.post(
        "/desk/figures/entered/sheet/",
        {"file": SimpleUploadedFile("历史.csv", sheet.replace("火星", "桃源").replace(",5,2017,年报\n", ",6,2016,年报\n", 1).encode())},
    )
    with elevated("test: both were entered"):
        assert EnteredValue.objects.count() == 2


def test_a_file_that_is_no_workbook_is_refused_with_the_reason(district):
    officer = make.client(district, "dept_officer")
    text = officer.post("/desk/figures/entered/sheet/", {"file": SimpleUploadedFile("历史.xlsx", b"\x89PNG\r\n\x1a\n")}).content.decode()
    assert "一行也没有录入" not in text
    assert "另存为" in text or "不是" in text


def test_a_frozen_value_has_its_page(district):
    grant = make.post(district, "dept_officer")
    with elevated("test: the actor"):
        officer = under(grant)
    with scoped(officer.scope):
        frozen = actions.freeze(figure="organising.members", org=district, window=Window(DAY, DAY, DAY), purpose="市总年报", by=officer)
    with elevated("test: one more came"):
        home = district.children.get(name="竹溪镇").children.get()
    make.member(home, date(2023, 12, 1))
    text = page(make.client(district, "district_leader"), f"/desk/figures/frozen/{frozen.code}/")
    assert "报送 7，现在 8" in text
    assert "后来多出来的" in text
    assert "是 <b>8</b>" in page(make.client(district, "district_leader"), "/desk/figures/organising.members/")


def test_freezing_from_the_page(district):
    officer = make.client(district, "dept_officer")
    assert "报送" in page(officer, "/desk/figures/organising.unions/freeze/")
    answer = officer.post("/desk/figures/organising.unions/freeze/", {"purpose": "市总年报"})
    assert answer.status_code == 302
    assert "一致" in page(officer, answer.url)


def test_the_report_tells_the_articles_sentence_from_records(leader):
    text = page(leader, "/report/five-year")
    assert "实名制数据库涵盖工会" in text
    assert "，入会数全市" not in text, "no notice of the rank was entered"
    told = json.loads(leader.get("/report/five-year?format=json").content)
    assert {one["code"]: one["value"] for one in told["figures"]}["organising.unions"] == 4
    assert "涵盖工会4家、会员7人" in "".join(told["paragraphs"])


def test_the_board_leads_from_every_number_to_its_figure(leader):
    text = page(leader, "/board/")
    for code in ("members", "unions", "new_form_unions", "new_form_members", "overdue_terms", "net_growth"):
        assert f"/desk/figures/organising.{code}/" in text, code
    assert 'class=" wall"' in page(leader, "/board/?wall=1")


def test_the_board_of_a_town_is_about_the_town(district):
    text = page(town_client(district), "/board/")
    assert "桃源街道" in text
    assert "竹溪镇" not in text
    assert "纺织厂" not in text


def test_the_auditor_reads_the_board_and_enters_nothing(district):
    auditor = make.client(district, "auditor")
    assert "概况" in page(auditor, "/board/")
    page(auditor, "/desk/figures/entered/new/", 403)


def test_the_command_prints_one_json_document(district, capsys):
    assert main(["figures", "--line", "organising", "--by", "town", "--json"]) == 0
    told = {one["code"]: one for one in json.loads(capsys.readouterr().out)["figures"]}
    unions = told["organising.unions"]
    assert {"code", "title", "unit", "value", "definition", "kind", "entered"} <= unions.keys()
    assert (unions["value"], unions["unit"], unions["kind"], unions["entered"]) == (4, "家", "rows", False)
    assert [row["value"] for row in unions["by_town"]] == [3, 1]
    assert told["organising.city_rank_new_form"]["kind"] == "rank"
    assert told["organising.routes"]["value"] == 4


def test_the_command_answers_for_a_day_a_period_and_a_node(district, capsys):
    with elevated("test: the town"):
        code = district.children.get(name="竹溪镇").code
    assert (
        main(["figures", "--on", "2020-12-31", "--from", "2020-01-01", "--to", "2020-12-31", "--org", code, "--by", "month", "--json"]) == 0
    )
    told = {one["code"]: one for one in json.loads(capsys.readouterr().out)["figures"]}
    assert told["organising.unions"]["value"] == 0
    assert len(told["organising.joined"]["by_month"]) == 12
    assert main(["figures", "--org", "99"]) == 1
    assert main(["figures", "--line", "nothing"]) == 1
    assert main(["figures", "--from", "2021-01-01", "--to", "2020-01-01"]) == 1
    assert "拒绝" in capsys.readouterr().err


def test_the_report_is_written_as_html_and_json_and_says_what_is_for_later(district, capsys, tmp_path):
    period = ["report", "five-year", "--from", "2018-12-19", "--to", "2023-12-18", "--out"]
    assert main([*period, str(tmp_path / "five.html")]) == 0
    text = (tmp_path / "five.html").read_text()
    assert 'href="#organising.members"' in text
    assert "@page" in text
    assert main([*period, str(tmp_path / "five.json")]) == 0
    figures = json.loads((tmp_path / "five.json").read_text())["figures"]
    assert all({"code", "value", "definition", "as_of"} <= one.keys() for one in figures)
    assert main([*period, str(tmp_path / "five.pdf")]) == 1
    assert "还不能" in capsys.readouterr().err
