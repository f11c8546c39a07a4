"""Walk (b): a courier asks for help; agreement, confirmation by the court, money in hand; another from the governance centre through
arbitration and court. The court, the commission and the centre are stand-ins that speak the real interface."""

import io
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
import segno
from playwright.sync_api import expect

from niangjia.config.commands.partner import beside
from niangjia.core.exchange.models import Partner
from niangjia.seed.accounts import WORKER_PHONE
from tests.walks.browsing import PHONE, Reader, Readers
from tests.walks.site import Site

A_MESSAGE = 60.0
"""Seconds within which a message goes and its answer comes; alone it takes two or three."""


@dataclass(frozen=True)
class Standins:
    """Where the stand-ins listen, by their kind."""

    urls: dict[str, str]

    def tell(self, kind: str, verb: str, **said: Any) -> None:
        """What a stand-in is told to do."""
        body = json.dumps(said).encode()
        urlopen(Request(f"{self.urls[kind]}/control/{verb}", body, {"Content-Type": "application/json"}), timeout=10).close()

    def taken(self, kind: str) -> list[str]:
        """The kinds of messages a stand-in has taken."""
        with urlopen(f"{self.urls[kind]}/log", timeout=10) as answer:
            return [row["kind"] for row in json.loads(answer.read())["taken"]]


@pytest.fixture
def standins(site: Site, tmp_path: Path) -> Iterator[Standins]:
    with site.inside():
        children = beside(urlsplit(site.url).port or 80, place=tmp_path, delay=0.7)
        urls = {one.kind: one.endpoint.removesuffix("/messages") for one in Partner.objects.all() if one.endpoint}
    yield Standins(urls)
    for child in children:
        child.terminate()
    assert {child.wait(20) for child in children} == {0}, "they stop cleanly"


def test_a_courier_is_helped_to_money_in_hand_by_agreement_and_the_court_s_confirmation(
    site: Site, readers: Readers, officer: Reader, standins: Standins, tmp_path: Path
) -> None:
    rider = readers.worker(WORKER_PHONE, PHONE)
    code = _asks_in_four_questions(rider, tmp_path)
    officer.open("/desk/")
    officer.sees("迅帆配送")
    officer.open(f"/desk/cases/{code}/")
    _take(officer, "受理", mediated_by="明楼街道劳动争议调解室")
    _take(officer, "约调解会", meets_on="20231218", place="明楼街道调解室")
    _take(officer, "记录调解会", both_came=True, minutes="双方到会，当场谈妥。")
    _take(officer, "达成协议", amount="7120", plan="20231218 7120")
    officer.sees("调解")
    _take(officer, "申请司法确认")
    _comes(officer, "履行中")
    officer.sees("司法确认裁定")
    assert officer.grave_findings() == [] and officer.overflow() == []
    _take(officer, "登记到账", amount="7120", proof_note="银行回单 20231218001")
    _take(officer, "全部到账，办结")
    officer.sees("已履行")
    rider.open(f"/m/cases/{code}/")
    rider.sees("钱到手了，办结")
    rider.follow("说说办得怎样")
    rider.page.locator("input[name=satisfied][value='5']").check(force=True)
    rider.press("说说办得怎样")
    expect(rider.page).to_have_url(re.compile(rf"/m/cases/{code}/$"))
    assert rider.grave_findings() == [] and rider.overflow() == []
    assert rider.faults == [] and officer.faults == []


