"""What the desk keeps beside standing consents: terms, and entries to be told."""

from django.db import models


class Terms(models.Model):
    """Until when somebody pays what is written under her permission.

    Attributes:
        mandate: id of the standing consent.
        due: as a promise has it.
    """

    mandate = models.CharField(max_length=32, primary_key=True)
    due = models.JSONField()

    class Meta:
        """Table."""

        db_table = "on_account_terms"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.mandate


class Unsigned(models.Model):
    """An entry that rests on a standing consent, to be told to who gave it.

    Attributes:
        draft: of the act.
        member: who gave the consent, hex.
        creditor: who wrote, hex.
        person: by whom, hex.
        what: in words.
        at: seconds UTC.
    """

    draft = models.CharField(max_length=32, primary_key=True)
    member = models.CharField(max_length=32, db_index=True)
    creditor = models.CharField(max_length=32)
    person = models.CharField(max_length=32)
    what = models.CharField(max_length=400)
    at = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "on_account_unsigned"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.draft
