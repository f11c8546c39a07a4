"""What a calculator found, kept with the case it was taken into."""

import json
from typing import Any, ClassVar

from django.db import models

from niangjia.base.sealing import unseal

SHEET = "rights_reckoning.sheet"
"""Associated data of the sealed column."""


class Reckoning(models.Model):
    """A worksheet as it was when its sums became claims (计算过程): steps, articles, what was not known; sealed."""

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"sheet_sealed", "total"}
    sealed_as: ClassVar[dict[str, str]] = {"sheet_sealed": SHEET}

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="reckonings")
    sort = models.CharField("哪种计算", max_length=20)
    sheet_sealed = models.BinaryField("计算过程")
    total = models.DecimalField("合计", max_digits=16, decimal_places=2)
    made_on = models.DateField("计算日期")
    made_by = models.CharField("谁算的", max_length=60)
    replaced_on = models.DateField("被重算取代之日", null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "made_on"], name="rights_reckoning_case")]

    @property
    def sheet(self) -> dict[str, Any]:
        """The worksheet: sort, total, sums, steps, articles, sources, unknown."""
        return json.loads(unseal(bytes(self.sheet_sealed), SHEET))
