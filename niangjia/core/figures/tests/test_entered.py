"""Entered history beside counted rows, and values frozen for a report."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from niangjia.base.scope import elevated, scoped
from niangjia.config.cli import main
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.figures import actions, history, queries
from niangjia.core.figures.figure import get
from niangjia.core.figures.ids import packed, unpacked
from niangjia.core.figures.models import EnteredValue, FrozenFigure
from niangjia.core.figures.survey import Window
from niangjia.core.figures.tests import factories as make
from niangjia.core.people.models import Membership
from niangjia.core.trail.models import Event

pytestmark = pytest.mark.django_db

OVER = date(2019, 1, 1)
PAPER = {"document_title": "工会统计年报", "document_number": "鄞工发〔2018〕3号"}


@pytest.fixture
def district():
    """A district whose one union took three members in 2020."""
    above = make.district()
    home = make.union(make.town(above))
    for month in (1, 2, 3):
        make.member(home, date(2020, month, 1))
    return above


@pytest.fixture
def officer(district):
    return make.actor(district, "dept_officer")


@pytest.fixture
def colleague(district):
    return make.actor(district, "dept_officer")


def enter(org, by, value=428_000, code="organising.members", period_to=date(2018, 12, 31), **facts):
    with scoped(by.scope):
        return actions.enter(figure=code, org=org, value=value, period_to=period_to, by=by, **{**PAPER, **facts})


def read(code, on, start=date(2018, 12, 19), end=None):
    return queries.read(get(code), queries.survey(SYSTEM, None, Window(on, start, end or on)))


def test_a_value_counts_only_after_a_second_person_has_signed(district, officer, colleague):
    actions.set_change_over(figure="organising.members", counted_from=OVER, reason="系统启用", by=officer)
    entered = enter(district, officer)
    assert read("organising.members", date(2018, 12, 31)).value is None
    with pytest.raises(Refused, match="不能自己签核"):
        actions.sign(entered, by=officer)
    actions.sign(entered, by=colleague)
    told = read("organising.members", date(2018, 12, 31))
    assert (told.value, told.is_entered) == (428_000, True)
    assert told.entered[0].document_number == "鄞工发〔2018〕3号"


def test_from_the_change_over_day_rows_count(district, officer, colleague):
    actions.sign(enter(district, officer), by=colleague)
    actions.set_change_over(figure="organising.members", counted_from=OVER, reason="系统启用", by=officer)
    told = read("organising.members", date(2020, 2, 1))
    assert (told.value, told.is_entered, told.entered) == (2, False, ())


def test_a_period_across_the_change_over_day_is_never_one_sum(district, officer, colleague):
    day = date(2020, 2, 1)
    entered = enter(district, officer, 900, "organising.joined", date(2020, 1, 31), period_from=date(2019, 1, 1))
    actions.sign(entered, by=colleague)
    actions.set_change_over(figure="organising.joined", counted_from=day, reason="系统启用", by=officer)
    told = read("organising.joined", date(2020, 12, 31), date(2019, 1, 1))
    assert told.value == 2, "two joined by rows since the day"
    assert [one.number for one in told.entered] == [900]
    assert told.start == day
    assert "不与其后的逐条数相加" in told.note
    before = read("organising.joined", date(2020, 1, 31), date(2019, 1, 1))
    assert (before.value, before.is_entered) == (900, True)


def test_growth_across_the_change_over_day_cannot_be_told(district, officer):
    actions.set_change_over(figure="organising.members", counted_from=OVER, reason="系统启用", by=officer)
    told = read("organising.net_growth", date(2020, 12, 31))
    assert told.value is None
    assert "净增算不出" in told.note


def test_a_total_is_not_added_to_the_years_it_holds(district, officer, colleague):
    actions.set_change_over(figure="organising.joined", counted_from=date(2020, 1, 1), reason="系统启用", by=officer)
    for start, end, value in ((2017, 2018, 50), (2017, 2017, 20), (2018, 2018, 30), (2019, 2019, 7)):
        one = enter(district, officer, value, "organising.joined", date(end, 12, 31), period_from=date(start, 1, 1))
        actions.sign(one, by=colleague)
    assert read("organising.joined", date(2019, 12, 31), date(2017, 1, 1)).value == 57


def test_a_rank_is_known_from_its_notice_only(district, officer, colleague):
    assert read("organising.city_rank_new_form", date(2023, 12, 18)).value is None
    actions.sign(enter(district, officer, 1, "organising.city_rank_new_form", date(2023, 11, 30)), by=colleague)
    told = read("organising.city_rank_new_form", date(2023, 12, 18))
    assert (told.value, told.is_entered) == (1, True)


def test_the_same_is_entered_once_until_it_is_voided(district, officer):
    entered = enter(district, officer)
    with pytest.raises(ValidationError, match="已经录入过"):
        enter(district, officer, 1)
    with pytest.raises(ValidationError, match="作废理由"):
        actions.void(entered, reason=" ", by=officer)
    actions.void(entered, reason="看错一行", by=officer)
    enter(district, officer, 427_000)
    with pytest.raises(ValidationError, match="已经作废"):
        actions.sign(entered, by=officer)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"code": "organising.nothing"}, "没有“organising.nothing”"),
        ({"code": "organising.new_form_share"}, "由别的指标算出"),
        ({"value": -1}, "不能小于零"),
        ({"period_to": date(2024, 1, 1)}, "还没到"),
        ({"period_from": date(2018, 1, 1)}, "只写截至哪天"),
        ({"code": "organising.joined"}, "写明期间从哪天起"),
        ({"document_title": " "}, "依据哪份文件"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_the_reason(district, officer, facts, message):
    with pytest.raises(ValidationError, match=message):
        enter(district, officer, **facts)


def test_only_who_may_enters_and_only_below_their_own_node(district):
    town = make.town(district, "竹溪镇")
    with pytest.raises(Refused):
        enter(town, make.actor(town, "town_officer"))


def test_every_step_leaves_a_trail(district, officer, colleague):
    entered = enter(district, officer)
    actions.sign(entered, by=colleague)
    actions.void(entered, reason="看错一行", by=officer)
    with elevated("test: the trail"):
        told = list(Event.objects.filter(subject="figure:organising.members").order_by("id").values_list("verb", "actor"))
    assert told == [("figures.enter", officer.actor_key), ("figures.sign", colleague.actor_key), ("figures.void", officer.actor_key)]


def checked(text: str, by):
    with scoped(by.scope):
        return history.check(text.encode(), by)


def entered_from(text: str, by):
    with scoped(by.scope):
        found = history.check(text.encode(), by)
        assert found.faults == []
        return actions.enter_many(values=found.new, by=by), found.same


LONG = '2017年统计数据\n指标,镇街,数值,年份,依据文件\n实名制会员,望湖区总工会,"401,000",2017,年报\n新入会,桃源街道,１２００,2017,年报\n'
WIDE = (
    "年份,组织,实名制工会（家）,实名制会员（人）,新入会,依据文件,文号\n"
    "2016,桃源街道,31,4100,,年报,望工发〔2017〕2号\n2017,桃源街道,33,4300,260,年报,望工发〔2018〕2号\n2017,望湖区总工会,,401000,,年报,\n"
)


def test_a_sheet_is_read_whole_or_says_row_by_row_what_is_wrong(district, officer):
    made, _ = entered_from(LONG, officer)
    assert [(one.org.name, one.number, one.period_from) for one in made] == [
        ("望湖区总工会", 401_000, None),
        ("桃源街道", 1200, date(2017, 1, 1)),
    ]
    bad = "指标,镇街,数值,年份,依据文件\n会员人数,桃源街道,5,2017,年报\n实名制会员,东海街道,5,2017,年报\n实名制会员,桃源街道,五,2017,\n"
    found = checked(bad, officer)
    assert found.new == []
    assert [(fault.row, fault.message[:7]) for fault in found.faults] == [
        (2, "“指标”一栏的“"[:7]),
        (3, "“组织”一栏的“"[:7]),
        (4, "“依据文件”一"[:7]),
    ]


def test_years_by_towns_by_figures_stand_in_one_sheet_and_empty_cells_say_nothing(district, officer):
    made, _ = entered_from(WIDE, officer)
    told = {(one.figure, one.org.name, one.period_to.year): one.number for one in made}
    assert told == {
        ("organising.unions", "桃源街道", 2016): 31,
        ("organising.members", "桃源街道", 2016): 4100,
        ("organising.unions", "桃源街道", 2017): 33,
        ("organising.members", "桃源街道", 2017): 4300,
        ("organising.joined", "桃源街道", 2017): 260,
        ("organising.members", "望湖区总工会", 2017): 401_000,
    }
    assert {one.document_number for one in made if one.period_to.year == 2016} == {"望工发〔2017〕2号"}
    assert {one.period_from for one in made if one.figure == "organising.joined"} == {date(2017, 1, 1)}


def test_the_same_sheet_twice_changes_nothing_and_another_value_is_refused(district, officer):
    entered_from(WIDE, officer)
    assert entered_from(WIDE, officer) == ([], 6)
    found = checked(WIDE.replace("4300", "4301"), officer)
    assert (len(found.new), found.same) == (0, 5)
    assert [(fault.row, "已有 4300" in fault.message) for fault in found.faults] == [(3, True)]
    twice = checked("指标,镇街,数值,年份,依据文件\n实名制工会,望湖区总工会,5,2017,年报\n实名制工会,望湖区总工会,6,2017,年报\n", officer)
    assert [(fault.row, "已有 5；" in fault.message) for fault in twice.faults] == [(3, True)]


def test_the_template_comes_back_filled_as_values(district, officer):
    with scoped(officer.scope):
        headings, rows = history.template(officer, [2017, 2018])
    assert [row[:2] for row in rows] == [[2017, "望湖区总工会"], [2017, "桃源街道"], [2018, "望湖区总工会"], [2018, "桃源街道"]]
    column = headings.index("实名制会员（人）")
    filled = [[str(cell) for cell in row] for row in rows]
    filled[0][column], filled[0][-3] = "380000", "统计年报"
    made, _ = entered_from("\n".join(",".join(row) for row in [headings, *filled]), officer)
    assert [(one.org.name, one.number, one.period_to) for one in made] == [("望湖区总工会", 380_000, date(2017, 12, 31))]


def test_the_command_checks_and_with_apply_enters_all_or_nothing(district, capsys, tmp_path):
    sheet = tmp_path / "history.csv"
    sheet.write_text(WIDE, encoding="utf-8")
    assert main(["import", "history", str(sheet), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["new"], told["same"], told["refused"]) == (6, 6, 0, 0)
    with elevated("test: nothing was entered yet"):
        assert not EnteredValue.objects.exists()
    assert main(["import", "history", str(sheet), "--apply"]) == 0
    assert main(["import", "history", str(sheet), "--apply", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["new"], told["same"]) == (0, 6)
    sheet.write_text(WIDE.replace("4300", "4301") + "2015,东海街道,5,,,年报,\n2015,桃源街道,30,,,年报,\n", encoding="utf-8")
    report = tmp_path / "faults.xlsx"
    assert main(["import", "history", str(sheet), "--apply", "--report", str(report), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(one["row"], one["kind"]) for one in told["refusals"]] == [(3, "refused"), (5, "refused")]
    assert report.stat().st_size > 1000
    with elevated("test: one row at fault and nothing is entered"):
        assert EnteredValue.objects.count() == 6
    assert main(["import", "history", str(tmp_path / "nowhere.csv")]) == 1
    capsys.readouterr()
    assert main(["import", "--list", "--json"]) == 0
    assert "history" in {one["sheet"] for one in json.loads(capsys.readouterr().out)["sheets"]}


def test_the_page_gives_the_template_and_takes_the_sheet(district):
    browser = make.client(district, "dept_officer")
    answer = browser.get("/desk/figures/entered/template.xlsx")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"
    assert "下载模板" in browser.get("/desk/figures/entered/sheet/").content.decode()
    file = SimpleUploadedFile("history.csv", WIDE.encode())
    assert browser.post("/desk/figures/entered/sheet/", {"file": file}).status_code == 302
    with elevated("test: what was entered"):
        assert EnteredValue.objects.count() == 6
    again = SimpleUploadedFile("history.csv", WIDE.encode())
    answer = browser.post("/desk/figures/entered/sheet/", {"file": again}, follow=True)
    assert "6 条早就录过，一条也没有动" in answer.content.decode()


def test_a_figure_without_records_says_so_and_never_zero(district, officer, colleague):
    told = read("organising.campaigns", date(2023, 12, 18))
    assert told.value is None
    assert "还没有进系统" in told.note
    entered = enter(district, officer, 2, "organising.campaigns", date(2023, 6, 30), period_from=date(2019, 1, 1))
    actions.sign(entered, by=colleague)
    told = read("organising.campaigns", date(2023, 12, 18))
    assert (told.value, told.is_entered) == (2, True)


def test_a_frozen_value_shows_the_one_by_which_it_differs(district, officer):
    day = date(2020, 12, 31)
    with scoped(officer.scope):
        frozen = actions.freeze(figure="organising.members", org=district, window=Window(day, day, day), purpose="市总年报", by=officer)
    assert queries.compared(frozen).is_same
    late = make.member(_home(), date(2020, 12, 1))
    compared = queries.compared(frozen)
    assert (compared.frozen.number, compared.now) == (3, 4)
    assert (compared.added, compared.gone) == ((late.pk,), ())


def test_a_frozen_value_keeps_its_definition_of_then(district, officer):
    day = date(2020, 12, 31)
    frozen = actions.freeze(
        figure="organising.joined", org=district, window=Window(day, date(2020, 2, 1), day), purpose="市总年报", by=officer
    )
    with elevated("test: what was kept"):
        kept = FrozenFigure.objects.get(pk=frozen.pk)
    assert (kept.definition, kept.version, kept.number) == (get("organising.joined").definition, "2023-1", 2)
    assert len(unpacked(bytes(kept.ids))) == 2
    with pytest.raises(ValidationError, match="报送给谁"):
        actions.freeze(figure="organising.joined", org=district, window=Window(day, day, day), purpose="", by=officer)


def test_ids_come_back_as_they_were_and_take_little_room():
    ids = [1, 2, 3, 130, 131, 70_000, 2**40]
    assert unpacked(packed(ids)) == ids
    assert unpacked(packed([])) == []
    assert len(packed(list(range(1, 500_000)))) < 5_000


def _home():
    with elevated("test: the union of the district"):
        return Membership.objects.select_related("union").first().union


def test_entered_values_of_another_town_stay_unseen(district, officer):
    here, there = make.town(district, "竹溪镇"), make.actor(make.town(district, "柳岸街道"), "town_officer")
    enter(here, officer)
    with scoped(there.scope):
        assert not EnteredValue.objects.exists()
