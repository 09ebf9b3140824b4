"""Tokens: what lets a program in for a member. The desk keeps a hash of each only."""

from django.db import models

from urdimbre.web.circuit.models import Login


class Token(models.Model):
    """A program's way in; with its login it goes.

    Attributes:
        digest: SHA-256 of the token, hex; the token itself is nowhere.
        login: of the person who made it.
        person: her id, hex; by it her tokens are erased with her login.
        seal: of her login; with a new password it changes, and the token ends.
        member: for whom the program acts, hex: herself, or whom she acted for.
        name: what she calls the program.
        scopes: what it may do, with blanks between.
        cap_unit: code of the unit in which it may sign values away; may be empty.
        cap: minor steps that it may sign away in all.
        spent: minor steps that it has.
        signed: how many exchanges it has signed.
        created: seconds UTC.
        until: seconds UTC after which it opens nothing.
        used: when it was last used, to the hour; 0 before the first time.
        ended: whether she has ended it.
    """

    digest = models.CharField(max_length=64, unique=True)
    login = models.ForeignKey(Login, models.CASCADE, related_name="tokens")
    person = models.CharField(max_length=32, db_index=True)
    seal = models.CharField(max_length=32)
    member = models.CharField(max_length=32)
    name = models.CharField(max_length=60)
    scopes = models.CharField(max_length=80)
    cap_unit = models.CharField(max_length=12, blank=True)
    cap = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    signed = models.BigIntegerField(default=0)
    created = models.BigIntegerField()
    until = models.BigIntegerField()
    used = models.BigIntegerField(default=0)
    ended = models.BooleanField(default=False)

    class Meta:
        """Table."""

        db_table = "api_token"

    def __str__(self) -> str:
        """Name it in the shell; never by its digest."""
        return self.name
