"""Sheets this line accepts: unions with their terms and officers, and the roster of members."""

from niangjia.work.organising.imports.members import MEMBERS
from niangjia.work.organising.imports.unions import UNIONS

SHEETS = (MEMBERS, UNIONS)
