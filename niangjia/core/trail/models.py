"""The trail (留痕): events chained by hash, their erasable payloads, and the rows a bulk event touched."""

from typing import ClassVar

from django.db import models

CHAINS = 64
HASHED = """sha256(previous || convert_to(concat_ws(E'\\x1f', chain, sequence, (extract(epoch FROM at) * 1000000)::bigint,
    to_char("on", 'YYYYMMDD'), actor, post, acting_for, verb, subject, batch, reason, coalesce(org_id, 0),
    encode(payload_hash, 'hex')), 'UTF8'))"""
"""SQL: the hash of an event from its columns; writing and verifying compute the same."""


class Head(models.Model):
    """The end of one of the 64 chains; a transaction takes a free one with SKIP LOCKED, so writers do not queue."""

    unscoped_because = "chain ends carry no facts about anyone"
    personal: ClassVar[set[str]] = set()

    chain = models.SmallIntegerField(primary_key=True)
    sequence = models.BigIntegerField(default=0)
    hash = models.BinaryField()


class Event(models.Model):
    """One thing that was done: by whom, under which post, to which record, on which day, why. Never changed."""

    scope_path = "org__lft"
    personal: ClassVar[set[str]] = set()

    id = models.BigAutoField(primary_key=True)
    chain = models.SmallIntegerField()
    sequence = models.BigIntegerField()
    at = models.DateTimeField("时间")
    on = models.DateField("业务日")
    actor = models.CharField("经办", max_length=60)
    post = models.CharField("岗位", max_length=120, blank=True)
    acting_for = models.CharField("代行", max_length=60, blank=True)
    verb = models.CharField("动作", max_length=60)
    subject = models.CharField("对象", max_length=60)
    batch = models.CharField("批次", max_length=40, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    org = models.ForeignKey("orgs.Organisation", models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    payload_hash = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["chain", "sequence"], name="trail_event_place_in_chain")]
        indexes: ClassVar = [
            models.Index(fields=["subject", "-at"], name="trail_event_subject"),
            models.Index(fields=["org", "-at"], name="trail_event_org"),
            models.Index(fields=["batch"], name="trail_event_batch", condition=~models.Q(batch="")),
        ]

    @property
    def code(self) -> str:
        """Its place in the trail, "26-7": chain and number, as people and addresses name it."""
        return f"{self.chain}-{self.sequence}"


class Payload(models.Model):
    """What an event says in full; erasable, because the chain holds only its salted hash."""

    scope_path = "event__org__lft"
    personal: ClassVar[set[str]] = {"body"}

    event = models.OneToOneField(Event, models.DO_NOTHING, primary_key=True, db_constraint=False)
    salt = models.BinaryField()
    body = models.TextField()


class Touch(models.Model):
    """A row that a bulk event changed, with its unsealed columns before and after; shown on that row's page."""

    scope_path = "event__org__lft"
    personal: ClassVar[set[str]] = {"before", "after"}

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, models.DO_NOTHING, db_constraint=False, db_index=False)
    subject = models.CharField(max_length=60)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="trail_touch_subject"),
            models.Index(fields=["event"], name="trail_touch_event"),
        ]
