"""A leader's number, traced to the rows it counts, and what was reported beside what it is now."""

import re
from datetime import date

from playwright.sync_api import expect

from niangjia.base.chinese import mask_name
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.models import User
from niangjia.core.people.actions import admit, register_person
from tests.walks.browsing import Reader, Readers
from tests.walks.site import Site

LATE_COMER = "桑迟来"
WALL = (1920, 1080)


def test_a_figure_of_the_board_opens_to_a_members_page(readers: Readers) -> None:
    leader = readers.staff("zhuxi")
    leader.open("/board/")
    leader.page.locator("a[href='/desk/figures/organising.members/']").first.click()
    leader.page.wait_for_url("**/organising.members/")
    on_the_page = _hero(leader)
    by_town = leader.page.get_by_role("region", name="按下一级组织").locator("tbody tr")
    assert sum(_number(row.locator("td").first.inner_text()) for row in by_town.all()[:-1]) == on_the_page, "the split adds up"
    expect(leader.page.get_by_role("heading", name="按月")).to_be_visible()
    town = by_town.filter(has=leader.page.get_by_role("link")).first
    of_town = _number(town.locator("td").first.inner_text())
    town.get_by_role("link").click()
    leader.page.wait_for_url("**/organising.members/?*org=*")
    assert _hero(leader) == of_town
    member = leader.page.locator("#list").get_by_role("table").locator("tbody tr").first.get_by_role("link").first
    code = member.inner_text()
    member.click()
    leader.page.wait_for_url(f"**/desk/people/{code}/")
    leader.sees("一条线看这个人")
    assert leader.faults == []


def test_a_figure_of_unions_opens_to_a_unions_page(readers: Readers) -> None:
    leader = readers.staff("zhuxi")
    leader.open("/board/")
    leader.page.locator("a[href^='/desk/figures/organising.unions/']").first.click()
    leader.page.wait_for_url("**/organising.unions/**")
    expect(leader.page.locator("#list").get_by_text(re.compile(rf"共 {_hero(leader):,} "))).to_be_visible()
    leader.page.locator("#list").get_by_role("table").locator("tbody tr").first.get_by_role("link").first.click()
    expect(leader.page).to_have_url(re.compile("/desk/orgs/"))
    leader.sees("沿革")
    assert leader.faults == []


def test_what_was_reported_stands_beside_what_it_is_now(site: Site, readers: Readers) -> None:
    leader = readers.staff("zhuxi")
    leader.open("/desk/figures/organising.members/")
    reported = _hero(leader)
    leader.page.get_by_role("link", name="冻结上报").click()
    leader.page.locator("main input[name=purpose], main textarea[name=purpose]").fill("报市总工会年报")
    leader.press("冻结")
    expect(leader.page.get_by_role("heading", level=1)).to_have_text(f"报送 {reported:,}，现在 {reported:,}")
    _somebody_is_entered_late(site)
    leader.page.reload()
    expect(leader.page.get_by_role("heading", level=1)).to_have_text(f"报送 {reported:,}，现在 {reported + 1:,}")
    leader.page.get_by_role("main").get_by_role("row").filter(has_text=mask_name(LATE_COMER)).get_by_role("link").first.click()
    expect(leader.page.get_by_role("heading", level=1)).to_have_text(LATE_COMER)
    assert leader.faults == []


def test_an_entered_value_is_marked_wherever_it_stands(readers: Readers) -> None:
    leader = readers.staff("zhuxi")
    leader.open("/board/")
    leader.sees(re.compile(r"全市第 1 ▲"))
    leader.open("/desk/figures/organising.members/?on=2017-12-31")
    leader.sees("▲")
    leader.sees("鄞州区工会统计年报（2017年）")
    assert leader.faults == []


def test_the_wall_reads_itself_anew(readers: Readers) -> None:
    leader = readers.staff("zhuxi", WALL)
    leader.page.clock.install()
    leader.open("/board/?wall=1")
    with leader.page.expect_navigation():
        leader.page.clock.fast_forward("05:01")
    leader.sees("新业态")
    assert leader.faults == []


def _hero(reader: Reader) -> int:
    return _number(reader.page.locator(".n--hero").first.inner_text())


def _number(text: str) -> int:
    found = re.search(r"[\d,]+", text)
    assert found, text
    return int(found[0].replace(",", ""))


def _somebody_is_entered_late(site: Site) -> None:
    with site.inside():
        union = User.objects.get(username="qishou").grants.get().org
        person = register_person(name=LATE_COMER, home_org=union, by=SYSTEM, on=date(2023, 12, 15))
        admit(person, union=union, by=SYSTEM, on=date(2023, 12, 15))
