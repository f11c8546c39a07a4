"""One page of a list, without counting what nobody will leaf through."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 20
COUNTED = 10_000


class Page:
    """Rows ``number`` × ``size`` of an ordered queryset; exact count only up to 10,000, because counting a district takes longer
    than reading a page of it. A number beyond the end gives the last page.
    """

    def __init__(self, queryset: QuerySet[Any], number: int = 1, size: int = PAGE_SIZE) -> None:
        self._queryset = queryset
        self.size = size
        self.number = max(number, 1)
        if self.number > 1 and not self.is_longer:
            self.number = min(self.number, self.last_number)

    @classmethod
    def of(cls, request: HttpRequest, queryset: QuerySet[Any], size: int = PAGE_SIZE) -> "Page":
        """The page that ``?page=`` asks for; anything but a number is the first."""
        asked = request.GET.get("page", "")
        return cls(queryset, int(asked) if asked.isdecimal() and len(asked) < 9 else 1, size)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def _read(self) -> list[Any]:
        """One row more than the page holds tells whether there is a next one."""
        start = (self.number - 1) * self.size
        return list(self._queryset[start : start + self.size + 1])

    @property
    def rows(self) -> list[Any]:
        return self._read[: self.size]

    @property
    def has_next(self) -> bool:
        return len(self._read) > self.size

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @cached_property
    def _counted(self) -> int:
        if self.number == 1 and not self.has_next:
            return len(self._read)
        return self._queryset.order_by()[: COUNTED + 1].count()

    @property
    def is_longer(self) -> bool:
        """More rows than are counted."""
        return self._counted > COUNTED

    @property
    def total(self) -> str:
        """ "1,234", or "10,000+"."""
        return f"{COUNTED:,}+" if self.is_longer else f"{self._counted:,}"

    @property
    def last_number(self) -> int:
        """Of the last page among the counted rows."""
        return max(-(-min(self._counted, COUNTED) // self.size), 1)

    @property
    def first_row(self) -> int:
        """From 1; 0 for an empty list."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last_row(self) -> int:
        return self.first_row + len(self.rows) - 1 if self.rows else 0
