"""A worker at 360 px: phone code, card, own data, and who looked at it."""

from datetime import date

from playwright.sync_api import expect

from niangjia.core.access.actor import SYSTEM, under
from niangjia.core.access.models import User
from niangjia.core.access.queries import grants_in_force
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.actions import admit, register_person, unmask
from tests.walks.browsing import PHONE, Reader, Readers, sign_in_by_phone
from tests.walks.site import Site

OWN_PHONE = "14000000077"
REASON = "核对转账户名"


def test_a_rider_signs_in_shows_the_card_and_sees_who_looked(site: Site, readers: Readers) -> None:
    _a_rider_somebody_looked_at(site)
    rider = readers.stranger(PHONE)
    rider.open("/m/card/")
    expect(rider.page).to_have_url(f"{site.url}/m/sign-in/?next=/m/card/")
    sign_in_by_phone(rider, OWN_PHONE)
    _the_card_can_be_shown(rider)
    rider.page.get_by_role("link", name="首页").click()
    rider.sees("阿依古丽·吐尔逊，")
    expect(rider.page.locator("main a[href='/m/card/']")).to_be_visible()
    rider.page.get_by_role("link", name="我的").last.click()
    rider.sees("140****0077")
    rider.press("看完整号码")
    rider.sees(OWN_PHONE)
    rider.follow("谁看过我的资料")
    rider.sees(REASON)
    rider.sees("明楼街道")
    assert rider.faults == []


def _the_card_can_be_shown(rider: Reader) -> None:
    rider.sees("有效")
    code = rider.page.get_by_role("img", name="扫码看会员卡真假")
    expect(code).to_be_visible()
    assert code.evaluate("one => one.getBoundingClientRect().width") >= 160, "too small to be read by a camera"
    assert rider.overflow() == []


def _a_rider_somebody_looked_at(site: Site) -> None:
    with site.inside():
        union = Organisation.objects.get(code=_riders())
        rider = register_person(name="阿依古丽·吐尔逊", home_org=union, phone=OWN_PHONE, by=SYSTEM, on=date(2023, 3, 1))
        admit(rider, union=union, by=SYSTEM, on=date(2023, 3, 1))
        officer = under(grants_in_force(User.objects.get(username="minglou"))[0])
        unmask(rider, field="phone", reason=REASON, by=officer)


def _riders() -> str:
    """The union of which the demo's grassroots chair is chair."""
    return User.objects.get(username="qishou").grants.get().org.code
