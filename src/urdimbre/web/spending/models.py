"""What families buy in a month; on the desk only, never in the notebook."""

import secrets

from django.db import models


def new_id() -> str:
    """Make the id of a family's list."""
    return secrets.token_hex(16)


class Family(models.Model):
    """A family that says what it buys; it need not be a member yet.

    Attributes:
        name: as it was typed, or the member's.
        member: id, hex; empty if it is none.
        created: seconds UTC.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    name = models.CharField(max_length=60)
    member = models.CharField(max_length=32, blank=True, db_index=True)
    created = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "spending_family"

    def __str__(self) -> str:
        """Name it in the shell."""
        return str(self.pk)


class Bought(models.Model):
    """Something that a family buys in a month.

    Attributes:
        family: which.
        by: who entered it, hex; she and the family alone see the line.
        what: product.
        shop: where; may be empty.
        much: how much of it, as typed.
        money: what it costs in a month, minor steps of the national currency.
    """

    family = models.ForeignKey(Family, models.CASCADE, related_name="lines")
    by = models.CharField(max_length=32)
    what = models.CharField(max_length=60)
    shop = models.CharField(max_length=60, blank=True)
    much = models.CharField(max_length=24)
    money = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "spending_bought"

    def __str__(self) -> str:
        """Name it in the shell."""
        return str(self.pk)
