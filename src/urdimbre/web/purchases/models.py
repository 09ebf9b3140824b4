"""Common purchases on the desk, until they are written down and after."""

import secrets

from django.db import models


def new_id() -> str:
    """Make the id of a purchase."""
    return secrets.token_hex(16)


class Purchase(models.Model):
    """A common purchase as somebody enters it for all.

    Attributes:
        by: person who enters it, hex.
        created: seconds UTC.
        text: the list as it was pasted, every line of it.
        meant: member id by number of a line in which several could be meant.
        receipt: of each product, by its key: what was bought and paid, minor steps.
        buyer: name of who went to buy.
        margin: per cent on the cost.
        paid: money collected, minor steps, by member.
        drafts: draft of each member's share, of the ``purchase``, of the ``margin``.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    by = models.CharField(max_length=32)
    created = models.BigIntegerField(db_index=True)
    text = models.TextField()
    meant = models.JSONField(default=dict)
    receipt = models.JSONField(default=dict)
    buyer = models.CharField(max_length=60, blank=True)
    margin = models.IntegerField(default=0)
    paid = models.JSONField(default=dict)
    drafts = models.JSONField(default=dict)

    class Meta:
        """Table."""

        db_table = "purchase"

    def __str__(self) -> str:
        """Name it in the shell."""
        return str(self.pk)


class ReceiptPhoto(models.Model):
    """The photo of the shop's receipt, painted anew from what was sent."""

    purchase = models.OneToOneField(Purchase, models.CASCADE, primary_key=True)
    large = models.BinaryField()

    class Meta:
        """Table."""

        db_table = "purchase_receipt_photo"

    def __str__(self) -> str:
        """Name it in the shell."""
        return str(self.purchase_id)
