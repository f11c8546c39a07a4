"""Finds Chinese that a worker's page would leave untranslated, and msgids without English. `--compile` writes the .mo file.

Looks at the templates of workers' pages, sign-in and errors, and at every `gettext` of the code. Run by `make check`.
"""

import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "niangjia/config/locale/en/LC_MESSAGES/django.po"
FACES = "niangjia/core/faces/templates"
TEMPLATES = (
    "niangjia/**/templates/*/worker/*.html", "niangjia/core/access/templates/account/*.html", "niangjia/core/access/templates/mfa/**/*.html",
    "niangjia/core/access/templates/access/language.html", "niangjia/core/access/templates/access/partners.html",
    "niangjia/core/home/templates/home/door.html", f"{FACES}/*.html", f"{FACES}/faces/base.html", f"{FACES}/faces/plain.html",
    f"{FACES}/faces/worker.html", f"{FACES}/faces/fault.html",
    *(f"{FACES}/faces/parts/{part}.html" for part in ("field", "fields", "fielderror", "errors", "state", "messages", "membercard", "steps")),
)  # fmt: skip
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
WRAPPED = re.compile(
    r"{% translate \"(?P<said>[^\"]*)\"|{% blocktrans(?:late)?\b[^%]*%}(?P<block>.*?){% endblocktrans(?:late)? %}", re.DOTALL
)
OWN_NAMES = re.compile(r"中文")
"""Names of languages are written in themselves."""
IN_CODE = re.compile(r"(?<![\w.])_\(\s*\"(?P<said>(?:[^\"\\]|\\.)*)\"")
VARIABLE = re.compile(r"{{ *(\w+) *}}")


def main() -> int:
    """0 if everything a worker reads has its English, 1 with the faults listed."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    if "--compile" in sys.argv:
        CATALOGUE.with_suffix(".mo").write_bytes(compiled.getvalue())
    known = {str(message.id) for message in catalogue if message.id and message.string}
    faults = [*_unwrapped(), *(f"no English: {place}: {said}" for said, place in sorted(_said().items()) if said not in known)]
    mo = CATALOGUE.with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled.getvalue():
        faults.append(f"stale: {mo.relative_to(ROOT)}: run tools/check_translations.py --compile")
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


def _templates() -> list[Path]:
    return sorted({path for pattern in TEMPLATES for path in ROOT.glob(pattern) if "components" not in path.name})


def _unwrapped() -> list[str]:
    faults = []
    for path in _templates():
        bare = OWN_NAMES.sub("", WRAPPED.sub("", re.sub(r"{#.*?#}", "", path.read_text())))
        faults += [f"not wrapped: {path.relative_to(ROOT)}: {found}" for found in CHINESE.findall(bare)]
    return faults


def _said() -> dict[str, str]:
    """Every msgid with the first file that says it."""
    said: dict[str, str] = {}
    for path in _templates():
        for found in WRAPPED.finditer(path.read_text()):
            text = found["said"] if found["said"] is not None else VARIABLE.sub(r"%(\1)s", found["block"])
            said.setdefault(text, str(path.relative_to(ROOT)))
    for path in sorted(ROOT.glob("niangjia/**/*.py")):
        for found in IN_CODE.finditer(path.read_text()):
            if CHINESE.search(found["said"]):
                said.setdefault(found["said"], str(path.relative_to(ROOT)))
    return said


if __name__ == "__main__":
    sys.exit(main())
