"""The derived tables as Django reads them; the registry alone writes them.

Columns and meaning: ``tables.py``. Parties are numbers, see there.
"""

# ruff: noqa: DJ008 - rows are shown by pages, never by themselves

from django.db import models

from urdimbre.projections.tables import CARRIED_BITS


class Member(models.Model):
    """A member, the common (number 0) or the node (below zero)."""

    no = models.BigIntegerField(primary_key=True)
    id = models.TextField(unique=True)
    kind = models.TextField()
    since = models.BigIntegerField()
    left = models.BigIntegerField(null=True)
    admitted_at = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "member"
        managed = False


class ActLine(models.Model):
    """An act as the common notebook lists it; ``by`` is a member number."""

    position = models.BigIntegerField(primary_key=True)
    kind = models.TextField()
    by = models.BigIntegerField()
    height = models.BigIntegerField()
    time = models.BigIntegerField()
    day = models.BigIntegerField(null=True)

    class Meta:
        """Table."""

        db_table = "act_line"
        managed = False


class Move(models.Model):
    """What passed from whom to whom, as adjustments leave it.

    ``purpose`` is the purpose of money and signs, the use of goods, the reason of a
    release, what a promise is about; ``mark`` is empty, ``adjusted`` or ``contested``.
    """

    pk = models.CompositePrimaryKey("position", "deal", "move")
    position = models.BigIntegerField()
    deal = models.BigIntegerField()
    move = models.BigIntegerField()
    mode = models.TextField()
    type = models.TextField()
    giver = models.BigIntegerField()
    taker = models.BigIntegerField()
    unit = models.TextField()
    quantity = models.BigIntegerField()
    original = models.BigIntegerField()
    category = models.TextField()
    product = models.TextField()
    title = models.TextField()
    purpose = models.TextField()
    mark = models.TextField()

    class Meta:
        """Table."""

        db_table = "move"
        managed = False


class Posting(models.Model):
    """A change of one account by one act, and what it stood at after it."""

    pk = models.CompositePrimaryKey("owner", "position", "unit", "purse")
    owner = models.BigIntegerField()
    position = models.BigIntegerField()
    unit = models.TextField()
    purse = models.TextField()
    delta = models.BigIntegerField()
    after = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "posting"
        managed = False


class Balance(models.Model):
    """What an account stands at; ``held`` does not count while contested."""

    pk = models.CompositePrimaryKey("owner", "unit", "purse")
    owner = models.BigIntegerField()
    unit = models.TextField()
    purse = models.TextField()
    balance = models.BigIntegerField()
    held = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "balance"
        managed = False


class Obligation(models.Model):
    """Something owed, from the move that promised it."""

    pk = models.CompositePrimaryKey("position", "deal", "move")
    position = models.BigIntegerField()
    deal = models.BigIntegerField()
    move = models.BigIntegerField()
    debtor = models.BigIntegerField()
    creditor = models.BigIntegerField()
    what = models.TextField()
    unit = models.TextField()
    category = models.TextField()
    product = models.TextField()
    quantity = models.BigIntegerField()
    open = models.BigIntegerField()
    due_day = models.BigIntegerField(null=True)
    due = models.TextField()
    risk = models.TextField()
    contested = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "obligation"
        managed = False


class Custody(models.Model):
    """Things that one holds and another owns, from the move that gave them."""

    pk = models.CompositePrimaryKey("position", "deal", "move")
    position = models.BigIntegerField()
    deal = models.BigIntegerField()
    move = models.BigIntegerField()
    owner = models.BigIntegerField()
    holder = models.BigIntegerField()
    category = models.TextField()
    product = models.TextField()
    unit = models.TextField()
    quantity = models.BigIntegerField()
    held = models.BigIntegerField()
    may = models.TextField()

    class Meta:
        """Table."""

        db_table = "custody"
        managed = False


class Thanks(models.Model):
    """Thanks for a gift."""

    position = models.BigIntegerField(primary_key=True)
    party = models.BigIntegerField()
    gift_position = models.BigIntegerField()
    gift_deal = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "thanks"
        managed = False


class Mark(models.Model):
    """Something that an act has told about a deal.

    ``adjusted``, ``contested``, ``withdrawn``, ``upheld``, ``rejected`` by ``owner``;
    ``warned`` and ``beyond`` about the account of ``owner`` in ``unit``.
    """

    pk = models.CompositePrimaryKey(
        "position", "deal", "by_position", "kind", "owner", "unit"
    )
    position = models.BigIntegerField()
    deal = models.BigIntegerField()
    by_position = models.BigIntegerField()
    kind = models.TextField()
    owner = models.BigIntegerField()
    unit = models.TextField()

    class Meta:
        """Table."""

        db_table = "mark"
        managed = False


class Volume(models.Model):
    """What was moved in a month, as adjustments leave it.

    A sum has no limit: ``carried`` counts what ``quantity`` has no room for.
    """

    pk = models.CompositePrimaryKey("month", "mode", "type", "unit", "category")
    month = models.BigIntegerField()
    mode = models.TextField()
    type = models.TextField()
    unit = models.TextField()
    category = models.TextField()
    carried = models.BigIntegerField()
    quantity = models.BigIntegerField()
    moves = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "volume"
        managed = False

    @property
    def total(self) -> int:
        """Return the whole sum, in minor steps."""
        return (self.carried << CARRIED_BITS) + self.quantity


class Unit(models.Model):
    """A sign or measure that the circuit has defined."""

    code = models.TextField(primary_key=True)
    kind = models.TextField()
    scale = models.BigIntegerField()
    regime = models.TextField()
    scope = models.TextField()
    home = models.TextField()
    home_code = models.TextField()
    backing = models.TextField()
    equivalent = models.TextField()

    class Meta:
        """Table."""

        db_table = "unit"
        managed = False


class Supply(models.Model):
    """How much of a granted or backed sign is in circulation."""

    unit = models.TextField(primary_key=True)
    issued = models.BigIntegerField()
    ceiling = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "supply"
        managed = False


class Parameter(models.Model):
    """What the agreement says; ``before`` holds until ``since``."""

    name = models.TextField(primary_key=True)
    value = models.TextField()
    before = models.TextField()
    since = models.BigIntegerField()
    version = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "parameter"
        managed = False


class Limits(models.Model):
    """How far a member, or a kind of member, may stand from zero in a sign."""

    pk = models.CompositePrimaryKey("unit", "whom")
    unit = models.TextField()
    whom = models.TextField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    warn = models.BigIntegerField(null=True)
    version = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "limits"
        managed = False
