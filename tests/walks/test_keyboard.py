"""The desk without a mouse: '/' to the search box, Enter to the results, Tab through the page in reading order."""

import re

from playwright.sync_api import expect

from niangjia.core.access.models import User
from niangjia.core.people.queries import active_members
from niangjia.seed.totals import DEMO_DAY
from tests.walks.browsing import Reader
from tests.walks.site import Site

WHERE = "() => { const one = document.activeElement; return one.getAttribute('href') || one.name || one.id || one.tagName }"
RINGED = """() => [document.activeElement, document.activeElement.parentElement]
    .map(one => getComputedStyle(one)).some(one => one.outlineStyle !== 'none' || one.boxShadow !== 'none')"""
TABS = 60


def test_a_person_is_found_and_opened_by_keys_alone(site: Site, officer: Reader) -> None:
    surname = _a_member(site)[0]
    officer.open("/desk/orgs/")
    officer.page.keyboard.press("/")
    expect(officer.page.get_by_role("searchbox").first).to_be_focused()
    officer.page.keyboard.type(surname)
    officer.page.keyboard.press("Enter")
    expect(officer.page).to_have_url(re.compile("/desk/search"))
    _tab_to(officer, "/desk/people/3302")
    officer.page.keyboard.press("Enter")
    expect(officer.page.get_by_role("heading", level=1)).to_contain_text(surname)
    assert officer.faults == []


def test_the_first_tab_skips_the_menu_and_the_order_is_that_of_reading(officer: Reader) -> None:
    officer.open("/desk/imports/")
    officer.page.keyboard.press("Tab")
    expect(officer.page.locator("a.skip")).to_be_focused()
    expect(officer.page.locator("a.skip")).to_be_in_viewport()
    officer.page.keyboard.press("Enter")
    _tab_to(officer, "/desk/imports/new/")
    officer.page.keyboard.press("Enter")
    officer.page.wait_for_url("**/desk/imports/new/")
    stops = ["sheet", "org", "file"]
    for stop in stops:
        _tab_to(officer, stop)
    assert officer.faults == []


def test_whatever_has_the_focus_shows_it(officer: Reader) -> None:
    officer.open("/desk/people/")
    for _ in range(12):
        officer.page.keyboard.press("Tab")
        assert officer.page.evaluate(RINGED), f"no ring around {officer.page.evaluate(WHERE)}"


def _tab_to(reader: Reader, wanted: str) -> None:
    """Press Tab until the focus is on a link, field or button so addressed or named."""
    for _ in range(TABS):
        reader.page.keyboard.press("Tab")
        if str(reader.page.evaluate(WHERE)).startswith(wanted):
            return
    raise AssertionError(f"{TABS} tabs did not lead to {wanted}")


def _a_member(site: Site) -> str:
    with site.inside():
        union = User.objects.get(username="qishou").grants.get().org
        return active_members(union, DEMO_DAY).order_by("id")[3].person.name
