"""Offers and needs; they lie on the desk and can be erased."""

import secrets
import time
from typing import Any

from django.db import models


def new_id() -> str:
    """Make the id of an offer or a need."""
    return secrets.token_hex(16)


class Listings(models.QuerySet["Listing"]):
    """Offers and needs, selected."""

    def live(self) -> Any:
        """Leave out what was withdrawn or has expired."""
        return self.filter(withdrawn=False, until__gte=int(time.time()))


class Listing(models.Model):
    """An offer or a need of a member.

    Attributes:
        kind: ``offer`` or ``need``.
        member: whose it is, hex.
        modes: accepted modes, such as ``barter gift``.
        until: seconds UTC.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    kind = models.CharField(max_length=5)
    member = models.CharField(max_length=32, db_index=True)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    category = models.CharField(max_length=40)
    modes = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=80, blank=True)
    created = models.BigIntegerField()
    until = models.BigIntegerField(db_index=True)
    withdrawn = models.BooleanField(default=False)

    objects = Listings.as_manager()

    class Meta:
        """Table."""

        db_table = "listing"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.title
