"""Every statutory term of the house (法定期限), by code."""

from niangjia.core.law.statutes import aid, bargaining, courts, disputes, unions
from niangjia.core.law.term import Status, Term, UnknownTerm

THEMES = {
    "劳动争议仲裁时效": ("limitation",),
    "调解与确认": ("mediation", "judicial_confirmation", "payment_order"),
    "仲裁": ("arbitration", "sue", "set_aside"),
    "法院": ("court", "appeal", "enforcement", "preservation"),
    "法律援助": ("legal_aid",),
    "工会劳动法律监督": ("supervision",),
    "劳动合同": ("contract", "dismissal", "resignation", "employment"),
    "职工说事": ("talk",),
    "集体协商": ("wage_talk", "wage_agreement", "collective_contract", "collective_dispute"),
    "工会组织": ("union",),
    "公示": ("publicity",),
}
"""Headings of the list, and the beginnings of the codes below them."""
TERMS: dict[str, Term] = {
    term.code: term for module in (disputes, courts, aid, bargaining, unions) for term in module.TERMS
}  # in the order of the statutes


def term(code: str) -> Term:
    """The term of this code; raises UnknownTerm."""
    try:
        return TERMS[code]
    except KeyError:
        raise UnknownTerm(f"没有“{code}”这个期限，全部期限见 niangjia law terms (no such term)") from None


def by_theme() -> dict[str, list[Term]]:
    """Every term below its heading."""
    return {title: [one for one in TERMS.values() if one.theme in prefixes] for title, prefixes in THEMES.items()}


def unverified() -> list[Term]:
    """Terms whose latest rule was not read in the law itself."""
    return [one for one in TERMS.values() if one.current.status is Status.UNVERIFIED]


RIGHTS = frozenset(
    """
    judicial_confirmation.apply mediation.review_apply sue.after_award sue.after_set_aside set_aside.employer set_aside.after_dismissal
    appeal.judgment appeal.ruling enforcement.apply preservation.enforce
    """.split()
)
"""Terms within which somebody may act: once over the right is gone, but nobody is late."""
