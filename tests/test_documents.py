"""What the documents promise about themselves."""

import re

from tests.house import ROOT


def test_decisions_are_numbered_without_gaps_one_page_each() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text()
        assert text.startswith(f"# {page.name[:4]} "), page.name
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Question", "Decision", "Because", "Measured"], page.name


def test_every_flow_is_drawn_in_its_line_s_readme_from_the_table_the_code_uses() -> None:
    from niangjia.core.cases.queries import flows
    from tests.flows import drawn_into, readmes

    for line, file in readmes().items():
        text = file.read_text()
        for of_line, name in flows():
            assert of_line != line or f"<!-- flow:{name} -->" in text, f"{file}: wants <!-- flow:{name} -->"
        assert text == drawn_into(text, line), "draw it anew: python -m tests.flows --write"
