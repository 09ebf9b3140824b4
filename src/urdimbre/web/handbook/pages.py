"""The pages of the handbook, and which of them tells about which screen.

They are written in Markdown under ``docs/handbook``, a folder for each language; an
installed program has them beside this module.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

HERE = Path(__file__).resolve().parent
FOLDER = next(
    one
    for one in (HERE / "pages", HERE.parents[3] / "docs" / "handbook")
    if one.is_dir()
)
LANGUAGES = ("es", "pt", "en")

ABOUT = {
    "first-steps": "home acting login entrance opening narrow details",
    "people": "members member bring cards admit entry_code",
    "offers-and-needs": "listings my_listings choose put_up change_listing",
    "exchanging": "exchange fill_in draft asking",
    "offline": "offline scan linked_draft",
    "receipts": "receipt check check_link",
    "mistakes": "adjust contest disputes",
    "sharing": "share_listing share_member share_purchase",
    "statement": "statement",
    "saturday": "together spending spending_family on_account on_account_give"
    " on_account_fetch purchases purchase purchase_new purchase_list"
    " purchase_receipt purchase_money",
    "market": "markets market market_sheet",
    "work-days": "work_days call_work work_day roster",
    "office": "office office_allow office_beside office_desk office_somebody"
    " office_witnesses attest beside sheets sheet sheet_new"
    " sheet_compare sheet_correct",
    "board": "board agreements",
    "meetings": "meetings meeting meeting_new meeting_change meeting_decide",
    "own-words": "own_words",
    "host": "notebook notebook_act verification honest witnesses",
    "keys": "keys guardians recovery pin add_apart_key sign_apart policy brake",
    "my-way-in": "security again stay open_stay month step second",
    "notices": "notices notices_kinds notice_devices calendar notices_stop"
    " notices_confirm",
    "programs": "programs",
    "everything": "everything",
    "erasure": "erase hold",
}
"""Each page, in the order of the contents, and the names of the screens it is about."""

FIRST = "first-steps"
OF_SCREEN = {
    screen: page for page, screens in ABOUT.items() for screen in screens.split()
}


class Page(NamedTuple):
    """A page of the handbook.

    Attributes:
        name: the end of its address.
        title: its first heading.
        body: what comes after, as HTML; what the author writes as HTML is shown as
            text.
        picture: file that shows the screen, or none.
    """

    name: str
    title: str
    body: str
    picture: Path | None


@cache
def page(language: str, name: str) -> Page:
    """Read a page.

    Raises:
        KeyError: there is none of that name.
    """
    if name not in ABOUT:
        raise KeyError(name)
    text = (FOLDER / language / f"{name}.md").read_text("utf-8")
    heading, _, rest = text.partition("\n")
    picture = FOLDER / "pictures" / language / f"{name}.webp"
    return Page(
        name=name,
        title=heading.removeprefix("# ").strip(),
        body=_markdown().render(rest),
        picture=picture if picture.is_file() else None,
    )


def contents(language: str) -> list[Page]:
    """All pages, in order."""
    return [page(language, name) for name in ABOUT]


@cache
def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    made.add_render_rule("table_open", _open_table)
    made.add_render_rule("table_close", _close_table)
    made.core.ruler.push("links", _lead_inside)
    return made


def _open_table(*_: object) -> str:
    return '<div class="scroll card" tabindex="0"><table>'


def _close_table(*_: object) -> str:
    return "</table></div>"


def _lead_inside(state: StateCore) -> None:
    """Links between pages lead to their screens; what is not here keeps its words."""
    for block in state.tokens:
        if block.children:
            block.children = list(_followed(block.children))


def _followed(tokens: list[Token]) -> Iterator[Token]:
    inside = True
    for token in tokens:
        if token.type == "link_open":
            target, hash_, anchor = str(token.attrGet("href")).partition("#")
            name = target.removesuffix(".md")
            inside = not target or name in ABOUT
            token.attrSet(
                "href", f"{f'/handbook/{name}' if name else ''}{hash_}{anchor}"
            )
        if inside or token.type not in {"link_open", "link_close"}:
            yield token
        if token.type == "link_close":
            inside = True
