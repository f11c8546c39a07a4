"""Every page of the site that can be read, on a phone and on a desk, with rows in it: nobody is shut out and nothing goes wrong.

The pages come from the addresses of the house, so that a new one cannot be forgotten: it passes, or it stands in a list here with a reason.
"""

import json
from datetime import date
from typing import Any

import pytest

from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.roles import ROLES
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.actions import register_person
from niangjia.seed.accounts import ACCOUNTS, PASSWORD, WORKER_PHONE
from tests.house import Address, addresses
from tests.walks.browsing import PHONE, WIDE, Reader, Readers, digits, give_code, give_password, give_phone, sign_in
from tests.walks.places import Places
from tests.walks.site import Site

LEADS_ON = {
    "access:worker-who": "for phones that several persons share; its own test below",
    "access:worker-code": "after a phone was given; its own test below",
    "mfa_authenticate": "between password and second factor; its own test below",
    "mfa_reauthenticate_webauthn": "answers a passkey",
    "mfa_edit_webauthn": "allauth renames a passkey in the list",
    "access:worker-sign-out": "signs out when posted to",
    "figures:sign": "signs when posted to",
    "access:worker-sign-out-everywhere": "signs out when posted to",
    "rights:send": "sends when posted to, and leads back to the first question that is open",
    "ledger:bank-file": "hands the bank's file out when posted to",
    "ledger:decide-budget": "is there while a version of a budget waits for the second person",
    "mutual_aid:agree": "takes the consent when posted to",
    "mutual_aid:join": "for retired persons; walked by them in the tests of the line",
    "rights:feed": "makes the address of a calendar when posted to",
    "set_language": "keeps the language when posted to",
}
"""Addresses that a plain visit only passes through, with the reason."""
PARTS = {
    "orgs:branch": "children of a node of the tree",
    "imports:progress": "how far a batch is",
    "papers:pile-progress": "how far a pile of scans is",
    "mutual_aid:simulation-progress": "how far a simulation is",
}
"""Pieces that a page fetches; they are looked at inside the page."""
NO_PAGE = ("api:", "home:healthz", "home:readyz", "home:metrics", "rights:calendar")
"""For machines."""
MORE = {
    "zhuxi": [
        "/board/?wall=1",
        "/board/?on=2022-12-31",
        "/desk/figures/organising.members/?on=2017-12-31",
        "/desk/figures/?q=没有这样的指标",
    ],
    "minglou": ["/desk/people/?page=2", "/desk/imports/?state=checked", "/desk/search"],
    "jieman": ["/desk/"],
    "wenshu": ["/desk/"],
    "qishou": ["/desk/", "/desk/people/"],
    "xitong": ["/desk/", "/desk/outbox/"],
    "": ["/no-such-page", "/c/no-such-card"],
}
"""States worth a look besides one page of each kind, by account."""


ACCOUNT = {
    "mutual_aid:do-clearing": "fuwu",
    "ledger:do-batch": "kuaiji",
    "ledger:bank-file": "kuaiji",
    "mfa_activate_totp": "shenji",
    "account_logout": "guarded",
    "account_reauthenticate": "guarded",
    "account_change_password": "guarded",
}
"""Whose page it is, where the permission does not say so."""


def pages() -> list[Address]:
    return [address for address in addresses() if not address.name.startswith(NO_PAGE)]


def account_for(address: Address) -> str:
    """Who of the demo opens this page: an officer whose role may, the worker by phone, or "" for nobody."""
    if address.name in ACCOUNT or not address.page:
        return ACCOUNT.get(address.name, "guarded" if "/2fa/" in address.route else "")
    permission, face = address.page.permission, address.page.face
    if permission == "public":
        return ""
    if face == "worker":
        return WORKER_PHONE
    if permission == "signed_in":
        return "zhuxi" if face == "board" else "zuzhi"
    able = {one.username for one in ACCOUNTS if permission in ROLES[one.posts[0].role].permissions}
    return next(name for name in ("zuzhi", "zhuxi", *(one.username for one in ACCOUNTS)) if name in able)


@pytest.fixture(scope="package")
def places(site: Site) -> Places:
    return Places(site)


