"""The handbook: in three languages, and a page about every screen."""

import re

import pytest
from django.urls import get_resolver

from tests.web.acting import ANA, text
from urdimbre.web.handbook import pages

SILENT = """
act_for
add_checkpoint
add_device_key
add_server_key
api
book
bundle
bytes_to_sign
calendar_amounts
calendar_end
calendar_feed
calendar_make
cards_sheet
checkpoint
confirm
consistency
decline
draft_photo
end_hold
end_program
end_stay
end_step
end_visit
end_witnesses
erase_listing
everything_file
freeze_keys
handbook
handbook_page
handbook_picture
hide
language
last_witnessed
ledgers
linked_draft
log_checkpoint
log_entries
log_tile
logout
manifest
market_attest
market_begin
market_close
market_drop
meeting_forget
meeting_photo
notice_device_add
notice_device_end
notices_address
notices_again
notices_end
notices_often
office_close
office_end
office_open
on_account_end
outbox
photo
proof
purchase_forget
purchase_photo
purchase_write
receipt_text
recover
renew
revoke_key
set_brake
sheet_drop
sheet_photo
sheet_write
spending_drop
spending_mine
state_proof
statement_file
thank
thank_for_work
verify
veto_key
voice
withdraw
worker
"""
"""Addresses that show no screen of their own: they act, or give a file."""


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_every_page_is_there_and_none_is_left_out(as_member, language):
    files = {one.stem for one in (pages.FOLDER / language).glob("*.md")}
    client = as_member(ANA, language)

    shown = client.get("/handbook").content.decode()

    assert files == set(pages.ABOUT)
    for name in pages.ABOUT:
        title = pages.page(language, name).title
        assert f'href="/handbook/{name}"' in shown
        assert f"<h1>{title}</h1>" in client.get(f"/handbook/{name}").content.decode()


def test_every_screen_leads_to_a_page_about_it(place):
    """A screen of which the handbook says nothing is a screen to write about."""
    named = {one for one in get_resolver().reverse_dict if isinstance(one, str)}

    assert named - set(pages.OF_SCREEN) - set(SILENT.split()) == set()
    assert set(pages.OF_SCREEN) - named == {"opening", "narrow", "details"}


@pytest.mark.parametrize(
    ("path", "page"),
    [("/", "first-steps"), ("/statement", "statement"), ("/keys", "keys")],
)
def test_the_foot_of_a_screen_leads_to_its_page(as_member, path, page):
    shown = as_member(ANA).get(path).content.decode()

    assert f'<a class="tap" href="/handbook/{page}">How is this done?</a>' in shown


def test_whoever_has_not_entered_reads_it_too(client, place):
    assert client.get("/handbook/first-steps").status_code == 200
    assert client.get("/handbook/pictures/es/board.webp").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/handbook/nothing",
        "/handbook/README",
        "/handbook/pictures/fr/board.webp",
        "/handbook/pictures/es/nothing.webp",
    ],
)
def test_what_is_not_there_is_not_found(as_member, path):
    assert as_member(ANA).get(path).status_code == 404


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_its_links_lead_somewhere(as_member, language):
    client = as_member(ANA, language)
    for name in pages.ABOUT:
        for target in re.findall(r'href="([^"]*)"', pages.page(language, name).body):
            assert re.match(r"/handbook/[a-z-]+|#", target), (name, target)
            assert client.get(target.partition("#")[0] or "/").status_code == 200


def test_what_is_written_as_html_is_shown_as_text(monkeypatch, tmp_path):
    (tmp_path / "en").mkdir()
    written = "# Title\n<script>x</script> [in](keys.md#a) [out](../../cli.md)\n"
    (tmp_path / "en" / "board.md").write_text(written)
    monkeypatch.setattr(pages, "FOLDER", tmp_path)
    pages.page.cache_clear()

    body = pages.page("en", "board").body
    pages.page.cache_clear()

    assert "&lt;script&gt;" in body
    assert '<a href="/handbook/keys#a">in</a> out' in body


def test_the_contents_say_what_was_not_tried_yet(as_member):
    assert "A trial with neighbours" in text(as_member(ANA).get("/handbook"))
