"""Make the folder of a new line of work: `python tools/new_line.py rights 维权服务` (or `make new-line NAME=rights TITLE=维权服务`).

Only what every line has from its first day; the other modules are made when there is something to put into them (see CONTRIBUTING.md).
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "niangjia" / "work"

FILES = {
    "README.md": "# {title}\n\n这条线做什么，依据哪些法规，流程怎么走，出哪些数。一页写完。\n",
    "__init__.py": "",
    "apps.py": '''from niangjia.core.line import LineOfWork


class {config}Config(LineOfWork):
    """What this line does ({title})."""

    name = "niangjia.work.{name}"
    verbose_name = "{title}"
    order = {order}
    summary = "{title}"
''',
    "urls.py": '''"""Addresses of {name}."""

from django.urls import URLPattern

app_name = "{name}"
urlpatterns: list[URLPattern] = []
''',
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
    "tests/ids.py": '''"""For each argument of this line's addresses a function (world) -> value."""

from collections.abc import Callable
from typing import Any

IDS: dict[str, Callable[[Any], str]] = {{}}
''',
}

NEXT = """{folder} 已建好。接下来：
  1. niangjia/config/settings.py 的 INSTALLED_APPS 加一行 "niangjia.work.{name}"
  2. niangjia/config/urls.py 加一行 path("", include("niangjia.work.{name}.urls"))
  3. GLOSSARY.md 里写上这条线的词
  4. make check"""


def make(name: str, title: str, work: Path = WORK) -> Path:
    """Write the files of a new line below ``work`` and return its folder; exits with a reason where that is not possible."""
    if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name) or not title:
        sys.exit("用法：make new-line NAME=rights TITLE=维权服务（NAME 是英文小写，可带下划线；TITLE 是中文名）")
    folder = work / name
    if folder.exists():
        sys.exit(f"{folder} 已经有了，不覆盖。")
    order = 1 + sum((line / "apps.py").exists() for line in work.iterdir())
    words = {"name": name, "title": title, "config": name.title().replace("_", ""), "order": order}
    for path, text in FILES.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(**words))
    return folder


if __name__ == "__main__":
    made = make(*[*sys.argv[1:], "", ""][:2])
    print(NEXT.format(folder=made.relative_to(ROOT), name=made.name))
