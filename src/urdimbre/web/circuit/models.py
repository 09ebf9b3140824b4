"""Who may enter, and the desk's rows about people that other programs write too."""

from django.db import models


class Login(models.Model):
    """With what somebody enters; a login belongs to one person of the circuit.

    Attributes:
        handle: what she types, lower case.
        password: stretched, as Django writes it.
        member: her id, hex.
        language: of her pages; empty: as her browser asks.
    """

    handle = models.CharField(max_length=40, unique=True)
    password = models.CharField(max_length=200)
    member = models.CharField(max_length=32, db_index=True)
    language = models.CharField(max_length=2, blank=True)

    class Meta:
        """Table."""

        db_table = "login"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.handle


class Attempt(models.Model):
    """A failed try to enter, counted per account and per address."""

    where = models.CharField(max_length=120, db_index=True)
    at = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "login_attempt"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.where


class Person(models.Model):
    """What the desk knows of a member; made by ``adapters/desk.py``."""

    member = models.TextField(primary_key=True)
    name = models.TextField()
    place = models.TextField(null=True)  # noqa: DJ001 - the desk's own column
    language = models.TextField(null=True)  # noqa: DJ001 - the desk's own column
    sign = models.TextField(null=True)  # noqa: DJ001 - the desk's own column
    phone = models.TextField(null=True)  # noqa: DJ001 - the desk's own column
    email = models.TextField(null=True)  # noqa: DJ001 - the desk's own column
    code = models.TextField(null=True)  # noqa: DJ001 - the desk's own column

    class Meta:
        """Table of the desk."""

        db_table = "person"
        managed = False

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.name


class Display(models.Model):
    """Something the circuit shows: its name, language, names of units."""

    name = models.TextField(primary_key=True)
    value = models.TextField()

    class Meta:
        """Table of the desk."""

        db_table = "circuit"
        managed = False

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.name
