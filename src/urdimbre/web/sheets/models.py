"""Paper sheets on the desk: what was typed of them, and the drafts that came of it."""

import secrets

from django.db import models


def new_id() -> str:
    """Make the id of a sheet."""
    return secrets.token_hex(16)


class Sheet(models.Model):
    """A sheet of paper as a clerk types it.

    Attributes:
        clerk: person who types it, hex.
        created: seconds UTC.
        day: on which it happened, since 1970.
        unit: code of the sign that its last column counts in.
        rest: lines that could not be taken yet, as they were typed.
        totals: minor steps given and received, as added up on paper, by member.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    clerk = models.CharField(max_length=32, db_index=True)
    created = models.BigIntegerField()
    day = models.BigIntegerField()
    unit = models.CharField(max_length=12)
    rest = models.TextField(blank=True)
    totals = models.JSONField(default=dict)

    class Meta:
        """Table."""

        db_table = "sheet"

    def __str__(self) -> str:
        """Name it in the shell."""
        return str(self.pk)


class SheetLine(models.Model):
    """A line of a sheet that was understood.

    Attributes:
        number: on the sheet, from 1.
        raw: as typed.
        giver: who gives, hex.
        taker: who takes, hex.
        items: what passes: product, minor steps and unit of each.
        minor: signs in return, minor steps; nothing for a gift.
        draft: the draft that came of it; empty as long as there is none.
        correction: the draft of its last correction; empty if there was none.
    """

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="lines")
    number = models.IntegerField()
    raw = models.CharField(max_length=400)
    giver = models.CharField(max_length=32)
    taker = models.CharField(max_length=32)
    items = models.JSONField(default=list)
    minor = models.BigIntegerField(null=True)
    draft = models.CharField(max_length=32, blank=True, db_index=True)
    correction = models.CharField(max_length=32, blank=True, db_index=True)

    class Meta:
        """Table."""

        db_table = "sheet_line"
        ordering = ("number",)

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.raw


class SheetPhoto(models.Model):
    """The photo of a sheet, painted anew; every line's act seals its fingerprint.

    Attributes:
        sheet: whose it is.
        large: JPEG.
        digest: SHA-256 of it, hex.
    """

    sheet = models.OneToOneField(Sheet, models.CASCADE, primary_key=True)
    large = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        """Table."""

        db_table = "sheet_photo"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.digest
