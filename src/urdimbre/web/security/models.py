"""Where members are inside, and what happened with their way in."""

from django.db import models


class Visit(models.Model):
    """A session of a member: one device on which she is inside.

    Attributes:
        session: its key; whoever has it is inside, so it is shown to nobody.
        member: her id, hex.
        device: what the browser calls itself.
        since: seconds UTC.
        seen: day on which it was last used, in days since 1970.
        used: seconds UTC of its last use, within a minute, kept for those alone whose
            sessions end when nobody uses them.
    """

    session = models.CharField(max_length=40, primary_key=True)
    member = models.CharField(max_length=32, db_index=True)
    device = models.CharField(max_length=200, blank=True)
    since = models.BigIntegerField()
    seen = models.BigIntegerField()
    used = models.BigIntegerField(default=0)

    class Meta:
        """Table."""

        db_table = "visit"

    def __str__(self) -> str:
        """Name it in the shell."""
        return f"{self.member[:8]} since {self.since}"


class SecurityEvent(models.Model):
    """A line of the security log: each holds the hash of the one before.

    Attributes:
        at: seconds UTC.
        member: whose way in it is about, hex.
        kind: what happened, one of ``log.KINDS``.
        by: who did it, hex; empty: she herself, or nobody knows.
        device: what the browser called itself.
        hash: of this line and all before, hex.
    """

    at = models.BigIntegerField()
    member = models.CharField(max_length=32, db_index=True)
    kind = models.CharField(max_length=30)
    by = models.CharField(max_length=32, blank=True)
    device = models.CharField(max_length=200, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        """Table."""

        db_table = "security_event"

    def __str__(self) -> str:
        """Name it in the shell."""
        return f"{self.kind} {self.member[:8]}"


class SecondStep(models.Model):
    """A secret that an app of hers shares with this server.

    Attributes:
        member: her id, hex.
        sealed: the secret, sealed as the keys that the server holds.
        last: number of the last code that was taken: none is taken twice.
    """

    member = models.CharField(max_length=32, primary_key=True)
    sealed = models.BinaryField()
    last = models.BigIntegerField()

    class Meta:
        """Table."""

        db_table = "second_step"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.member[:8]


class SpareCode(models.Model):
    """A code on paper that serves once, where the app is lost.

    Attributes:
        seal: of the code, hex; the code itself is kept nowhere.
        member: her id, hex.
    """

    seal = models.CharField(max_length=64, primary_key=True)
    member = models.CharField(max_length=32, db_index=True)

    class Meta:
        """Table."""

        db_table = "spare_code"

    def __str__(self) -> str:
        """Name it in the shell."""
        return f"{self.member[:8]} {self.seal[:8]}"
