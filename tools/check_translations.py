"""Whether a worker who chose English reads English: finds what is not wrapped, not translated, or compiled long ago.

Looks at the templates of workers' pages, sign-in and errors, and at every `gettext` of the code. Run by `make check`;
`--update` (`make translations`) writes new words into the catalogue, drops those nobody says any more, and compiles it.
The words in the code are Chinese, the catalogue holds their English.
"""

import ast
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "niangjia/config/locale/en/LC_MESSAGES/django.po"
FACES = "niangjia/core/faces/templates"
PARTS = ("field", "fields", "fielderror", "errors", "state", "messages", "membercard", "steps", "share", "language", "reading", "brand")
TEMPLATES = (
    "niangjia/**/templates/*/worker/*.html", "niangjia/core/access/templates/account/*.html", "niangjia/core/access/templates/mfa/**/*.html",
    "niangjia/core/access/templates/access/partners.html", "niangjia/core/home/templates/home/door.html",
    "niangjia/core/orgs/templates/orgs/public.html", f"{FACES}/*.html", f"{FACES}/faces/base.html", f"{FACES}/faces/plain.html",
    f"{FACES}/faces/worker.html", f"{FACES}/faces/fault.html", *(f"{FACES}/faces/parts/{part}.html" for part in PARTS),
)  # fmt: skip
VIEWS = (
    "niangjia/**/views/worker.py", "niangjia/**/views/public.py", "niangjia/core/home/views/door.py", "niangjia/core/faces/fields.py",
    "niangjia/core/access/views/worker.py", "niangjia/config/signin.py", "niangjia/core/access/rules.py",
)  # fmt: skip
"""Code whose every Chinese text is shown to somebody who may read English."""
CHINESE = re.compile(r"[\u3400-\u9fff\u3001-\u3011\uff01-\uff5e]+")
WORDS = re.compile(r"[\u3400-\u9fff]+")
SENTENCE = re.compile(r"[\u3400-\u9fff].*[\u3400-\u9fff]")
"""More than a sign that is looked for in what people type, such as 元."""
WRAPPED = re.compile(
    r"{% translate \"(?P<said>[^\"]*)\"|{% blocktrans(?:late)?\b[^%]*%}(?P<block>.*?){% endblocktrans(?:late)? %}", re.DOTALL
)
OWN_NAMES = re.compile(r"中文")
"""Names of languages are written in themselves."""
WITHOUT_DATE = datetime(2023, 12, 18, tzinfo=UTC)
"""The compiled file says nothing of when it was compiled, so that the same words give the same bytes."""
SAYING = {"_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None}
VARIABLE = re.compile(r"{{ *(\w+) *}}")
PLACES = re.compile(r"%\(\w+\)s")


def main() -> int:
    """0 if everything a worker reads has its English, 1 with the faults listed."""
    catalogue = _read()
    said = _said()
    if "--update" in sys.argv:
        _write(_updated(catalogue, said))
        catalogue = _read()
    faults = [*_unwrapped_templates(), *_unwrapped_code(), *_untranslated(catalogue, said)]
    mo = CATALOGUE.with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != _compiled(catalogue):
        faults.append(f"stale: {mo.name}: run make translations")
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


def _read() -> Catalog:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    catalogue.creation_date = catalogue.revision_date = WITHOUT_DATE
    return catalogue


def _updated(old: Catalog, said: dict[str, str]) -> Catalog:
    new = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for text, place in sorted(said.items(), key=lambda entry: (entry[1], entry[0])):
        known = old.get(text)
        kept = str(known.string) if known is not None else ""
        new.add(text, kept, flags=known.flags if known is not None else (), auto_comments=[place])
    return new


def _write(catalogue: Catalog) -> None:
    lines = BytesIO()
    write_po(lines, catalogue, width=130, omit_header=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: en\\n"\n\n'
    CATALOGUE.write_text(head + lines.getvalue().decode().strip() + "\n")
    CATALOGUE.with_suffix(".mo").write_bytes(_compiled(_read()))


def _compiled(catalogue: Catalog) -> bytes:
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()


def _untranslated(catalogue: Catalog, said: dict[str, str]) -> Iterator[str]:
    for text, place in sorted(said.items()):
        entry = catalogue.get(text)
        if entry is None or not entry.string:
            yield f"no English: {place}: {text}"
        elif entry.fuzzy:
            yield f"fuzzy: {place}: {text}"
        elif WORDS.search(str(entry.string)):
            yield f"Chinese in the English: {place}: {entry.string}"
        elif sorted(PLACES.findall(text)) != sorted(PLACES.findall(str(entry.string))):
            yield f"other variables: {place}: {text}"
    yield from (f"nobody says: {entry.id}" for entry in catalogue if entry.id and entry.id not in said)


def _files(patterns: tuple[str, ...]) -> list[Path]:
    return sorted({path for pattern in patterns for path in ROOT.glob(pattern) if "components" not in path.name})


def _unwrapped_templates() -> Iterator[str]:
    for path in _files(TEMPLATES):
        bare = OWN_NAMES.sub("", WRAPPED.sub("", re.sub(r"{#.*?#}", "", path.read_text())))
        yield from (f"not wrapped: {path.relative_to(ROOT)}: {found}" for found in CHINESE.findall(bare))


def _unwrapped_code() -> Iterator[str]:
    """Chinese texts in worker-facing code outside `_()`; docstrings are for us."""
    for path in _files(VIEWS):
        tree = ast.parse(path.read_text())
        fine = {id(node) for call in ast.walk(tree) if _is_saying(call) for node in ast.walk(call)}
        fine |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.search(node.value) and id(node) not in fine:
                yield f"not wrapped: {path.relative_to(ROOT)}:{node.lineno}: {node.value}"


def _is_saying(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING


def _said() -> dict[str, str]:
    """Every msgid with the first file that says it."""
    said: dict[str, str] = {}
    for path in _files(TEMPLATES):
        for found in WRAPPED.finditer(path.read_text()):
            text = found["said"] if found["said"] is not None else VARIABLE.sub(r"%(\1)s", found["block"])
            said.setdefault(text, path.relative_to(ROOT).as_posix())
    for path in sorted(ROOT.glob("niangjia/**/*.py")):
        if "/tests/" in path.as_posix():
            continue
        with path.open("rb") as file:
            for _line, text, _comments, _context in extract("python", file, keywords=SAYING):
                if isinstance(text, str) and CHINESE.search(text):
                    said.setdefault(text, path.relative_to(ROOT).as_posix())
    return said


if __name__ == "__main__":
    sys.exit(main())
