"""A reader at a browser: signs in as people do, and notices whatever a page does wrong."""

import base64
import hashlib
import hmac
import re
import struct
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from niangjia.seed.accounts import PASSWORD
from tests.ground import ROOT
from tests.walks.site import chromium

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"]
WIDE, PHONE = (1440, 900), (360, 740)
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
RULES = """() => axe.run(document, {resultTypes: ['violations'],
    runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}})"""
GRAVE = {"serious", "critical"}
expect.set_options(timeout=30_000)
TOLD = """addEventListener('securitypolicyviolation',
    event => console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI))"""


@dataclass
class Reader:
    """One browser window at a width, with what went wrong in it."""

    page: Page
    site: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: message.type == "error" and self.faults.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", lambda request: self._own(request.url) or self.faults.append(f"another host: {request.url}"))
        self.page.on("response", lambda answer: answer.status >= 500 and self.faults.append(f"{answer.status}: {answer.url}"))

    def open(self, path: str) -> Any:
        """Go to an address of the site; what the server answered."""
        return self.page.goto(self.site + path)

    def resize(self, size: tuple[int, int]) -> None:
        """Give the window another size and let the page settle in it."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def press(self, name: str) -> None:
        """Press the button with this name."""
        self.page.get_by_role("button", name=name).first.click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Click the link with this name within the page's own part, not its menu."""
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()

    def sees(self, text: str | re.Pattern[str], seconds: float = 30) -> None:
        """Wait until the page shows this."""
        expect(self.page.get_by_role("main")).to_contain_text(text, timeout=seconds * 1000)

    def grave_findings(self) -> list[str]:
        """What axe calls serious or critical by WCAG 2.1 AA: rule, how often, and the first place."""
        found = self.page.evaluate(RULES)["violations"]
        return [
            f"axe {one['id']} × {len(one['nodes'])}: {one['nodes'][0]['html'][:160]} — {one['nodes'][0]['failureSummary'][:240]}"
            for one in found
            if one["impact"] in GRAVE
        ]

    def overflow(self) -> list[str]:
        """How far the page can be scrolled sideways, with the widest elements that make it so."""
        beyond = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond <= 0:
            return []
        widest = self.page.evaluate("""() => [...document.body.querySelectorAll('*')]
            .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !one.closest('.scroll'))
            .slice(0, 3).map(one => one.outerHTML.slice(0, 120))""")
        return [f"{beyond} px too wide: {widest}"]

    def _own(self, url: str) -> bool:
        return url.startswith((self.site + "/", "data:", "blob:", "about:"))


def launched(playwright: Playwright) -> Browser:
    """The machine's own Chromium, speaking Chinese, without a window."""
    path = chromium()
    return playwright.chromium.launch(**({"executable_path": path} if path else {}), args=QUIET)


class Readers:
    """Readers of one site by account, each signed in once."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._browser, self._site = browser, site
        self._signed_in: dict[str, Any] = {}
        self._contexts: list[BrowserContext] = []
        self._windows: dict[str, Reader] = {}

    def stranger(self, size: tuple[int, int] = WIDE, state: Any = None) -> Reader:
        """A window in which nobody is signed in."""
        phone = size == PHONE
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, storage_state=state, locale="zh-CN", timezone_id="Asia/Shanghai",
            has_touch=phone, is_mobile=phone, reduced_motion="reduce", accept_downloads=True,
        )  # fmt: skip
        context.set_default_timeout(45_000)
        context.add_init_script(TOLD)
        context.add_init_script(AXE)
        self._contexts.append(context)
        return Reader(context.new_page(), self._site)

    def staff(self, username: str, size: tuple[int, int] = WIDE) -> Reader:
        """A window of an officer, on no page yet."""
        if username not in self._signed_in:
            reader = self.stranger()
            sign_in(reader, username)
            self.keep(username, reader)
        return self.stranger(size, self._signed_in[username])

    def worker(self, phone: str, size: tuple[int, int] = PHONE) -> Reader:
        """A window of a worker, on no page yet."""
        if phone not in self._signed_in:
            reader = self.stranger(PHONE)
            sign_in_by_phone(reader, phone)
            self.keep(phone, reader)
        return self.stranger(size, self._signed_in[phone])

    def window(self, account: str) -> Reader:
        """A phone of an officer, a worker (by number) or nobody (""), kept open from page to page."""
        if account not in self._windows:
            reader = self.worker(account) if account.isdecimal() else self.staff(account, PHONE) if account else self.stranger(PHONE)
            self._contexts.remove(reader.page.context)
            self._windows[account] = reader
        reader = self._windows[account]
        reader.resize(PHONE)
        reader.faults.clear()
        return reader

    def keep(self, account: str, reader: Reader) -> None:
        """From now on this account is signed in as it is in this window, which is closed."""
        self._signed_in[account] = reader.page.context.storage_state()
        self._contexts.remove(reader.page.context)
        reader.page.context.close()

    def close(self) -> None:
        """Close what the last walk opened; who is signed in stays so."""
        while self._contexts:
            self._contexts.pop().close()


def sign_in(reader: Reader, username: str, *, secret: str = "") -> None:
    """As staff: password, then the digits of the authenticator with this secret if the account has one."""
    give_password(reader, username)
    if secret:
        reader.page.wait_for_url("**/accounts/2fa/authenticate/")
        reader.page.locator("input[name=code]").fill(digits(secret))
        reader.press("登录")
    expect(reader.page).to_have_url(re.compile(r"/(desk|board)/"))


def give_password(reader: Reader, username: str) -> None:
    """The first step of staff."""
    reader.open("/accounts/login/")
    form = reader.page.locator("form", has=reader.page.locator("input[type=password]")).first
    form.locator("input[name=login]").fill(username)
    form.locator("input[name=password]").fill(PASSWORD)
    form.get_by_role("button", name="登录").click()


def sign_in_by_phone(reader: Reader, phone: str) -> None:
    """As a worker: phone, then the six digits of the message."""
    give_phone(reader, phone)
    give_code(reader)
    expect(reader.page).to_have_url(re.compile(r"/m/(?!sign-in)"))


def give_phone(reader: Reader, phone: str) -> None:
    """The first step of a worker; goes on from a page that asked to sign in first."""
    if reader.path != "/m/sign-in/":
        reader.open("/m/sign-in/")
    reader.page.locator("input[name=phone]:visible").fill(phone)
    reader.press("发验证码")
    reader.page.wait_for_url("**/m/sign-in/code/")


def give_code(reader: Reader) -> None:
    """The second step: the digits, which the demo shows instead of sending them."""
    found = re.search(r"验证码 (\d{6})", reader.page.locator("main").inner_text())
    assert found, "the demo shows the message"
    reader.page.locator("input[name=digits]").fill(found[1])
    reader.press("登录")


def digits(secret: str, moment: float | None = None) -> str:
    """What an authenticator shows (RFC 6238, six digits, 30 seconds)."""
    counter = struct.pack(">Q", int((moment or time.time()) // 30))
    hashed = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    place = hashed[-1] & 15
    return f"{(int.from_bytes(hashed[place : place + 4]) & 0x7FFFFFFF) % 1_000_000:06d}"
