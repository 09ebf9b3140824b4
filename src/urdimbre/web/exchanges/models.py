"""Drafts: acts whose bytes are fixed and that not everybody has signed yet."""

from django.db import models


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
    """A party whose consent a draft needs, and her signature once she has given it.

    Attributes:
        member: the party, hex.
        person: who signed for her.
        slot: packed slot of the entry.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="signers")
    member = models.CharField(max_length=32, db_index=True)
    person = models.CharField(max_length=32, blank=True)
    slot = models.BinaryField(null=True)

    class Meta:
        """Table; each party once."""

        db_table = "draft_signer"
        constraints = [
            models.UniqueConstraint(fields=["draft", "member"], name="signer_once")
        ]

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.member


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
