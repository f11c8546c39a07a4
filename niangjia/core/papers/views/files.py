"""How a paper is shown and handed out: as a page, as PDF, as .docx."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from niangjia.core.papers.models import IssuedPaper
from niangjia.core.papers.paper import Gap, Paper, as_json, gap_lines, signature_lines
from niangjia.core.papers.pdf import merged, pdf_of
from niangjia.core.papers.queries import paper_of
from niangjia.core.papers.word import docx_of

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
VOID = "【已作废】"


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


def written(issued: IssuedPaper, ending: str) -> HttpResponse:
    """The paper as a download; a void one says so on every page."""
    write = {"pdf": pdf_of, "docx": docx_of}[ending]
    content = write(paper_of(issued), watermark=VOID if issued.voided_on else "")
    return handed_out(content, ending, f"{issued.title}{issued.number or issued.ordinal}")


def together(papers: Sequence[IssuedPaper], title: str) -> HttpResponse:
    """Several papers as one PDF."""
    return handed_out(merged([pdf_of(paper_of(one), watermark=VOID if one.voided_on else "") for one in papers]), "pdf", title)


def handed_out(content: bytes, ending: str, name: str) -> HttpResponse:
    """Bytes as a download that no cache keeps."""
    response = HttpResponse(content, content_type=TYPES[ending])
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}") or "attachment"
    response.headers["Cache-Control"] = "no-store"
    return response
