"""Which papers may be made, which were, and what a code on a page stands for."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet, prefetch_related_objects

from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import visible
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import reaches, readable
from niangjia.core.line import part, parts
from niangjia.core.orgs.models import Organisation
from niangjia.core.papers.enums import PileState
from niangjia.core.papers.kinds import PaperKind
from niangjia.core.papers.models import IssuedPaper, Letterhead, ScanPile, Series
from niangjia.core.papers.paper import NOT_YET, Paper, digest, from_json
from niangjia.core.people.models import Person
from niangjia.core.trail.queries import Check

SCAN = "papers.scan"
"""The permission to file what comes back."""
CODED = re.compile(r"/p/(?P<token>[0-9a-z]{16})/?(?:#(?P<part>\d*)(?P<slip>r?))?$")
ENDINGS = re.compile(r"(总工会|工会联合会|联合工会|工会)$")


@cache
def kinds() -> dict[str, PaperKind]:
    """Every kind of paper by name: the tuple PAPERS of each app's ``papers.py``."""
    declared = (module.PAPERS for config in parts() if (module := part(config, "papers")) and hasattr(module, "PAPERS"))
    return {kind.name: kind for found in declared for kind in found}


def kind_of(paper: IssuedPaper) -> PaperKind | None:
    """The declaration of a paper; None where its line no longer makes it."""
    return kinds().get(paper.kind)


def is_for(kind: PaperKind, case: Case) -> bool:
    """Whether this kind belongs to cases of this flow and the case's state and facts allow it now."""
    if kind.flow and kind.flow != f"{case.line}.{case.flow}":
        return False
    if kind.states and case.state not in kind.states:
        return False
    return kind.when is None or kind.when(case)


def makable(actor: Actor, case: Case) -> list[PaperKind]:
    """The papers this actor may make in this case now, the leading ones first."""
    if case.merged_into_id or not reaches(actor, case):
        return []
    found = [kind for kind in kinds().values() if kind.offered and actor.may(kind.right_of(actor)) and is_for(kind, case)]
    return sorted(found, key=lambda kind: not kind.lead)


def papers_of(case: Case) -> QuerySet[IssuedPaper]:
    """The papers of a case that the reader may read, the newest first."""
    return IssuedPaper.objects.filter(case=case).order_by("-ordinal")


def readable_papers(actor: Actor) -> QuerySet[IssuedPaper]:
    """The papers of every case this actor may read."""
    return IssuedPaper.objects.filter(case__in=readable(actor).values("pk")).select_related("case")


def papers_found(papers: QuerySet[IssuedPaper], q: str) -> QuerySet[IssuedPaper]:
    """By number, title or the case's number."""
    text = clean_text(q)
    return papers.filter(Q(number__contains=_numbered(text)) | Q(title__contains=text) | Q(case__code__iexact=text))


def _numbered(text: str) -> str:
    """A number as it is kept, however its brackets were typed."""
    return clean_text(text).translate({ord("("): "〔", ord("["): "〔", ord(")"): "〕", ord("]"): "〕"})


def paper_in(case: Case, ordinal: int) -> IssuedPaper | None:
    """The paper of a case that the reader may read, with its scan: the file may belong to another organisation's reach."""
    found = IssuedPaper.objects.filter(case=case, ordinal=ordinal).first()
    if found:
        with elevated("papers: the scan of a paper in a case that the reader may read"):
            prefetch_related_objects([found], "scan")
    return found


def in_force(case: Case, kind: str) -> IssuedPaper | None:
    """The newest paper of a kind that is not void."""
    return IssuedPaper.objects.filter(case=case, kind=kind, voided_on__isnull=True).order_by("-ordinal").first()


def paper_of(issued: IssuedPaper) -> Paper:
    """What was issued, as its structure was kept."""
    return from_json(json.loads(issued.structure))


