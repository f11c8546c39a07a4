"""Papers that were issued, the numbers they took, and the scans that come back."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from niangjia.base.sealing import unseal
from niangjia.core.papers.enums import PageState, PileState

STRUCTURE = "papers_issuedpaper.structure"
"""Associated data of the sealed column."""


class IssuedPaper(models.Model):
    """A paper that went out (文书): its structure is kept sealed, PDF and .docx are written from it whenever they are asked for.

    ``ordinal`` counts the papers of the case. ``token`` stands in the code on its pages; whoever opens it learns that the paper is genuine.
    """

    scope_path = "case__scope"
    behind = "case"
    personal: ClassVar[set[str]] = {"structure_sealed", "title"}
    sealed_as: ClassVar[dict[str, str]] = {"structure_sealed": STRUCTURE}

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="papers")
    ordinal = models.PositiveSmallIntegerField("第几份")
    kind = models.CharField("种类", max_length=40)
    title = models.CharField("标题", max_length=80)
    number = models.CharField("文号", max_length=60, blank=True)
    issuer = models.CharField("发文机关", max_length=120)
    structure_sealed = models.BinaryField("内容")
    sha256 = models.CharField("指纹", max_length=64)
    token = models.CharField("核验码", max_length=32, unique=True)
    issued_on = models.DateField("出文日期")
    issued_by = models.CharField("经办", max_length=60)
    for_worker = models.BooleanField("本人可见", default=False)
    voided_on = models.DateField("作废日期", null=True, blank=True)
    void_reason = models.CharField("作废理由", max_length=120, blank=True)
    scan = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="扫描件")
    returned_on = models.DateField("扫描归档日期", null=True, blank=True)
    slip_back = models.BooleanField("回执已回", default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "ordinal"], name="papers_issuedpaper_ordinal"),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="papers_issuedpaper_number"),
            models.CheckConstraint(
                condition=Q(voided_on__isnull=True, void_reason="") | Q(voided_on__gte=F("issued_on")) & ~Q(void_reason=""),
                name="papers_issuedpaper_void_has_reason",
                violation_error_message="作废要写明理由，日期不能早于出文",
            ),
            models.CheckConstraint(
                condition=Q(scan__isnull=True, returned_on__isnull=True) | Q(scan__isnull=False, returned_on__isnull=False),
                name="papers_issuedpaper_scan_has_day",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "issued_on"], name="papers_issuedpaper_kind")]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def subject(self) -> str:
        """How the trail names this record."""
        return f"paper:{self.pk}"

    @property
    def structure(self) -> str:
        """The structure as text; its hash is `sha256`."""
        return unseal(bytes(self.structure_sealed), STRUCTURE)


class Series(models.Model):
    """The last number given out under a word in a year (文号): taken in the transaction that issues, so that none is lost."""

    unscoped_because = "numbers given out carry no facts about anyone"
    personal: ClassVar[set[str]] = set()

    word = models.CharField("发文代字", max_length=40)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("最后一号")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["word", "year"], name="papers_series_word_year")]


class Letterhead(models.Model):
    """What stands at the head of an organisation's papers: its name there, and the word of its numbers (发文代字)."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    org = models.OneToOneField("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="组织")
    name = models.CharField("发文机关", max_length=60)
    word = models.CharField("发文代字", max_length=20, unique=True)


class ScanPile(models.Model):
    """A pile of scanned pages somebody handed in (扫描件); the same pages twice lead to the first pile."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    code = models.CharField("编号", max_length=30, unique=True)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="组织")
    fingerprint = models.CharField("指纹", max_length=64)
    state = models.CharField("状态", max_length=8, choices=PileState.choices, default=PileState.READING)
    message = models.CharField("说明", max_length=200, blank=True)
    pages = models.PositiveIntegerField("页数", default=0)
    read = models.PositiveIntegerField("已读页", default=0)
    user = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+", verbose_name="交来的人")
    grant = models.ForeignKey("access.Grant", models.PROTECT, null=True, related_name="+", verbose_name="岗位")
    received_on = models.DateField("收到日期")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["org", "fingerprint"], name="papers_scanpile_once")]

    def __str__(self) -> str:
        return self.code


class ScanPage(models.Model):
    """One page of a pile: where it lies, what its code said, to which paper it was filed."""

    scope_path = "pile__org__lft"
    behind = "pile"
    personal: ClassVar[set[str]] = set()

    pile = models.ForeignKey(ScanPile, models.PROTECT, related_name="sheets")
    number = models.PositiveIntegerField("第几页")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    place = models.PositiveIntegerField("文件里第几页")
    state = models.CharField("状态", max_length=8, choices=PageState.choices, default=PageState.WAITING)
    token = models.CharField("页上的码", max_length=32, blank=True)
    part = models.PositiveSmallIntegerField("文书的第几页", default=0)
    is_slip = models.BooleanField("回执页", default=False)
    turn = models.PositiveSmallIntegerField("要转几度", default=0)
    looks = models.CharField("页面指纹", max_length=64, blank=True)
    paper = models.ForeignKey(IssuedPaper, models.PROTECT, null=True, blank=True, related_name="pages_back", db_constraint=True)
    note = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pile", "number"], name="papers_scanpage_number"),
            models.CheckConstraint(condition=~Q(state="filed") | Q(paper__isnull=False), name="papers_scanpage_filed_somewhere"),
        ]
        indexes: ClassVar = [models.Index(fields=["paper", "looks"], name="papers_scanpage_paper")]
