"""Drafts: acts whose bytes are fixed and that not everybody has signed yet."""

from django.db import connection, models


class Draft(models.Model):
    """An act on its way; its bytes never change, whoever signs them.

    Attributes:
        id: the act's own id, hex.
        by: member who made it, hex.
        kind: kind of act.
        mode: mode of its first deal, if it is an exchange.
        act: exact canonical bytes that all sign.
        state: ``preparing`` (its maker looks at it), ``waiting`` (for others),
            ``recorded``, ``declined`` or ``cancelled``.
        typed: what was typed into the form, to go back to it.
        created: seconds UTC.
        valid_until: block time after which it can no longer be recorded.
        position: of its entry, once recorded.
    """

    id = models.CharField(max_length=32, primary_key=True)
    by = models.CharField(max_length=32, db_index=True)
    kind = models.CharField(max_length=16)
    mode = models.CharField(max_length=16, blank=True)
    act = models.BinaryField()
    state = models.CharField(max_length=10, default="preparing")
    typed = models.JSONField(default=dict)
    created = models.BigIntegerField()
    valid_until = models.BigIntegerField()
    position = models.BigIntegerField(null=True)

    class Meta:
        """Table."""

        db_table = "draft"

    def __str__(self) -> str:
        """Name it in the shell."""
        return str(self.pk)


class Signer(models.Model):
    """A party whose consent a draft still misses, or a signature given for a party.

    A party that has consented has as many rows as it took signatures, and none
    without a slot.

    Attributes:
        member: the party, hex.
        person: who signed for it.
        slot: packed slot of the entry; nothing while consent is missing.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="signers")
    member = models.CharField(max_length=32, db_index=True)
    person = models.CharField(max_length=32, blank=True)
    slot = models.BinaryField(null=True)

    class Meta:
        """Table; each signature once for each party, and each party missed once."""

        db_table = "draft_signer"
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "member", "slot"], name="signature_once"
            ),
            models.UniqueConstraint(
                fields=["draft", "member"],
                condition=models.Q(slot=None),
                name="missing_once",
            ),
        ]

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.member


def waiting_for(member: str, person: str) -> models.QuerySet[Draft]:
    """Select the drafts that wait for a person's signature for a member."""
    return Draft.objects.filter(missing(member, person), state="waiting")


def missing(member: str, person: str) -> models.Q:
    """Say of a draft that a person's signature for a member is still missing."""
    unsigned = Signer.objects.filter(member=member, slot=None)
    found = models.Q(pk__in=unsigned.values("draft"))
    if member == person:
        return found
    # Where several must sign for a member, it waits no longer for those who have.
    hers = Signer.objects.filter(member=member, person=person).exclude(slot=None)
    return found & ~models.Q(pk__in=hers.values("draft"))


_WAITING = (
    "SELECT count(*) FROM draft_signer AS missing"
    " JOIN draft ON draft.id = missing.draft_id"
    " WHERE draft.state = 'waiting' AND missing.member = %s AND missing.slot IS NULL"
)
_SIGNED = (
    "EXISTS (SELECT 1 FROM draft_signer AS hers WHERE hers.draft_id = draft.id"
    " AND hers.member = missing.member AND hers.person = %s AND hers.slot IS NOT NULL)"
)


def waiting_count(member: str, person: str) -> int:
    """Count what ``waiting_for`` selects.

    Every page shows it, and for Django to put this question together takes ten times
    as long as the answer: a twentieth of the time of home.
    """
    asked, about = _WAITING, [member]
    if member != person:
        asked, about = f"{asked} AND NOT {_SIGNED}", [member, person]
    with connection.cursor() as cursor:
        cursor.execute(asked, about)
        return int(cursor.fetchone()[0])


class Opening(models.Model):
    """A private field of a draft: what its commitment commits to."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="openings")
    commitment = models.CharField(max_length=64)
    field = models.CharField(max_length=40)
    salt = models.BinaryField()
    payload = models.BinaryField()

    class Meta:
        """Table."""

        db_table = "draft_opening"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.commitment


class Payload(models.Model):
    """A private field of a recorded act; made by ``adapters/desk.py``."""

    commitment = models.TextField(primary_key=True)
    field = models.TextField()
    salt = models.BinaryField()
    payload = models.BinaryField()
    act = models.TextField()

    class Meta:
        """Table of the desk."""

        db_table = "payload"
        managed = False

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.commitment


class AskedAbove(models.Model):
    """Above which amount of a unit somebody wants to be asked before she signs.

    Attributes:
        person: who, hex.
        unit: code of money or of a sign.
        minor: up to this she is not asked.
    """

    person = models.CharField(max_length=32)
    unit = models.CharField(max_length=12)
    minor = models.BigIntegerField()

    class Meta:
        """Table; each unit once for each person."""

        db_table = "asked_above"
        constraints = [
            models.UniqueConstraint(fields=["person", "unit"], name="asked_above_once")
        ]

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.unit