def drafted(
    case: Case, made: PaperKind, *, by: Actor, on: date, facts: Mapping[str, Any], number: str | None = None, token: str = ""
) -> Paper:  # fmt: skip
    """The paper as it would be: without ``number`` a preview, in which identity numbers stay masked."""
    with elevated("papers: the names in a case that the reader may read"):
        org = Organisation.objects.get(pk=case.org_id)
        shown = NOT_YET if number is None else number
        paper: Paper = made.make(case, by=by, on=on, number=shown, facts=dict(facts))
    kept = (NOT_YET if made.series else "") if number is None else number
    footer = paper.footer or f"{kept or case.code}{'　扫码核验真伪' if token else ''}"
    address = address_of(token) if token else ""
    return replace(paper, kind=made.name, number=kept, issuer=paper.issuer or head_of(org)[0], qr=address, footer=footer)


def head_of(org: Organisation) -> tuple[str, str]:
    """The name at the head of an organisation's papers and the word of its numbers: as it was set, else from its own name."""
    with elevated("papers: the head of whoever answers for a case"):
        head = Letterhead.objects.filter(org=org).first()
    return (head.name, head.word) if head else (org.name, f"{ENDINGS.sub('', org.short_name)}工")


def may_clear(by: Actor, person: Person) -> bool:
    """Whether sealed facts of a person may stand on a paper in clear: the same right that unmasks them on their page."""
    low, high = by.scope.low, by.scope.high
    return by.may("people.unmask") and low is not None and high is not None and low <= person.scope <= high


def clear(person: Person, field: str, *, by: Actor, number: str) -> str:
    """A sealed fact (id_number, phone) as it stands on a paper: masked in a preview, empty (a line to write on) without the right."""
    if not may_clear(by, person):
        return ""
    return str(getattr(person, f"masked_{field}" if number == NOT_YET else field))


def address_of(token: str) -> str:
    """What the code on a page says: the address where anybody sees whether the paper is genuine."""
    return f"{settings.PUBLIC_URL}/p/{token}/"


def read_code(text: str) -> tuple[str, int, bool] | None:
    """What a code says: the paper's token, its page (0 unknown), whether it is the slip; None for any other code."""
    found = CODED.search(text)
    return (found["token"], int(found["part"] or 0), bool(found["slip"])) if found else None


def genuine(token: str) -> IssuedPaper | None:
    """The paper behind a token, for anybody who holds it."""
    with elevated("papers: whoever holds a paper may ask whether it is genuine"):
        return IssuedPaper.objects.filter(token=token).first()


def piles(actor: Actor) -> QuerySet[ScanPile]:
    """The piles this actor may see, the newest first."""
    return visible(actor, ScanPile.objects.select_related("org", "user"), SCAN).order_by("-id")


def unfinished_piles() -> list[str]:
    """Codes of piles a job should be reading."""
    with elevated("papers: the resuming job looks at every organisation's piles"):
        return list(ScanPile.objects.filter(state=PileState.READING).order_by("id").values_list("code", flat=True))


def named(actor: Actor, said: str) -> IssuedPaper | None:
    """The paper somebody means: by its number, or «case number/which paper», among those the actor may read and that are in force."""
    text = _numbered(said)
    rows = readable_papers(actor).filter(voided_on__isnull=True)
    code, _, ordinal = clean_text(said).upper().rpartition("/")
    found = rows.filter(number=text) if text else rows.none()
    return found.first() or (rows.filter(case__code=code, ordinal=int(ordinal)).first() if code and ordinal.isdecimal() else None)


def checks() -> list[Check]:
    """Whether every paper says what it said when it was issued, and no number is missing or given twice; call it elevated."""
    altered, papers = 0, 0
    for issued in IssuedPaper.objects.only("structure_sealed", "sha256").iterator(500):
        papers += 1
        altered += digest(issued.structure) != issued.sha256
    taken = Counter(number.rpartition("〕")[0] for number in IssuedPaper.objects.exclude(number="").values_list("number", flat=True))
    given = {f"{row.word}〔{row.year}": row.last for row in Series.objects.all()}
    wrong = [word for word in taken.keys() | given.keys() if taken[word] != given.get(word, 0)]
    return [
        Check("papers.content", altered == 0, f"{papers} 份文书，{altered} 份内容与指纹不符"),
        Check(
            "papers.numbers",
            not wrong,
            f"{len(given)} 个文号序列，{len(wrong)} 个有缺号或重号{'：' if wrong else ''}{'、'.join(wrong[:5])}",
        ),
    ]
