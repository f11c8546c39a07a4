"""One structure, two writers: the same words in the same order, nothing read as markup, no character lost unseen."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from niangjia.core.papers import scans
from niangjia.core.papers.fonts import missing
from niangjia.core.papers.paper import Facts, Gap, Heading, Items, Paper, Signature, Slip, Table, Text, as_json, digest, dumped, from_json
from niangjia.core.papers.pdf import merged, page_count, pdf_of
from niangjia.core.papers.tests.kind import letter, record
from niangjia.core.papers.word import docx_of

DAY = date(2023, 12, 18)
FOOT = 84
"""Points from the lower edge that belong to the footer."""
MARKUP = '#let x = 1 $x^2$ @ref [链接](a) *粗* _斜_ `码` <标> \\ // /* = 标题 - 项 + 项 ~ -- #panic("x") #read("/etc/passwd")'


class _Org:
    name = "桃源街道总工会"


class _Case:
    org = _Org()
    code = "SS-330212-2023-00001"


def sample(make: object) -> Paper:
    return make(_Case(), by=None, on=DAY, number="桃源工说〔2023〕1号", facts={})  # type: ignore[operator]


def words_of_pdf(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "".join(re.sub(r"\s", "", page.get_textpage().get_text_bounded(bottom=FOOT)) for page in document)


def words_of_docx(content: bytes) -> str:
    body = docx.Document(io.BytesIO(content)).element.body
    return re.sub(r"\s", "", "".join(node.text or "" for node in body.iter(qn("w:t"))))


@pytest.mark.parametrize("make", [letter, record])
def test_both_writers_say_the_same_words_in_the_same_order(make: object) -> None:
    paper = sample(make)
    said = words_of_pdf(pdf_of(paper))
    assert said == words_of_docx(docx_of(paper))
    assert paper.title in said
    assert paper.number in said


@pytest.mark.parametrize("make", [letter, record])
def test_a_paper_is_the_same_after_it_was_kept(make: object) -> None:
    paper = sample(make)
    assert from_json(as_json(paper)) == paper
    assert digest(dumped(paper)) == digest(dumped(from_json(as_json(paper))))


@pytest.mark.parametrize(
    ("block", "times"),
    [
        (Heading(MARKUP), 1), (Text(MARKUP), 1), (Items((MARKUP, MARKUP)), 2), (Facts((("栏目", MARKUP),)), 1), (Gap(MARKUP), 1),
        (Table((MARKUP,), ((MARKUP,),)), 2), (Slip(MARKUP, (Text(MARKUP),)), 2),
    ],
)  # fmt: skip
def test_what_people_write_is_never_read_as_markup(block: object, times: int) -> None:
    paper = Paper("", "函", "一号", "某工会", "", DAY, (block,), (Signature("经办"),))  # type: ignore[arg-type]
    plain = re.sub(r"\s", "", MARKUP)
    assert words_of_pdf(pdf_of(paper)).count(plain) == times
    assert words_of_docx(docx_of(paper)).count(plain) == times


def test_neither_are_title_number_addressee_signature_and_notes() -> None:
    paper = Paper("", MARKUP, MARKUP, MARKUP, MARKUP, DAY, (), (Signature(MARKUP),), footer=MARKUP, notes=(MARKUP,))
    plain = re.sub(r"\s", "", MARKUP)
    assert words_of_pdf(pdf_of(paper)).count(plain) == 6
    assert words_of_docx(docx_of(paper)).count(plain) == 6


def test_a_character_without_a_glyph_is_said_and_never_a_box() -> None:
    rare = "\U00031350"
    assert missing(f"何{rare}川") == [rare]
    said = words_of_pdf(pdf_of(Paper("", "通知书", "", "某工会", f"何{rare}川", DAY)))
    assert "何〓川" in said
    assert "U+31350" in said
    assert rare in words_of_docx(docx_of(Paper("", "通知书", "", "某工会", f"何{rare}川", DAY)))


def test_names_of_gb_2312_and_usual_rare_ones_have_glyphs() -> None:
    assert missing("鄞州邬郏祎玥翀喆堃淼·〔〕《》＿—…％①℃") == []


def test_no_space_stands_between_chinese_and_latin() -> None:
    document = pypdfium2.PdfDocument(pdf_of(Paper("", "通知", "", "某工会", "", DAY, (Text("共3份A4纸"),))))
    assert "共3份A4纸" in document[0].get_textpage().get_text_range()


def test_the_pdf_is_tagged_and_carries_its_title_and_language() -> None:
    content = pdf_of(sample(letter))
    assert b"/MarkInfo" in content or b"/StructTreeRoot" in content
    assert pypdfium2.PdfDocument(content).get_metadata_dict()["Title"] == "协助函"


def test_a_slip_stands_on_a_page_of_its_own() -> None:
    assert page_count(pdf_of(sample(letter))) == 2


def test_a_long_paper_has_a_code_on_every_page_and_many_papers_become_one_file() -> None:
    paper = Paper("", "长文", "", "某工会", "", DAY, tuple(Text("很长的一段。" * 60) for _ in range(20)), qr="http://x/p/2222222222222222/")
    content = pdf_of(paper)
    assert page_count(content) > 3
    assert page_count(merged([content, content])) == 2 * page_count(content)


def test_many_threads_write_and_read_at_once() -> None:
    """PDFium knows no threads; the web server has several: each waits for the other."""

    def once(number: int) -> str:
        paper = Paper("", f"第{number}份", "", "某工会", "", DAY, (Text("长文。" * 900),), qr="http://x/p/2222222222222222/")
        content = merged([pdf_of(paper), pdf_of(paper)])
        with scans.opened(content, "application/pdf") as document:
            return scans.read_page(document, len(document) - 1).token

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(once, range(24))) == {"2222222222222222"}
