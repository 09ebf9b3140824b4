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

    def visible_to(self, member: str) -> Any:
        """Keep what is up, and all of her own."""
        up = models.Q(withdrawn=False, until__gte=int(time.time()))
        return self.filter(up | models.Q(member=member))


class Listing(models.Model):
    """An offer, a need, or a capacity to give or to receive, of a member.

    Attributes:
        kind: ``offer``, ``need``, ``give`` or ``receive``.
        member: whose it is, hex.
        modes: accepted modes, such as ``barter gift``.
        quantity: minor steps of the unit; may be unknown.
        unit: what it is counted in.
        every: how often there is so much of it: ``week``, ``month``, ``season``.
        sign_share: the percentage of a price that is asked in signs.
        distance: how far it is, a word of :mod:`~urdimbre.web.catalogue.writing`.
        days: for how long it stays up, and again after it is renewed; 0: as agreed.
        until: seconds UTC.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    kind = models.CharField(max_length=7)
    member = models.CharField(max_length=32, db_index=True)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    category = models.CharField(max_length=40)
    modes = models.CharField(max_length=40, blank=True)
    quantity = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=16, blank=True)
    every = models.CharField(max_length=6, blank=True)
    sign_share = models.SmallIntegerField(null=True)
    place = models.CharField(max_length=80, blank=True)
    distance = models.CharField(max_length=8, blank=True)
    days = models.SmallIntegerField(default=0)
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


class Photo(models.Model):
    """The photo of an offer or a need, painted anew from what was sent."""

    listing = models.OneToOneField(Listing, models.CASCADE, primary_key=True)
    large = models.BinaryField()
    small = models.BinaryField()

    class Meta:
        """Table."""

        db_table = "listing_photo"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.listing_id


class Voice(models.Model):
    """The voice note of an offer or a need.

    Attributes:
        kind: of its bytes: ``ogg``, ``webm``, ``mp4``, ``mp3``, ``aac`` or ``wav``.
    """

    listing = models.OneToOneField(Listing, models.CASCADE, primary_key=True)
    kind = models.CharField(max_length=4)
    sound = models.BinaryField()

    class Meta:
        """Table."""

        db_table = "listing_voice"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.listing_id
