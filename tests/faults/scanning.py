"""What the killed processes do with scans: `python -m tests.faults.scanning lay|work|state`; prints one JSON line."""

import io
import json
import random
import sys
from typing import Any

from niangjia.config.commands.ground import start_django
from tests.faults.office import open_disputes

PAPERS = 12
"""Of two pages each; the pile has one blank sheet besides."""


def lay(seed: int) -> object:
    """Papers with a return slip each, printed, shuffled, turned, and handed in as one pile; returns its code."""
    codes: Any = open_disputes(PAPERS)
    import pypdfium2

    from niangjia.base.scope import elevated
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.cases.models import Case
    from niangjia.core.orgs.models import Organisation
    from niangjia.core.papers.actions import issue, receive_pile
    from niangjia.core.papers.pdf import pdf_of, written
    from niangjia.core.papers.queries import paper_of

    chance = random.Random(seed)
    with elevated("faults: the papers of the pile"):
        cases = Case.objects.select_related("org").filter(code__in=codes).order_by("pk")
        made = [issue(case, kind="rights-handover", by=SYSTEM, facts={"to": "监察大队", "why": "由监察处理"}) for case in cases]
        documents = [pypdfium2.PdfDocument(pdf_of(paper_of(paper))) for paper in made]
        pages = [(document, place) for document in documents for place in range(len(document))]
        chance.shuffle(pages)
        pile = pypdfium2.PdfDocument.new()
        for number, (document, place) in enumerate(pages):
            pile.import_pages(document, [place])
            pile[number].set_rotation(chance.choice((0, 90, 180, 270)))
        pile.new_page(595, 842)
        org = Organisation.objects.get(name="东柳街道总工会")
        file = io.BytesIO(written(pile))
        return receive_pile(files=[file], org=org, by=SYSTEM, queue=False).pile.code


def work(code: str) -> object:
    """Read and file the pile from where it stands."""
    start_django()
    from niangjia.core.papers.actions import work_on_pile

    print("going", flush=True)
    return work_on_pile(code=code)


def state(code: str) -> object:
    """How far the pile is; papers with their whole scan, scans that are not whole, filings told of more than once."""
    start_django()
    import pypdfium2

    from niangjia.base.scope import elevated
    from niangjia.core.cases.models import StepTaken
    from niangjia.core.files.queries import open_file
    from niangjia.core.papers.models import IssuedPaper, ScanPage, ScanPile
    from niangjia.core.trail.queries import checks

    with elevated("faults: counting everything"):
        pile = ScanPile.objects.get(code=code)
        pages = ScanPage.objects.filter(pile=pile)
        filed = IssuedPaper.objects.filter(pages_back__pile=pile).distinct().select_related("scan")
        lengths = []
        for paper in filed:
            with open_file(paper.scan) as file:  # type: ignore[arg-type]
                lengths.append(len(pypdfium2.PdfDocument(file.read())))
        return {
            "state": pile.state, "read": pile.read, "pages": pile.pages, "waiting": pages.filter(state="waiting").count(),
            "filed": pages.filter(state="filed").count(), "unknown": pages.filter(state="unknown").count(),
            "whole": lengths.count(2), "not_whole": len(lengths) - lengths.count(2),
            "told": StepTaken.objects.filter(step="scan", case__papers__in=filed).count(),
            "broken": [check.name for check in checks() if not check.ok],
        }  # fmt: skip


if __name__ == "__main__":
    verb, argument = sys.argv[1:]
    verbs: dict[str, Any] = {"lay": lambda text: lay(int(text)), "work": work, "state": state}
    print(json.dumps(verbs[verb](argument)))
