"""Makes the pictures of README and guide from a running demo: `make pictures ARGS="--url http://127.0.0.1:8000"`.

Each picture is a page as one of the demo's accounts sees it, written to docs/pictures as a PNG of few colours, small enough for a repository.
"""

import argparse
import base64
import json
import os
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "niangjia.config.settings")
django.setup()

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from niangjia.seed.accounts import WORKER_PHONE  # noqa: E402
from niangjia.seed.closing import LONG_NAME, RARE_NAME  # noqa: E402
from tests.walks.browsing import PHONE, Reader, Readers, launched  # noqa: E402

FOLDER = ROOT / "docs/pictures"
MOST_BYTES = 250_000
COLOURS = (256, 128, 64, 32, 16)
"""How many colours a picture may have; fewer are tried while the file is too big."""
DESK, WALL = (1440, 900), (1920, 1080)
QUANTISE = (ROOT / "tools/quantise.js").read_text()
Step = Callable[[Reader], None]


@dataclass(frozen=True)
class Picture:
    """A page to be shown: the file's name, whose page, where, how wide, whole or the first screen, and what to do there before."""

    name: str
    account: str
    path: str
    size: tuple[int, int] = DESK
    whole: bool = False
    steps: tuple[Step, ...] = ()


def follow(pattern: str) -> Step:
    """Click the first link in the page whose address holds ``pattern``."""
    return lambda reader: _go(reader, reader.page.locator(f"main a[href*='{pattern}']").first.get_attribute("href") or "")


def find(text: str) -> Step:
    """Look ``text`` up with the search box; a single hit opens at once, else the first is followed."""

    def step(reader: Reader) -> None:
        reader.page.locator("input[data-hotkey]").fill(text)
        reader.page.keyboard.press("Enter")
        reader.page.wait_for_url(lambda url: "/desk/search" in url or "/desk/people/" in url)
        if reader.path.startswith("/desk/search"):
            follow("/desk/people/3302")(reader)

    return step


def _go(reader: Reader, address: str) -> None:
    reader.page.goto(reader.page.evaluate("address => new URL(address, location.href).href", address))


PICTURES = (
    Picture("board", "zhuxi", "/board/"),
    Picture("board-wall", "zhuxi", "/board/?wall=1", WALL),
    Picture("inbox", "zuzhi", "/desk/"),
    Picture("union", "minglou", "/desk/", steps=(find(LONG_NAME), follow("/desk/orgs/3302"))),
    Picture("union-overdue", "zuzhi", "/desk/figures/organising.overdue_terms/", steps=(follow("/desk/orgs/3302"),)),
    Picture("person", "minglou", "/desk/", steps=(find(LONG_NAME), follow("/desk/orgs/3302"), follow("/desk/people/3302"))),
    Picture("person-long-name", "minglou", "/desk/", steps=(find(LONG_NAME),)),
    Picture("person-rare-name", "minglou", "/desk/", steps=(find(RARE_NAME),)),
    Picture("people-list", "zuzhi", "/desk/people/"),
    Picture("import", "minglou", "/desk/imports/?state=waiting", steps=(follow("/desk/imports/DR-"),)),
    Picture("import-refused", "minglou", "/desk/imports/?state=checked", steps=(follow("/desk/imports/DR-"), follow("show=refused"))),
    Picture("figure", "zhuxi", "/desk/figures/organising.members/"),
    Picture("case", "zuzhi", "/desk/cases/?stand=late", steps=(follow("/desk/cases/LD-"),)),
    Picture("paper", "zuzhi", "/desk/papers/", steps=(follow("/papers/"),)),
    Picture("joint", "zuzhi", "/desk/joint/"),
    Picture("lawyer", "lvshi", "/desk/lawyer/"),
    Picture("fund", "zhuxi", "/desk/mutual-aid/fund/"),
    Picture("clearing", "fuwu", "/desk/mutual-aid/clearings/", steps=(follow("/clearings/QS-"),)),
    Picture("settlement", "fuwu", "/desk/mutual-aid/settlements/?state=paid", steps=(follow("/settlements/JS"),)),
    Picture("simulation", "fuwu", "/desk/mutual-aid/simulate/", steps=(follow("/simulate/SS-"),)),
    Picture("ledger", "kuaiji", "/desk/ledger/", steps=(follow("/ledger/HZ2023"),)),
    Picture("worker-aid", WORKER_PHONE, "/m/mutual-aid/", PHONE),
    Picture("worker-claim", WORKER_PHONE, "/m/mutual-aid/claim/", PHONE),
    Picture("worker-calculator", WORKER_PHONE, "/m/rights/calculate/", PHONE),
    Picture("worker-ask", WORKER_PHONE, "/m/rights/ask/2/", PHONE),
    Picture("worker-home", WORKER_PHONE, "/m/", PHONE),
    Picture("worker-card", WORKER_PHONE, "/m/card/", PHONE),
    Picture("worker-me", WORKER_PHONE, "/m/me/", PHONE),
    Picture("worker-looks", WORKER_PHONE, "/m/looks/", PHONE),
)


def main() -> int:
    """Make all pictures, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these pictures")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the demo runs")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    wanted = [picture for picture in PICTURES if not arguments.names or picture.name in arguments.names]
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launched(playwright)
        readers = Readers(browser, arguments.url.rstrip("/"))
        press = browser.new_page()
        for picture in wanted:
            file = arguments.folder / f"{picture.name}.png"
            file.write_bytes(small(take(readers, picture), press))
            print(f"{file.name:<24}{file.stat().st_size / 1000:6.0f} kB")
            readers.close()
        browser.close()
    return 0


def take(readers: Readers, picture: Picture) -> bytes:
    """The picture as the browser gives it."""
    account, size = picture.account, picture.size
    reader = readers.worker(account, size) if account.isdecimal() else readers.staff(account, size)
    reader.open(picture.path)
    for step in picture.steps:
        step(reader)
    reader.page.wait_for_load_state("networkidle")
    if reader.faults:
        raise SystemExit(f"{picture.name}: {reader.faults}")
    return reader.page.screenshot(full_page=picture.whole, scale="css", animations="disabled")


def small(png: bytes, press: Page) -> bytes:
    """The same picture with a palette; raises ValueError if it stays too big with the fewest colours."""
    for colours in COLOURS:
        seen = json.loads(press.evaluate(QUANTISE, [base64.b64encode(png).decode(), colours]))
        made = indexed(seen["width"], base64.b64decode(seen["pixels"]), bytes(seen["palette"]))
        if len(made) <= MOST_BYTES:
            return made
    raise ValueError(f"{len(made)} bytes with {COLOURS[-1]} colours")


def indexed(width: int, pixels: bytes, palette: bytes) -> bytes:
    """A PNG of one byte a pixel, each an index into ``palette`` (red, green, blue)."""
    rows = b"".join(b"\0" + row for row in _rows(width, pixels))
    header = struct.pack(">IIBBBBB", width, len(pixels) // width, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def _rows(width: int, pixels: bytes) -> Iterator[bytes]:
    return (pixels[start : start + width] for start in range(0, len(pixels), width))


if __name__ == "__main__":
    sys.exit(main())
