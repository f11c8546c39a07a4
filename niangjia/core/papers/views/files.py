"""How a paper is shown and handed out: as a page, as PDF, as .docx."""

import re
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from niangjia.base.chinese import mask_id, mask_phone
from niangjia.core.papers.models import IssuedPaper
from niangjia.core.papers.paper import Gap, Paper, as_json, from_json, gap_lines, signature_lines
from niangjia.core.papers.pdf import merged, pdf_of
from niangjia.core.papers.queries import paper_of
from niangjia.core.papers.word import docx_of

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
VOID = "【已作废】"
NUMBERS, PHONES = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])"), re.compile(r"(?<![0-9A-Za-z])1[0-9]{10}(?![0-9A-Za-z])")
"""Identity and mobile numbers wherever they stand in a text."""


def shown(paper: Paper) -> dict[str, Any]:
    """The paper as the template `papers/sheet.html` reads it."""
    signatures = [{"seal": one.seal, "lines": signature_lines(one)} for one in paper.signatures]
    return as_json(paper) | {"blocks": _blocks(as_json(paper)["blocks"]), "signatures": signatures}


def _blocks(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_block(one) for one in blocks]


def _block(block: dict[str, Any]) -> dict[str, Any]:
    if block["block"] == "gap":
        return block | {"lines": gap_lines(Gap(block["label"], block["lines"]))}
    return block | {"blocks": _blocks(block["blocks"])} if block["block"] == "slip" else block


def masked(paper: Paper) -> Paper:
    """The paper with identity numbers and mobile numbers masked: what a page shows, and copies for those who may not see them."""
    return from_json(_masked(as_json(paper)))


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return PHONES.sub(lambda found: mask_phone(found[0]), NUMBERS.sub(lambda found: mask_id(found[0]), value))
    if isinstance(value, dict):
        return {name: one if name in ("qr", "number") else _masked(one) for name, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list) else value


def written(issued: IssuedPaper, ending: str, *, clear: bool) -> HttpResponse:
    """The paper as a download; a void one says so on every page. Not ``clear``: numbers are masked."""
    write = {"pdf": pdf_of, "docx": docx_of}[ending]
    content = write(_copy(issued, clear), watermark=VOID if issued.voided_on else "")
    return handed_out(content, ending, f"{issued.title}{issued.number or issued.ordinal}")


def together(papers: Sequence[IssuedPaper], title: str, *, clear: bool) -> HttpResponse:
    """Several papers as one PDF."""
    return handed_out(merged([pdf_of(_copy(one, clear), watermark=VOID if one.voided_on else "") for one in papers]), "pdf", title)


def _copy(issued: IssuedPaper, clear: bool) -> Paper:
    return paper_of(issued) if clear else masked(paper_of(issued))


def handed_out(content: bytes, ending: str, name: str) -> HttpResponse:
    """Bytes as a download that no cache keeps."""
    response = HttpResponse(content, content_type=TYPES[ending])
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}") or "attachment"
    response.headers["Cache-Control"] = "no-store"
    return response
