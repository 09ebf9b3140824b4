"""The outbox: letters are put together, sent, tried again, and sent once.

A letter and what it tells are noted in one transaction before anything leaves. Who
sends it takes it for some minutes; if the program is cut off meanwhile, it is tried
again under the same name. Only a cut between the mail server's yes and the note of it
sends one twice, and mail programs see by its name that it is the same.
"""

import logging
import threading
import time

from django.conf import settings
from django.db import DatabaseError, connections, transaction

from urdimbre.adapters.post import (
    MailServer,
    MailUnfit,
    NotSent,
    hand_over,
    mail_server,
)
from urdimbre.recording.answers import RecordingFailed
from urdimbre.web.notices import devices, letters
from urdimbre.web.notices.gathering import forget_old, gather
from urdimbre.web.notices.models import Letter, Letterbox, News

PASS_SECONDS = 60
PAUSE_SECONDS = 15 * 60
"""Between two letters to one person: what comes meanwhile goes together."""
TAKEN_SECONDS = 10 * 60
"""For how long who sends a letter has it for herself."""
EACH_PASS_MAX = 50
AGAIN_SECONDS = (60, 300, 1_800, 7_200, 21_600, 43_200, 86_400)
DIGESTS = {"never": 0, "daily": 86_400, "weekly": 7 * 86_400, "monthly": 30 * 86_400}
logger = logging.getLogger(__name__)
_ended = threading.Event()


def keep_posting() -> None:
    """Look each minute what is to be told, and send it."""
    threading.Thread(target=_post_on, name="urdimbre-posting", daemon=True).start()


def _post_on() -> None:
    said = ""
    while True:
        try:
            post_once(int(time.time()))
            said = ""
        except (RecordingFailed, DatabaseError, OSError) as failed:
            if str(failed) != said:  # once, not each minute
                logger.warning("%s", failed)
            said = str(failed)
        except Exception:  # nobody would see that the thread is gone
            logger.exception("urdimbre-posting")
        finally:
            connections.close_all()
        if _ended.wait(PASS_SECONDS):
            return


def post_once(now: int) -> int:
    """Gather, put together and send; returns how many letters went.

    Raises:
        MailUnfit: what the host has written about the mail server cannot be used.
    """
    try:
        server, unfit = mail_server(settings.DIRECTORY), None
    except MailUnfit as failed:
        server, unfit = None, failed
    gather(now, by_mail=server is not None)
    devices.push_waiting(now, about=f"mailto:{server.sender}" if server else "")
    forget_old(now)
    if unfit is not None:
        raise unfit
    if server is None:
        return 0
    put_together(now)
    return send_waiting(server, now)


def can_send() -> bool:
    """Tell whether this circuit sends mail at all."""
    try:
        return mail_server(settings.DIRECTORY) is not None
    except MailUnfit:
        return False


def put_together(now: int) -> None:
    """Make one letter for each person to whom something is to be told now."""
    told = News.objects.filter(letter=None).exclude(mail="")
    persons = told.values_list("person", flat=True).distinct()
    boxes = Letterbox.objects.filter(
        person__in=list(persons),
        confirmed=True,
        wanted=True,
        last_letter__lte=now - PAUSE_SECONDS,
    )
    for box in boxes:
        with transaction.atomic():
            _put_together(box, now)


def _put_together(box: Letterbox, now: int) -> None:
    rows = News.objects.filter(person=box.person, letter=None)
    digest_due = _digest_due(box, now)
    ways = ("now", "digest") if digest_due else ("now",)
    taken = list(
        rows.filter(mail__in=ways)
        .order_by("pk")
        .values_list("pk", flat=True)[: letters.LINES_MAX]
    )
    if not taken:
        return
    letter = Letter.objects.create(person=box.person, made=now, next_at=now)
    News.objects.filter(pk__in=taken).update(letter=letter)
    box.last_letter = now
    if digest_due and not rows.filter(mail="digest").exists():
        box.last_digest = now  # else the rest follows in the next letter
    box.save(update_fields=["last_letter", "last_digest"])


def _digest_due(box: Letterbox, now: int) -> bool:
    """Whether it is time; what waited before she chose a rhythm waits for it, too."""
    seconds = DIGESTS[box.digest]
    return bool(seconds) and now - max(box.last_digest, box.since) >= seconds


def send_waiting(server: MailServer, now: int) -> int:
    """Send the letters whose time has come; returns how many were taken."""
    due = Letter.objects.filter(state="waiting", next_at__lte=now).order_by("next_at")
    return sum(_sent(one, server, now) for one in due[:EACH_PASS_MAX])


def _sent(letter: Letter, server: MailServer, now: int) -> bool:
    box = Letterbox.objects.filter(person=letter.person).first()
    if box is None or not _goes(letter, box):
        # She has said stop, or has been erased: nothing is kept back for later.
        News.objects.filter(letter=letter).update(values={})
        letter.delete()
        return False
    mine = Letter.objects.filter(
        pk=letter.pk, state="waiting", next_at=letter.next_at
    ).update(next_at=now + TAKEN_SECONDS, tries=letter.tries + 1)
    if not mine:
        return False  # another worker has it
    letter.tries += 1
    try:
        hand_over(server, letters.written(letter, box, server))
    except NotSent as failed:
        _not_sent(letter, failed, now)
        return False
    _gone(letter)
    return True


def _goes(letter: Letter, box: Letterbox) -> bool:
    if letter.what == "confirm":
        return bool(box.address) and not box.confirmed
    return box.confirmed and box.wanted


def _gone(letter: Letter) -> None:
    with transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(state="sent", reason="")
        News.objects.filter(letter=letter.pk).update(values={})


def _not_sent(letter: Letter, failed: NotSent, now: int) -> None:
    again = letter.tries <= len(AGAIN_SECONDS) and not failed.for_good
    wait = AGAIN_SECONDS[letter.tries - 1] if again else 0
    Letter.objects.filter(pk=letter.pk).update(
        state="waiting" if again else "given_up",
        next_at=now + wait,
        reason=failed.reason,
    )
