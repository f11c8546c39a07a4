"""Verbs of the tree of unions: each in one transaction, with its trail event inside."""

from niangjia.core.orgs.actions.changing import (
    change_facts,
    change_facts_of,
    dissolve,
    merge,
    move,
    recognise,
    register_legal_person,
    rename,
)
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.orgs.actions.employers import add_employer, add_partner, cover, uncover
from niangjia.core.orgs.actions.founding import (
    Founded,
    Founding,
    LegalPerson,
    NewEmployer,
    NewTerm,
    found_federation,
    found_many,
    found_union,
)
from niangjia.core.orgs.actions.terms import extend_term, start_term
from niangjia.core.orgs.actions.withdrawing import withdraw_many

__all__ = [
    "Founded",
    "Founding",
    "LegalPerson",
    "NewEmployer",
    "NewTerm",
    "add_employer",
    "add_partner",
    "change_facts",
    "change_facts_of",
    "cover",
    "dissolve",
    "extend_term",
    "found_federation",
    "found_many",
    "found_union",
    "merge",
    "move",
    "recognise",
    "register_legal_person",
    "rename",
    "start_term",
    "take_codes",
    "uncover",
    "withdraw_many",
]