def test_a_case_from_the_governance_centre_goes_through_arbitration_and_court_and_back(officer: Reader, standins: Standins) -> None:
    standins.tell("governance_centre", "originate")
    officer.open("/desk/exchange/?kind=rights.case")
    _until(lambda: officer.page.get_by_role("link", name=re.compile("LD-")).count() > 0, officer)
    officer.page.get_by_role("link", name=re.compile("LD-")).first.click()
    officer.sees("宋一鸣")
    code = officer.path.split("/")[-2]
    _take(officer, "受理", mediated_by="明楼街道劳动争议调解室")
    _take(officer, "调解不成", outcome="4", why="单位不同意")
    for how in ("replay", "alter", "unsigned", "reorder"):
        standins.tell("arbitration", "misbehave", how=how)
    _take(officer, "申请仲裁")
    _comes(officer, "已裁决")
    officer.sees(re.compile("仲裁裁决.*调解仲裁法第四十三条第一款", re.DOTALL))
    officer.sees(re.compile("不服仲裁裁决起诉 还剩 15 天.*调解仲裁法第四十八条", re.DOTALL))
    officer.sees("仲裁受理通知")
    taken = [title for title in officer.page.locator("main ol li, main .tl li").all_inner_texts() if "仲裁委员会" in title]
    assert len([title for title in taken if "收到裁决" in title]) == len([title for title in taken if "仲裁受理" in title]) == 1, (
        "once each"
    )
    assert officer.grave_findings() == [] and officer.overflow() == []
    _take(officer, "起诉")
    _comes(officer, "一审已判")
    _take(officer, "登记到账", amount="6400", proof_note="法院执行款到账，本人电话确认")
    _take(officer, "等待履行")
    _take(officer, "全部到账，办结")
    _until(lambda: "rights.answer" in standins.taken("governance_centre"))
    officer.open(f"/desk/exchange/?q={code}")
    officer.page.get_by_role("link", name=re.compile("JH-")).first.click()
    officer.sees("办理结果答复")
    _until(lambda: "签名有效" in officer.page.locator("main").inner_text(), officer)
    assert officer.grave_findings() == [] and officer.overflow() == []
    officer.resize(PHONE)
    assert officer.overflow() == []
    assert officer.faults == []


def _asks_in_four_questions(rider: Reader, tmp_path: Path) -> str:
    photo, kept = io.BytesIO(), tmp_path / "工资条.png"
    segno.make("工资条").save(photo, kind="png")
    kept.write_bytes(photo.getvalue())
    rider.open("/m/rights/ask/")
    page = rider.page
    page.locator("input[name=respondent]").fill("迅帆配送")
    page.locator("select[name=town]").select_option(label="明楼街道")
    _onward(rider)
    page.locator("input[name=kinds][value=D02]").check(force=True)
    _onward(rider)
    page.locator("input[name=relation][value=contract]").check(force=True)
    page.locator("input[name=amount]").fill("7120")
    _onward(rider)
    page.locator("textarea[name=told]").fill("站长说平台没钱，拖了一个月。")
    _onward(rider)
    page.locator("input[type=file]").set_input_files(kept)
    rider.press("交给工会")
    rider.sees("我们收到了")
    assert rider.grave_findings() == [] and rider.overflow() == []
    return rider.path.split("/")[-2]


def _onward(rider: Reader) -> None:
    before = rider.path
    rider.press("下一步")
    expect(rider.page).not_to_have_url(re.compile(re.escape(before) + "$"))


def _take(officer: Reader, title: str, **facts: str | bool) -> None:
    """One step as an officer takes it: the button on the case's page, its form, back on the case's page."""
    officer.page.get_by_role("main").get_by_role("link", name=title, exact=True).first.click()
    for name, value in facts.items():
        field = officer.page.locator(f"[name={name}]:visible").first
        if value is True:
            field.check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))
    officer.press(title)
    expect(officer.page).to_have_url(re.compile(r"/desk/cases/[^/]+/$"))


def _comes(officer: Reader, state: str) -> None:
    """Reload until the case is in this state: an answer came."""
    _until(lambda: state in officer.page.locator("main .tags").first.inner_text(), officer)


def _until(true: Callable[[], bool], reader: Reader | None = None) -> None:
    until = time.monotonic() + A_MESSAGE
    while not true():
        assert time.monotonic() < until, reader.page.locator("main").inner_text()[:800] if reader else "nothing came"
        time.sleep(0.5)
        if reader:
            reader.page.reload()
