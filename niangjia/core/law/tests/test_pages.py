"""The pages of the law, and what is entered there."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.rules import Refused
from niangjia.core.figures.tests import factories as make
from niangjia.core.law import actions, queries
from niangjia.core.law.enums import Checked, RateKind
from niangjia.core.law.models import HolidayNotice, LocalRate
from niangjia.core.law.reckoning import due
from niangjia.core.law.terms import TERMS, unverified
from niangjia.core.trail.models import Event

pytestmark = pytest.mark.django_db

NOTICE = {
    "year": "2027", "title": "国务院办公厅关于 2027 年部分节假日安排的通知", "number": "国办发明电〔2026〕1号", "issued_on": "2026年11月4日",
    "whole_year": "on", "days": "2027-02-05 休 春节\n2027-02-08 放假 春节\n\n2027-02-14 班 春节",
}  # fmt: skip
RATE = {
    "kind": "minimum_wage", "area": "浙江省", "tier": "第一档", "valid_from": "2021-08-01", "amount": "2,280", "unit": "元/月",
    "source": "浙江省人民政府通知", "status": "unverified",
}  # fmt: skip


@pytest.fixture
def district():
    return make.district()


@pytest.fixture
def officer(district):
    return make.client(district, "dept_officer")


@pytest.fixture
def town(district):
    return make.client(make.town(district), "town_officer")


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


def enter(**changes):
    facts = {"kind": RateKind.MINIMUM_WAGE, "area": "浙江省", "valid_from": date(2021, 8, 1), "amount": Decimal(2280), "source": "通知"}
    return actions.enter_rate(**(facts | {"by": SYSTEM} | changes))


def arrange(**changes):
    days = [actions.Arranged(date(2027, 2, 5), False, "春节"), actions.Arranged(date(2027, 2, 14), True)]
    return actions.enter_notice(**({"year": 2027, "title": "通知", "issued_on": date(2026, 11, 4), "days": days, "by": SYSTEM} | changes))


def test_the_list_holds_every_term_and_is_searched_and_narrowed(town):
    text = page(town, "/desk/law/")
    assert all(one.title in text for one in TERMS.values())
    assert f"{len(TERMS)} 项" in text
    found = page(town, "/desk/law/?q=第四十三条")
    assert "仲裁裁决" in found and "法律援助审查决定" in found and "职工说事答复" not in found
    left = page(town, "/desk/law/?status=unverified")
    assert all(one.title in left for one in unverified()) and "调解期限" not in left
    assert "没有符合的期限" in page(town, "/desk/law/?q=没有这个")


def test_a_term_shows_its_editions_and_what_stands_behind_them(town):
    text = page(town, "/desk/law/judicial_confirmation.apply/")
    assert "第二百零一条" in text and "第二百零五条" in text and "2024年1月1日起" in text
    assert "仲裁裁决（批准延长 15 日后）" in page(town, "/desk/law/arbitration.award/")
    assert "各时期" in page(town, "/desk/law/talk.answer/")
    page(town, "/desk/law/nothing/", 404)


def test_a_deadline_is_reckoned_with_its_steps(town):
    text = page(town, "/desk/law/due/?term=mediation.end&start=2024年1月26日")
    assert "2024年2月18日" in text and "春节放假" in text and "调解仲裁法第十四条" in text
    assert "没有收录的规定" in page(town, "/desk/law/due/?term=mediation.end&start=2001-01-01")
    assert "看不懂这个日期" in page(town, "/desk/law/due/?term=mediation.end&start=昨天")
    assert "暂按周末推算" in page(town, "/desk/law/due/?term=arbitration.accept&start=2027-02-04")
    chosen = page(town, "/desk/law/due/?term=appeal.ruling")
    assert "选一个期限" in chosen and 'value="appeal.ruling" selected' in chosen


def test_a_limitation_is_shown_as_a_risk(town):
    asked = "claim=severance&known_on=2023-01-10&type_1=interruption&what_1=投诉&from_1=2023-03-01&to_1="
    text = page(town, f"/desk/law/limitation/?{asked}")
    assert "2024年3月1日" in text and "时效中断" in text and "照常受理" in text
    assert "7 日以内" in page(town, "/desk/law/limitation/?claim=severance&known_on=2022-12-20")
    assert "现在没有最后一日" in page(town, "/desk/law/limitation/?claim=wages")
    assert "停着" in page(town, "/desk/law/limitation/?claim=severance&known_on=2023-01-10&type_1=suspension&from_1=2023-03-01")
    assert "请写明知道" in page(town, "/desk/law/limitation/?claim=severance")
    assert "请写明从哪天起" in page(town, "/desk/law/limitation/?claim=severance&known_on=2023-01-10&type_1=suspension")
    wrong = "claim=severance&known_on=2023-01-10&type_1=suspension&from_1=2023-03-01&to_1=2023-02-01"
    assert "止不能早于起" in page(town, f"/desk/law/limitation/?{wrong}")


def test_a_year_is_shown_with_what_is_known_of_it(town, officer):
    text = page(town, "/desk/law/calendar/?year=2023")
    assert "按国务院办公厅放假通知" in text and "2023年10月7日 周六（调休上班）" in text and "录入安排" not in text
    assert "暂按周末推算" in page(town, "/desk/law/calendar/?year=2031")
    assert "2023年工作日" in page(town, "/desk/law/calendar/?year=twelve")
    assert "录入安排" in page(officer, "/desk/law/calendar/")


def test_a_notice_is_entered_and_the_clocks_follow_it(officer):
    before = due("arbitration.accept", date(2027, 2, 3), queries.calendar())
    assert before.provisional
    answer = officer.post("/desk/law/calendar/new/", NOTICE)
    assert answer.status_code == 302, answer.content.decode()
    after = due("arbitration.accept", date(2027, 2, 3), queries.calendar())
    assert not after.provisional
    assert (before.due_on, after.due_on) == (date(2027, 2, 10), date(2027, 2, 12))
    assert "国办发明电〔2026〕1号" in page(officer, "/desk/law/calendar/?year=2027")
    with elevated("test: the trail"):
        assert Event.objects.filter(verb="law.enter_notice").exists()


def test_a_notice_is_voided_with_a_reason_and_may_be_entered_anew(officer):
    notice = arrange()
    address = f"/desk/law/calendar/{notice.code}/void/"
    assert "能不能反悔" in page(officer, address)
    assert officer.post(address, {"reason": "抄错"}).status_code == 302
    assert officer.get(address).status_code == 404
    assert not queries.calendar().knows(2027)
    assert arrange().code != notice.code
    with pytest.raises(ValidationError, match="已经作废"):
        actions.void_notice(HolidayNotice.objects.get(code=notice.code), reason="再来", by=SYSTEM)


def test_a_correction_of_some_days_has_the_last_word(officer):
    arrange()
    late = [actions.Arranged(date(2027, 2, 5), True)]
    arrange(whole_year=False, title="更正", issued_on=date(2027, 1, 4), days=late)
    assert queries.calendar().is_workday(date(2027, 2, 5))
    arrange(year=2023, whole_year=False, title="临时", days=[actions.Arranged(date(2023, 12, 18), False, "台风")])
    calendar = queries.calendar()
    assert not calendar.is_workday(date(2023, 12, 18)) and calendar.is_workday(date(2023, 10, 7)), "the rest of 2023 stays the library's"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": " "}, "哪份文件"),
        ({"days": []}, "请写出"),
        ({"days": [actions.Arranged(date(2028, 2, 5), False)]}, "不在 2027 年里"),
        ({"days": [actions.Arranged(date(2027, 2, 5), False)] * 2}, "写了两次"),
        ({"days": [actions.Arranged(date(2027, 2, 5), True)]}, "本来就上班"),
        ({"year": 1999, "days": [actions.Arranged(date(1999, 2, 5), False)]}, "年份要在"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        arrange(**changes)


def test_a_year_is_arranged_once():
    arrange()
    with pytest.raises(ValidationError, match="已经录入过"):
        arrange()


def test_a_line_nobody_understands_is_named(officer):
    text = officer.post("/desk/law/calendar/new/", NOTICE | {"days": "2027-02-05 休 春节\n除夕 休"}).content.decode()
    assert "第 2 行看不懂" in text
    assert not HolidayNotice.objects.exists()


def test_a_rate_is_entered_found_by_its_day_and_voided(officer):
    assert officer.post("/desk/law/rates/new/", RATE).status_code == 302
    enter(tier="第一档", valid_from=date(2024, 1, 1), amount=Decimal(2490), status=Checked.VERIFIED)
    for day, amount in ((date(2021, 7, 31), None), (date(2021, 8, 1), 2280), (date(2023, 12, 31), 2280), (date(2024, 1, 1), 2490)):
        rate = queries.rate_on(RateKind.MINIMUM_WAGE, "浙江省", day, tier="第一档")
        assert (rate.amount if rate else None) == amount
    assert queries.rate_on(RateKind.MINIMUM_WAGE, "浙江省", date(2024, 1, 1)) is None, "another tier"
    text = page(officer, "/desk/law/rates/")
    assert "2,280.00" in text and "浙江省人民政府通知" in text and "待核" in text and "已核对原文" in text
    one = LocalRate.objects.get(amount=2280)
    assert officer.post(f"/desk/law/rates/{one.code}/void/", {"reason": "看错一档"}).status_code == 302
    assert queries.rate_on(RateKind.MINIMUM_WAGE, "浙江省", date(2023, 1, 1), tier="第一档") is None
    assert "2,280.00" not in page(officer, "/desk/law/rates/")
    assert "看错一档" in page(officer, "/desk/law/rates/?held=no")
    answer = officer.get("/desk/law/rates/?held=no&format=csv")
    assert "看错一档" in b"".join(answer).decode("utf-8-sig")
    answer.close()


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"source": " "}, "来源"), ({"area": ""}, "哪个地区"), ({"amount": Decimal(0)}, "大于零"), ({"kind": "gold"}, "没有这种标准")],
)
def test_a_rate_that_cannot_be_is_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        enter(**changes)


def test_the_same_rate_is_entered_once_until_voided_with_a_reason():
    rate = enter()
    with pytest.raises(ValidationError, match="已经录入过"):
        enter(amount=Decimal(1))
    with pytest.raises(ValidationError, match="作废理由"):
        actions.void_rate(rate, reason=" ", by=SYSTEM)
    actions.void_rate(rate, reason="抄错", by=SYSTEM)
    assert enter().code != rate.code


def test_only_who_may_enters(town, district):
    rate, notice = enter(), arrange()
    for address in ("calendar/new/", "rates/new/", f"calendar/{notice.code}/void/", f"rates/{rate.code}/void/"):
        page(town, f"/desk/law/{address}", 403)
        assert town.post(f"/desk/law/{address}", {"reason": "x"}).status_code == 403
    assert "作废" not in page(town, "/desk/law/rates/").partition("<tbody>")[2]
    actor = make.actor(district, "town_officer")
    with pytest.raises(Refused):
        enter(by=actor)
    with pytest.raises(Refused):
        arrange(year=2028, by=actor)
    with pytest.raises(Refused):
        actions.void_rate(rate, reason="x", by=actor)
    with pytest.raises(Refused):
        actions.void_notice(notice, reason="x", by=actor)


def test_administrators_and_strangers_read_nothing(district, client):
    for address in ("", "due/", "limitation/", "calendar/", "rates/", "mediation.end/"):
        page(make.client(district, "sysadmin"), f"/desk/law/{address}", 403)
        assert "/login/" in client.get(f"/desk/law/{address}")["Location"]


def test_the_calendar_costs_one_query_however_much_was_entered():
    arrange()
    for year in range(2028, 2033):
        arrange(year=year, days=[actions.Arranged(date(year, 2, 5), False)])
    with CaptureQueriesContext(connection) as asked:
        queries.calendar()
    assert len(asked) == 1


def test_weekends_roll_by_a_setting(settings):
    sunday = date(2023, 12, 17)
    assert queries.calendar().roll_forward(sunday) == date(2023, 12, 18)
    settings.WEEKENDS_ROLL = False
    assert queries.calendar().roll_forward(sunday) == sunday
