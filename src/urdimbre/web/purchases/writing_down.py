"""A divided purchase becomes acts, by the drafts that everything goes through.

The common sells each household her portion, for the money that was collected. Who has
agreed beforehand that the common writes what she takes (a standing consent) needs not
sign; for all others a draft waits. Then the common notes what it bought outside, with
the money that is in its till by now, and hands the margin to the fund.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.refusals import Refusal
from urdimbre.projections.models import Member
from urdimbre.web import wording
from urdimbre.web.catalogue import thesaurus
from urdimbre.web.circuit.entering import Here
from urdimbre.web.exchanges import fields, standing
from urdimbre.web.exchanges.models import Draft
from urdimbre.web.exchanges.proposing import Proposal, exchange, propose
from urdimbre.web.exchanges.roles import NothingToSign, SheMustSign
from urdimbre.web.exchanges.signing import sign
from urdimbre.web.on_account import telling
from urdimbre.web.purchases.dividing import Division, Product, Share
from urdimbre.web.purchases.models import Purchase
from urdimbre.web.refusing import Said, said

PURCHASE, MARGIN = "purchase", "margin"
ALIVE = ("preparing", "waiting")


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be written down, and why.

    Attributes:
        part: member id, ``purchase`` or ``margin``.
        told: the refusal in words.
    """

    part: str
    told: Said


def living(purchase: Purchase) -> dict[str, Draft]:
    """Return the drafts of a purchase that wait or are recorded, by their part."""
    known = Draft.objects.in_bulk(list(purchase.drafts.values()))
    now = int(time.time())
    return {
        part: draft
        for part, pk in purchase.drafts.items()
        if (draft := known.get(pk)) is not None
        and (
            draft.state == "recorded"
            or (draft.state in ALIVE and draft.valid_until >= now)
        )
    }


def is_begun(purchase: Purchase) -> bool:
    """Tell whether something of it waits for signatures or is recorded already."""
    return bool(living(purchase))


def write_down(here: Here, purchase: Purchase, division: Division) -> list[Refused]:
    """Propose and sign what is not written down yet; say what was refused.

    Pressed again it goes on where it stopped: what waits or is recorded stays.
    """
    common = replace(here, member=COMMON, kind="common", no=0)
    refused = []
    for share in division.shares:
        if share.charge:
            wish = _sale(share, division, purchase)
            refused += _one(common, purchase, share.member, wish)
    if all(one.part != PURCHASE for one in refused) and division.price:
        refused += _one(common, purchase, PURCHASE, [_bought(division, purchase)])
    fund = the_fund()
    bought = living(purchase).get(PURCHASE)
    if fund and division.margin and bought and bought.state == "recorded":
        gift = _gift(fund.id, division.margin)
        refused += _one(common, purchase, MARGIN, [gift])
    return refused


def the_fund() -> Member | None:
    """Return the liberation fund, if the circuit has exactly one."""
    found = list(Member.objects.filter(kind="fund", left=None)[:2])
    return found[0] if len(found) == 1 else None


def _one(
    common: Here, purchase: Purchase, part: str, wishes: Sequence[Proposal]
) -> list[Refused]:
    """Write down one part: the first of the proposals that the rules let through."""
    with transaction.atomic():
        locked = Purchase.objects.get(pk=purchase.pk)
        draft = living(locked).get(part)
        made: Draft | list[Refusal] = draft or []
        for wish in wishes if draft is None else ():
            made = propose(common, wish, {})
            if isinstance(made, Draft):
                _tell(common, part, wish, made)
                break
        if not isinstance(made, Draft):
            return [Refused(part, said(one)) for one in made]
        locked.drafts[part] = made.pk
        locked.save(update_fields=["drafts"])
    purchase.drafts = locked.drafts
    return [Refused(part, said(one)) for one in _signed(common, part, made)]


def _tell(common: Here, part: str, wish: Proposal, made: Draft) -> None:
    """Let her home tell who will not be asked for her signature."""
    if "consents" in wish.body:
        telling.note(made, common, member=part, what=gettext("Common purchase"))


def _signed(common: Here, part: str, draft: Draft) -> list[Refusal]:
    """Sign for the common, and for herself what is the portion of who enters it."""
    signers = [common, common.as_person()] if part == common.person else [common]
    for one in signers:
        try:
            answer = sign(one, draft)
        except (NothingToSign, SheMustSign):
            continue
        if isinstance(answer, Refusal):
            return [answer]
    return []


def _sale(share: Share, division: Division, purchase: Purchase) -> list[Proposal]:
    """Propose a household's part: with her standing consent if she gave one, or not."""
    moves: list[drafting.Json] = []
    texts: dict[int, str] = {}
    kind = Member.objects.get(id=share.member).kind
    for one in division.products:
        quantity = one.portions.get(share.member)
        if quantity:
            texts[len(moves)] = one.product.name
            moves.append(
                drafting.goods(
                    COMMON,
                    share.member,
                    use=drafting.USES[kind],
                    **_what(one.product, quantity),
                )
            )
    currency = fields.money().code
    now = share.charge - share.owed
    if now:
        moves.append(drafting.money(share.member, COMMON, now, currency))
    if share.owed:
        what = drafting.promised("money", share.owed, currency)
        due = {"event": "request"}
        moves.append(drafting.promise(share.member, COMMON, what, due))
    day = wording.to_day(wording.local(purchase.created).date())
    plain = exchange("sale", moves, texts, day=day)
    consent = standing.serving(share.member, creditor=COMMON, unit=currency)
    if consent is None:
        return [plain]
    return [standing.resting_on(plain, share.member, consent), plain]


def _what(product: Product, quantity: int) -> Mapping[str, Any]:
    return {
        "category": thesaurus.code_of(product.name),
        "quantity": quantity,
        "unit": product.unit,
        "measure": "weighed" if product.unit in fields.WEIGHED else "counted",
    }


def _bought(division: Division, purchase: Purchase) -> Proposal:
    """Propose what the common bought outside; nobody outside signs."""
    outside = drafting.outside("capital")
    moves: list[drafting.Json] = []
    texts: dict[int, str] = {}
    for one in division.products:
        if one.bought:
            texts[len(moves)] = _bought_by(one.product.name, purchase.buyer)
            moves.append(
                drafting.goods(
                    outside, COMMON, use="resale", **_what(one.product, one.bought)
                )
            )
    moves.append(drafting.money(COMMON, outside, division.price, fields.money().code))
    day = wording.to_day(wording.local(purchase.created).date())
    return exchange("sale", moves, texts, day=day)


def _bought_by(product: str, buyer: str) -> str:
    if not buyer:
        return product
    sentence = gettext("%(product)s, bought by %(buyer)s")
    return sentence % {"product": product, "buyer": buyer}


def _gift(fund: str, margin: int) -> Proposal:
    move = drafting.money(COMMON, fund, margin, fields.money().code)
    return exchange("gift", [move], {}, day=wording.today())
