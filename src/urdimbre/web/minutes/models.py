"""Minutes on the desk, from the meeting until two have attested them."""

import secrets

from django.db import models


def new_id() -> str:
    """Make the id of minutes."""
    return secrets.token_hex(16)


class Minutes(models.Model):
    """What somebody writes down of a meeting, before it is sealed.

    Attributes:
        by: person who writes, hex.
        created: seconds UTC.
        day: of the meeting, days since 1970.
        present: ids of the persons who were there.
        text: what was decided, in words.
        photo: of the page on paper, painted anew; empty if there is none.
        draft: id of the decision that was made of them; empty before.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    by = models.CharField(max_length=32)
    created = models.BigIntegerField(db_index=True)
    day = models.IntegerField()
    present = models.JSONField(default=list)
    text = models.TextField()
    photo = models.BinaryField(default=bytes)
    draft = models.CharField(max_length=32, blank=True, db_index=True)

    class Meta:
        """Table."""

        db_table = "minutes"

    def __str__(self) -> str:
        """Name it in the shell."""
        return str(self.pk)
