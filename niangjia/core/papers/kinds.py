"""How a line declares its papers: the tuple PAPERS of its ``papers.py``, read by `queries.kinds`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from niangjia.core.line import Reader


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper that may be made in a case (文书种类).

    ``name`` is unique in the house and stands in addresses: small letters, figures and hyphens. ``flow`` is «line.flow», or empty for
    every case; ``states`` those of the flow in which it may be made (none named: any), ``when(case)`` a further condition that reads only.
    ``make(case, *, by, on, number, facts)`` returns the `Paper`; it never writes. In a preview ``number`` is `paper.NOT_YET`. It may raise
    ValidationError where a fact is wanted that only people can supply. ``form`` asks for facts: a ``StepForm``.

    ``may`` is the right it wants; whoever works on the case with ``also`` makes it too (a lawyer named on it).

    ``series`` is the word of the line in the number («维» in 鄞工维〔2023〕12号); without it the paper carries none: parties sign it among
    themselves. ``once``: a second one is refused while one is in force. ``unmasks``: sealed facts of the persons that stand on it in clear
    (id_number, phone), and the persons see that they do. ``bulk``: its form asks for nothing that
    differs from case to case, so many cases may get one together (kinds without a form always may). ``offered``: the case's page offers to make it. ``lead`` papers are offered first.

    ``filed(paper, *, slip, by, on)`` is called inside the transaction that files a scan of it; ``offers(paper, actor)`` gives links to what may be done
    next (a step of the flow once the slip is back, an answer to be noted), shown beside the paper.
    """

    name: str
    title: str
    flow: str
    may: str
    make: Callable[..., Any]
    states: tuple[str, ...] = ()
    when: Callable[[Any], bool] | None = None
    for_worker: bool = False
    form: Any = None
    series: str = ""
    once: bool = False
    unmasks: tuple[str, ...] = ()
    bulk: bool = False
    offered: bool = True
    also: str = ""
    lead: bool = False
    filed: Callable[..., None] | None = None
    offers: Callable[..., Any] | None = None

    def right_of(self, by: Reader) -> str:
        """The right by which somebody makes this paper: the kind's own, or the other one where they have only that."""
        return self.also if self.also and by.may(self.also) and not by.may(self.may) else self.may
