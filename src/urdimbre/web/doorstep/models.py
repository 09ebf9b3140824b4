"""Who has asked to stay on a device."""

from django.db import models


class Stay(models.Model):
    """A member whom a device lists at the entrance.

    Attributes:
        device: seal of the secret that the device keeps in a cookie, hex.
        member: her id, hex.
        pin: hers for this device alone, stretched as passwords are.
        covered: whether her balances lie under a cover until they are touched.
    """

    device = models.CharField(max_length=64)
    member = models.CharField(max_length=32, db_index=True)
    pin = models.CharField(max_length=200)
    covered = models.BooleanField(default=True)

    class Meta:
        """Table."""

        db_table = "device_stay"
        constraints = (
            models.UniqueConstraint(fields=["device", "member"], name="stays_once"),
        )

    def __str__(self) -> str:
        """Name it in the shell."""
        return f"{self.member[:8]} on {self.device[:8]}"
