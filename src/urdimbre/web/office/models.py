"""What the desk keeps of the office."""

from django.db import models


class Prepared(models.Model):
    """A draft of somebody's that another has typed for her, to be signed beside him.

    Attributes:
        draft: its id.
        clerk: person who has typed it, hex.
        member: who is to sign it, hex.
    """

    draft = models.CharField(max_length=32, primary_key=True)
    clerk = models.CharField(max_length=32, db_index=True)
    member = models.CharField(max_length=32)

    class Meta:
        """Table."""

        db_table = "office_prepared"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.draft


class Attested(models.Model):
    """A party of a draft for whom two witnesses are asked to attest.

    Attributes:
        draft: its id.
        member: the party, hex.
    """

    draft = models.CharField(max_length=32)
    member = models.CharField(max_length=32)

    class Meta:
        """Table; each party is asked for once."""

        db_table = "office_attested"
        constraints = [
            models.UniqueConstraint(fields=["draft", "member"], name="witness_once")
        ]

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.draft
