"""What members have promised without a connection, to hold it against the agreement."""

from django.db import models


class Promised(models.Model):
    """Signs that somebody gives in an act that came from a device's outbox.

    Attributes:
        act: its id, hex; that of its draft.
        member: who gives them.
        unit: of the signs.
        minor: how many.
        known: hash of the last act that her device knew when she signed.
        made: seconds UTC, as her device says.
    """

    act = models.CharField(max_length=32)
    member = models.CharField(max_length=32, db_index=True)
    unit = models.CharField(max_length=12)
    minor = models.BigIntegerField()
    known = models.CharField(max_length=64)
    made = models.BigIntegerField()

    class Meta:
        """Table; each act counts once for each giver and sign."""

        db_table = "offline_promised"
        constraints = [
            models.UniqueConstraint(
                fields=["act", "member", "unit"], name="promised_once"
            )
        ]

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.act
