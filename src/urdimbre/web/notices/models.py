"""What the desk keeps of notices: addresses, wishes, what is to be told, letters."""

import secrets

from django.db import models


def new_nonce() -> str:
    """Make what links of letters are bound to, and a letter's own name."""
    return secrets.token_hex(16)


class Letterbox(models.Model):
    """Where a person wants her letters, and how often.

    Attributes:
        person: whose it is, hex.
        address: of her mail; empty if she has given none.
        nonce: what the links in her letters are bound to; new with each address.
        confirmed: whether she has opened the link that was sent there.
        wanted: whether she wants letters at all.
        digest: how often all that is not urgent comes together, one of ``DIGESTS``.
        amounts: whether letters say how much.
        since: seconds UTC from which on things are told.
        last_letter: seconds UTC of her last letter.
        last_digest: seconds UTC of the last one with all together.
    """

    person = models.CharField(max_length=32, primary_key=True)
    address = models.CharField(max_length=254, blank=True)
    nonce = models.CharField(max_length=32, unique=True, default=new_nonce)
    confirmed = models.BooleanField(default=False)
    wanted = models.BooleanField(default=True)
    digest = models.CharField(max_length=7, default="weekly")
    amounts = models.BooleanField(default=False)
    since = models.BigIntegerField()
    last_letter = models.BigIntegerField(default=0)
    last_digest = models.BigIntegerField(default=0)

    class Meta:
        """Table."""

        db_table = "notice_letterbox"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.person


class Wish(models.Model):
    """How somebody wants to be told of one kind of things, if not as usual.

    Attributes:
        person: who, hex.
        kind: code of the kind.
        mail: ``now``, ``digest`` or ``no``; empty: as usual.
        push: ``yes`` or ``no`` on her devices; empty: as usual.
    """

    person = models.CharField(max_length=32)
    kind = models.CharField(max_length=12)
    mail = models.CharField(max_length=6, blank=True)
    push = models.CharField(max_length=3, blank=True)

    class Meta:
        """Table; each kind once for each person."""

        db_table = "notice_wish"
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="wish_once")
        ]

    def __str__(self) -> str:
        """Name it in the shell."""
        return f"{self.kind} {self.mail}"


class Letter(models.Model):
    """A letter on its way; what it says is written when it is sent.

    Attributes:
        id: its own name, which stays the same however often it is tried.
        person: to whom, hex.
        what: ``news``, or ``confirm``: whether the address is hers.
        state: ``waiting``, ``sent`` or ``given_up``.
        made: seconds UTC.
        next_at: seconds UTC before which nobody tries it.
        tries: how often it was tried.
        reason: what the mail server said last.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_nonce)
    person = models.CharField(max_length=32, db_index=True)
    what = models.CharField(max_length=7, default="news")
    state = models.CharField(max_length=8, default="waiting")
    made = models.BigIntegerField()
    next_at = models.BigIntegerField(db_index=True)
    tries = models.SmallIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        """Table."""

        db_table = "notice_letter"

    def __str__(self) -> str:
        """Name it in the shell."""
        return str(self.pk)


class News(models.Model):
    """Something that a person is told once.

    Attributes:
        person: who, hex.
        kind: code of the kind.
        about: which thing; a person hears of it once.
        said: which sentence of the kind.
        values: of the sentence; forgotten once it has been sent.
        path: of the page that shows it.
        at: seconds UTC when it was found.
        mail: ``now`` or ``digest``; empty: not by mail.
        letter: that took it along.
    """

    person = models.CharField(max_length=32)
    kind = models.CharField(max_length=12)
    about = models.CharField(max_length=80)
    said = models.CharField(max_length=20)
    values = models.JSONField(default=dict)
    path = models.CharField(max_length=120)
    at = models.BigIntegerField()
    mail = models.CharField(max_length=6, blank=True)
    letter = models.ForeignKey(Letter, models.SET_NULL, null=True, related_name="news")

    class Meta:
        """Table; nobody is told the same twice."""

        db_table = "notice_news"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "about"], name="told_once"
            )
        ]

    def __str__(self) -> str:
        """Name it in the shell."""
        return f"{self.kind} {self.about}"


class Feed(models.Model):
    """A calendar that a person's own programs read by a secret address.

    Attributes:
        person: whose days they are, hex.
        nonce: what the address is bound to; with a new one the old address ends.
        amounts: whether it tells how much.
    """

    person = models.CharField(max_length=32, primary_key=True)
    nonce = models.CharField(max_length=32, unique=True, default=new_nonce)
    amounts = models.BooleanField(default=False)

    class Meta:
        """Table."""

        db_table = "notice_feed"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.person


class Device(models.Model):
    """A browser of a person that shows her that something is new, and not what.

    Attributes:
        person: whose it is, hex.
        endpoint: address at its maker's service.
        public: its key, as browsers write it.
        secret: that it shares with us, likewise.
        told: what the browser calls itself.
        made: seconds UTC.
        last: seconds UTC when it was last sent something.
        waiting: whether something is to be sent.
        next_at: seconds UTC before which nobody tries it.
        tries: how often in a row it was tried.
    """

    person = models.CharField(max_length=32, db_index=True)
    endpoint = models.CharField(max_length=1000, unique=True)
    public = models.CharField(max_length=100)
    secret = models.CharField(max_length=30)
    told = models.CharField(max_length=200, blank=True)
    made = models.BigIntegerField()
    last = models.BigIntegerField(default=0)
    waiting = models.BooleanField(default=False)
    next_at = models.BigIntegerField(default=0)
    tries = models.SmallIntegerField(default=0)

    class Meta:
        """Table."""

        db_table = "notice_device"

    def __str__(self) -> str:
        """Name it in the shell."""
        return self.person