@pytest.fixture(scope="package")
def guarded(all_readers: Readers) -> Readers:
    """Readers of whom one has a second factor, set up as its owner would; its name here is «guarded»."""
    all_readers.keep("shenji", _before_the_code(all_readers, "shenji"))
    for account, name in (("hangye", "hangye"), ("changwu", "guarded")):
        reader = _before_the_code(all_readers, account)
        reader.page.locator("input[name=code]").fill(digits(reader.page.locator("main code").inner_text()))
        reader.press("启用")
        reader.page.wait_for_url("**/accounts/2fa/recovery-codes/**")
        all_readers.keep(name, reader)
    return all_readers


def _before_the_code(readers: Readers, account: str) -> Reader:
    """An officer who sees the code to be scanned by an authenticator."""
    reader = readers.stranger()
    sign_in(reader, account)
    reader.open("/accounts/2fa/totp/activate/")
    reader.page.locator("main input[name=password]").fill(PASSWORD)
    reader.press("确认")
    reader.page.wait_for_url("**/accounts/2fa/totp/activate/")
    return reader


def faults_of(reader: Reader) -> list[str]:
    return [*reader.overflow(), *reader.grave_findings(), *reader.faults]


@pytest.mark.parametrize("address", pages(), ids=lambda address: address.name)
def test_a_page_is_open_to_everybody_and_faultless(address: Address, guarded: Readers, places: Places) -> None:
    account, path = account_for(address), places.path(address)
    reader = guarded.window(account)
    answer = reader.page.request.get(f"{reader.site}{path}", max_redirects=0)
    if address.name in LEADS_ON:
        assert answer.status in {302, 404, 405}, "no longer leads on: take it off the list"
        return
    if answer.status == 405 or not _is_page(answer):
        return
    assert answer.status == 200, f"{account or 'nobody'} gets {answer.status} at {path}; pages that lead on are listed with the reason"
    assert (address.name in PARTS) is ("<html" not in answer.text())
    if address.name not in PARTS:
        reader.open(path)
        assert not (found := _on_both(reader)), found


@pytest.mark.parametrize(("account", "path"), [(account, path) for account, paths in MORE.items() for path in paths])
def test_other_states_of_pages_are_faultless_too(account: str, path: str, guarded: Readers) -> None:
    reader = guarded.window(account)
    answer = reader.open(path)
    assert answer.status in {200, 404}, answer.status
    if answer.status == 404:
        reader.faults.clear()  # the browser notes it
    assert not (found := _on_both(reader)), found


def _on_both(reader: Reader) -> str:
    """Faults of a page that was opened on a phone, there and on a desk; "" if there are none."""
    on_phone = faults_of(reader)
    reader.faults.clear()
    reader.resize(WIDE)
    found = {"phone": on_phone, "desk": faults_of(reader)}
    return json.dumps(found, ensure_ascii=False, indent=1) if any(found.values()) else ""


def _is_page(answer: Any) -> bool:
    kept = "attachment" in answer.headers.get("content-disposition", "")
    return answer.status >= 300 or ("text/html" in answer.headers.get("content-type", "") and not kept)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
def test_the_steps_of_signing_in_are_faultless(size: tuple[int, int], site: Site, readers: Readers, guarded: Readers) -> None:
    officer, worker = readers.stranger(size), readers.stranger(size)
    give_password(officer, "hangye")
    officer.page.wait_for_url("**/accounts/2fa/authenticate/")
    assert faults_of(officer) == []
    for phone in (_shared_phone(site, size), f"1410000{size[0]:04d}"):
        worker.open("/m/sign-in/")
        give_phone(worker, phone)
        assert faults_of(worker) == []
        give_code(worker)
        worker.page.wait_for_url("**/m/sign-in/who/")
        assert faults_of(worker) == []


def _shared_phone(site: Site, size: tuple[int, int]) -> str:
    """A phone that two persons gave as theirs."""
    phone = f"1420000{size[0]:04d}"
    with site.inside():
        home = Organisation.objects.get(parent=None)
        for name in ("欧阳静川", "何静川"):
            register_person(name=name, home_org=home, phone=phone, by=SYSTEM, on=date(2023, 3, 1))
    return phone
