"""Bytes kept sealed on disk under their content's hash; a row says whose they are and how long they stay."""

from typing import ClassVar

from django.db import models


class StoredFile(models.Model):
    """A file somebody handed in (附件). The bytes lie in NIANGJIA_HOME/files, sealed, once for equal contents."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    sha256 = models.CharField("指纹", max_length=64)
    size = models.BigIntegerField("字节数")
    name = models.CharField("文件名", max_length=200)
    media_type = models.CharField("类型", max_length=100)
    org = models.ForeignKey("orgs.Organisation", models.PROTECT, related_name="+", verbose_name="组织")
    subject = models.CharField("所属", max_length=60, blank=True)
    kept_until = models.DateField("保存至", null=True, blank=True)
    stored_at = models.DateTimeField("存入时间", auto_now_add=True)
    stored_by = models.CharField("经办", max_length=60)
    removed_at = models.DateTimeField("内容删除时间", null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["sha256"], name="files_storedfile_sha256"),
            models.Index(fields=["kept_until"], name="files_storedfile_due", condition=models.Q(removed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name
