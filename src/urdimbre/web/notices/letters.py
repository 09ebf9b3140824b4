"""Letters as they are sent: plain text, the same as simple HTML, a way to end them."""

from email.message import EmailMessage
from email.utils import formataddr, formatdate
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from urdimbre.adapters.post import MailServer, NotSent
from urdimbre.web.circuit.models import Login, Person
from urdimbre.web.circuit.surroundings import display
from urdimbre.web.notices import links, sentences
from urdimbre.web.notices.models import Letter, Letterbox

LINES_MAX = 20
SUBJECTS = {
    "news": lambda: gettext("News from {circuit}"),
    "confirm": lambda: gettext("Is this your address? {circuit} asks"),
}


def written(letter: Letter, box: Letterbox, server: MailServer) -> EmailMessage:
    """Write a letter in the language of whom it goes to.

    Raises:
        NotSent: its address can stand in no letter.
    """
    with translation.override(language_of(box.person)):
        try:
            return _written(letter, box, server)
        except ValueError as failed:
            raise NotSent(str(failed), for_good=True) from None


def language_of(person: str) -> str:
    """Return the language in which somebody is written to."""
    known = {code for code, _ in settings.LANGUAGES}
    logins = Login.objects.filter(member=person).exclude(language="")
    people = Person.objects.filter(member=person)
    told = (
        logins.values_list("language", flat=True).first(),
        people.values_list("language", flat=True).first(),
        display("language"),
    )
    return next((one for one in told if one in known), settings.LANGUAGE_CODE)


def _written(letter: Letter, box: Letterbox, server: MailServer) -> EmailMessage:
    circuit = " ".join(display("name", "Urdimbre").split())
    stop = server.address + links.stop_path(box)
    page = {
        "circuit": circuit,
        "stop": stop,
        "settings": server.address + reverse("notices"),
        **_content(letter, box, server),
    }
    message = EmailMessage()
    message["Subject"] = SUBJECTS[letter.what]().format(circuit=circuit)
    message["From"] = formataddr((circuit, server.sender))
    message["To"] = box.address
    message["Date"] = formatdate()
    # The same at each try: a letter that came twice is seen to be one.
    message["Message-ID"] = f"<{letter.pk}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.what == "news":
        # RFC 8058: a mail program may end it with one tap, without a page.
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(render_to_string(f"notices/{letter.what}.txt", page))
    whole = render_to_string(f"notices/{letter.what}.mail.html", page)
    message.add_alternative(whole, subtype="html")
    return message


def _content(letter: Letter, box: Letterbox, server: MailServer) -> dict[str, Any]:
    if letter.what == "confirm":
        return {"confirm": server.address + links.confirm_path(box)}
    rows = letter.news.order_by("pk")
    lines = [
        {"sentence": one.sentence, "address": server.address + one.path}
        for one in sentences.told(rows, amounts=box.amounts)
    ]
    return {"lines": lines}
