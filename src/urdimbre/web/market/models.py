"""A market on the desk: its lines, and what two witnesses have signed of them."""

import secrets

from django.db import models


def new_id() -> str:
    """Make the id of a market."""
    return secrets.token_hex(16)


class Market(models.Model):
    """A market day at one table.

    Attributes:
        by: person who opened it, hex.
        created: seconds UTC.
        day: days since 1970.
        closed: when its sheet was closed, seconds UTC; nothing while lines come.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    by = models.CharField(max_length=32)
    created = models.BigIntegerField(db_index=True)
    day = models.IntegerField()
    closed = models.BigIntegerField(null=True)

    class Meta:
        """Table."""

        db_table = "market"

    def __str__(self) -> str:
        """Name it in the shell."""
        return str(self.pk)


class Line(models.Model):
    """What one gave another at the market.

    Attributes:
        giver: member, hex.
        taker: member, hex.
        what: in words.
        category: of the goods or work.
        quantity: minor steps.
        unit: of the quantity.
        value: what came back for it, minor steps; nothing for a gift.
        value_unit: a sign or the currency; empty for a gift.
        by: person who wrote it, hex.
        draft: id of the exchange made of it at the closing; empty before.
    """

    market = models.ForeignKey(Market, models.CASCADE, related_name="lines")
    giver = models.CharField(max_length=32)
    taker = models.CharField(max_length=32)
    what = models.CharField(max_length=120)
    category = models.CharField(max_length=40)
    quantity = models.BigIntegerField()
    unit = models.CharField(max_length=12)
    value = models.BigIntegerField(null=True)
    value_unit = models.CharField(max_length=12, blank=True)
    by = models.CharField(max_length=32)
    draft = models.CharField(max_length=32, blank=True)

    class Meta:
        """Table."""

        db_table = "market_line"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.what


class Attestation(models.Model):
    """A witness's signature on a line, until two are there.

    Attributes:
        market: of the line.
        draft: id of the exchange made of the line.
        person: who attests, hex.
        slot: packed, as drafts keep signatures.
    """

    market = models.ForeignKey(Market, models.CASCADE, related_name="attestations")
    draft = models.CharField(max_length=32, db_index=True)
    person = models.CharField(max_length=32)
    slot = models.BinaryField()

    class Meta:
        """Table; each witness signs a line once."""

        db_table = "market_attestation"
        constraints = [
            models.UniqueConstraint(fields=["draft", "person"], name="attested_once")
        ]

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.person
