"""Official papers: how long one takes, whether memory grows over ten thousand, and the same agreement by docxtpl beside ours.

python -m bench papers                       # ten thousand papers
python -m bench.papers --papers 1000         # fewer, to see it work
"""

import argparse
import io
import resource
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from docx import Document
from docxtpl import DocxTemplate

from bench.measure import many, p50_p95, table
from niangjia.core.papers.paper import Facts, Gap, Heading, Items, Paper, Signature, Table, Text
from niangjia.core.papers.pdf import page_count, pdf_of
from niangjia.core.papers.word import docx_of

LIMIT = 300.0
"""Milliseconds that one PDF may take."""
GROWTH = 50
"""Megabytes by which the process may grow between a tenth of the papers and all of them."""
ROUNDS = 40
CLAUSE = "双方确认：本协议是在调解组织主持下自愿、平等协商达成，内容是双方真实意思，没有受到欺诈、胁迫，双方已经知道其法律后果。"
DAY = date(2023, 12, 18)
PARTY = (("姓名", "何静川"), ("性别", "女"), ("年龄", "33岁"), ("职业", "骑手"), ("工作单位", "迅帆配送"), ("住所", "学府路 9 号"))


def agreement(number: int) -> Paper:
    """An agreement of two pages; ``number`` makes each one different."""
    due = tuple((str(one), f"2023年12月{one}日", f"{Decimal(number + one):,.2f}") for one in range(1, 9))
    blocks = (
        Heading("申请人"), Facts(PARTY, pairs=True), Heading("被申请人"), Facts(PARTY, pairs=True), Heading("一、纠纷的主要事实"),
        *(Text(f"第 {number} 件：{CLAUSE}") for _ in range(4)), Gap("各方责任", 2), Heading("二、协议内容"),
        Table(("期次", "付款日期", "金额（元）"), due, numeric=(2,), widths=(1, 3, 3)), Heading("三、声明和告知"), Items((CLAUSE,) * 5),
    )  # fmt: skip
    signed = (Signature("申请人（签名）"), Signature("被申请人（盖章）"), Signature("桃源街道总工会", on=DAY, seal=True))
    address = f"https://example.org/p/{number:016d}/"
    return Paper(
        "bench",
        "劳动争议调解协议书",
        f"桃工维〔2023〕{number}号",
        "桃源街道总工会",
        "",
        DAY,
        blocks,
        signed,
        address,
        "扫码核验",
        dense=True,
    )


def template() -> bytes:
    """The same agreement as a template of docxtpl: words, a table filled by a loop."""
    document = Document()
    document.add_heading("劳动争议调解协议书", level=1)
    document.add_paragraph("{{ number }}")
    for _ in range(2):
        document.add_paragraph("{% for label, value in party %}{{ label }}：{{ value }}　{% endfor %}")
    for _ in range(9):
        document.add_paragraph("第 {{ n }} 件：{{ clause }}")
    rows = document.add_table(rows=3, cols=3)
    rows.rows[0].cells[0].text = "{%tr for row in due %}"
    for place, cell in enumerate(rows.rows[1].cells):
        cell.text = f"{{{{ row[{place}] }}}}"
    rows.rows[2].cells[0].text = "{%tr endfor %}"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def by_docxtpl(source: bytes, number: int) -> bytes:
    """One agreement written by the peer."""
    document = DocxTemplate(io.BytesIO(source))
    due = [(str(one), f"2023年12月{one}日", f"{number + one:,.2f}") for one in range(1, 9)]
    document.render({"number": f"桃工维〔2023〕{number}号", "party": PARTY, "n": number, "clause": CLAUSE, "due": due})
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def resident() -> int:
    """Megabytes this process holds now."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return int(status.read_text().split()[1]) * resource.getpagesize() >> 20


def times() -> bool:
    """One paper each way; whether the PDF keeps its limit."""
    source, counted = template(), iter(range(10**6))
    works: list[tuple[str, Any]] = [
        (f"PDF by typst, {page_count(pdf_of(agreement(0)))} pages", lambda: pdf_of(agreement(next(counted)))),
        (".docx by python-docx", lambda: docx_of(agreement(next(counted)))),
        ("peer: .docx by docxtpl", lambda: by_docxtpl(source, next(counted))),
    ]
    found = [(name, *p50_p95(many(work, ROUNDS))) for name, work in works]
    peer = found[-1][1]
    table(
        f"one agreement (limit for a PDF {LIMIT:.0f} ms)", ("p50 ms", "p95 ms", "docxtpl takes"),
        [(name, f"{half:.1f}", f"{most:.1f}", f"{peer / half:.1f}×") for name, half, most in found],
    )  # fmt: skip
    return found[0][2] <= LIMIT


def memory(papers: int) -> bool:
    """Many different papers one after another; whether memory stays where it is after a tenth of them."""
    marks: list[tuple[str, str, str]] = []
    held: dict[int, int] = {}
    for number in range(1, papers + 1):
        pdf_of(agreement(number))
        if number in (1, papers // 10, papers):
            held[number] = resident()
            marks.append((f"after {number:,} PDFs", f"{held[number]} MB", f"{held[number] - held[1]:+d} MB"))
    table(f"memory (may grow by {GROWTH} MB from a tenth to all)", ("resident", "since the first"), marks)
    return held[papers] - held[max(papers // 10, 1)] <= GROWTH


def main() -> int:
    """0 when the limits hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.papers")
    parser.add_argument("--papers", type=int, default=10_000)
    kept = [times(), memory(max(10, parser.parse_args().papers))]
    print("limits kept" if all(kept) else "LIMITS NOT KEPT", "\n")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
