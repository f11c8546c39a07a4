"""What an officer arranges for oneself: filters of a list, kept under a name."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class UsualFilter(models.Model):
    """Filters of a list kept by one account under a name (常用条件); only that account sees them. Words searched for are never kept."""

    unscoped_because = "how somebody arranges their own lists; no facts about anyone"
    personal: ClassVar[set[str]] = set()

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号")
    list = models.CharField("名册", max_length=20)
    title = models.CharField("名称", max_length=20)
    query = models.CharField("条件", max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "list", "title"], name="home_usualfilter_one_of_a_name")]

    def __str__(self) -> str:
        return self.title
