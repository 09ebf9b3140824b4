"""What goes wrong and is mended: adjustments, contests, keys, drafts, a farewell."""

from dataclasses import dataclass, replace

from urdimbre.cli.demo import content, founding
from urdimbre.cli.demo.cast import DemoKey, Player, made_id, made_key
from urdimbre.cli.demo.content import SIGN
from urdimbre.cli.demo.world import World, pass_signs, pay, promise_money
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.obligations import Owed

WEIGHED_AGAIN = 11
"""Hundredths of a sale a day that is weighed anew and comes out lower."""
CONTESTS = ((100, "upheld"), (160, "rejected"), (233, "withdrawn"), (357, ""))
FROZEN_DAY, KEY_DAY = 110, 112
OTHER_KEY_DAY = 250
POLICY_DAY, ENDED_DAY = 180, 265
FAREWELL_DAY = 300
REPLACED_DAYS = (95, 200, 310)
FORGIVEN_DAYS = (75, 150, 225, 312)
REMITTANCES = (66, 127, 189, 249, 333)
BOXES_DAY, BOXES, HAIL_WEEK = 84, 20, 9


@dataclass(slots=True)
class Mending:
    """Corrections and stories of the year."""

    world: World

    def begin(self) -> None:
        """Put the stories on their days."""
        world = self.world
        for number, outcome in CONTESTS:
            world.on_day(number, self.contest, outcome)
        for number in REPLACED_DAYS:
            world.on_day(number, self.replaced)
        for number in FORGIVEN_DAYS:
            world.on_day(number, self.forgiven)
        for number in REMITTANCES:
            world.on_day(number, self.remittance)
        world.on_day(FROZEN_DAY, self.lost_phone)
        world.on_day(OTHER_KEY_DAY, self.new_key)
        world.on_day(BOXES_DAY, self.boxes)
        world.on_day(POLICY_DAY, self.new_hand)
        world.on_day(ENDED_DAY, self.end_mandate)
        world.on_day(FAREWELL_DAY, self.farewell)

    def day(self) -> None:
        """Weigh something again."""
        if self.world.chance.happens(WEIGHED_AGAIN):
            self.weighed_again()

    def weighed_again(self) -> None:
        """Sell by weight; the buyer's scales say less; both correct the entry."""
        world = self.world
        seller, buyer = world.cast.initiatives["molino"], world.anybody()
        if buyer.id in (seller.id, *seller.hands):
            return
        rice = content.goods()["arroz"]
        quantity = world.chance.between(2, 5) * 10_000
        cents = rice.costs(quantity)
        act = world.book.exchange(
            drafting.deal(
                "sale",
                world.thing(seller.id, buyer.id, rice, quantity),
                pay(buyer.id, seller.id, cents),
            )
        )
        if act is None:
            return
        less = world.chance.between(1, 4) * 1_000
        moves = [{"delta": -less, "move": 0}, {"delta": -rice.costs(less), "move": 1}]
        world.later(1, self._adjust, act, seller, moves, must=False)

    def _adjust(
        self,
        act: str,
        by: Player,
        moves: list[dict[str, int]],
        *,
        must: bool = True,
    ) -> None:
        self.world.book.act(
            "adjust",
            {"deal": {"act": act, "deal": 0}, "moves": moves},
            by=by.id,
            refs=[(act, "adjusts")],
            must=must,
        )

    def remittance(self) -> None:
        """A daughter abroad pays her mother's basket; 50 kg arrive as 46."""
        world = self.world
        mother = world.cast.named["Familia Gutiérrez Melgar"]
        shop = world.cast.emporio
        rice = content.goods()["arroz"]
        cents = rice.costs(50_000)
        act = world.book.exchange(
            drafting.deal(
                "sale",
                world.thing(
                    shop.id,
                    mother.id,
                    rice,
                    50_000,
                    text="arroz de la canasta que paga su hija desde Valencia",
                ),
                drafting.money(
                    drafting.outside("solidarity"), shop.id, cents, content.CURRENCY
                ),
            ),
            by=shop.id,
            must=True,
        )
        if act is None:
            return
        moves = [{"delta": -4_000, "move": 0}, {"delta": -rice.costs(4_000), "move": 1}]
        world.later(2, self._adjust, act, shop, moves)

    def contest(self, outcome: str) -> None:
        """Write something on account for a household, which says it is not so."""
        world = self.world
        shop = world.cast.emporio
        household = world.cast.known[world.chance.pick(list(world.debits))]
        sugar = content.goods()["azucar"]
        cents = sugar.costs(5_000)
        owed = promise_money(household.id, shop.id, cents, {"date": world.day_in(30)})
        act = world.book.exchange(
            drafting.deal(
                "sale", world.thing(shop.id, household.id, sugar, 5_000), owed
            ),
            by=shop.id,
            consents=[(household.id, world.debits[household.id])],
        )
        if act is None:
            # Her credit was used up: try another household tomorrow.
            world.later(1, self.contest, outcome)
            return
        world.later(3, self._contested, act, household, outcome)

    def _contested(self, act: str, household: Player, outcome: str) -> None:
        self._say(act, household.id)
        if outcome == "upheld":
            sugar = content.goods()["azucar"]
            moves = [
                {"delta": -2_000, "move": 0},
                {"delta": -sugar.costs(2_000), "move": 1},
            ]
            self.world.later(4, self._adjust, act, household, moves)
        if outcome:
            self.world.later(5, self._say, act, household.id, outcome)

    def _say(self, act: str, party: str, outcome: str = "") -> None:
        world = self.world
        body = {"deal": {"act": act, "deal": 0}}
        mediator = world.mandated(world.cast.roled("mediators")[0], "mediate")
        rejected = outcome == "rejected"
        world.book.act(
            "contest",
            body | ({"outcome": outcome} if outcome else {}),
            by=mediator[0] if rejected else party,
            also=[mediator] if rejected else (),
            refs=[(act, "contests")],
        )

    def replaced(self) -> None:
        """Lend money that cannot be paid in time: a new promise replaces the old."""
        world = self.world
        lender = world.person()
        borrower = world.person(lender.id)
        cents = 20_000
        first = {"date": world.day_in(20)}
        act = world.book.exchange(
            drafting.deal(
                "lend",
                pay(lender.id, borrower.id, cents),
                promise_money(borrower.id, lender.id, cents, first),
            ),
            must=True,
        )
        if act is None:
            return
        world.later(21, self._replace, act, lender, borrower, cents)

    def _replace(self, act: str, lender: Player, borrower: Player, cents: int) -> None:
        due = {"date": self.world.day_in(40)}
        self.world.book.exchange(
            drafting.deal(
                "settle",
                drafting.release(
                    lender.id,
                    borrower.id,
                    owed=drafting.place(act, 0, 1),
                    quantity=cents,
                    reason="replaced",
                ),
                promise_money(borrower.id, lender.id, cents, due),
            ),
            by=borrower.id,
            must=True,
        )

    def forgiven(self) -> None:
        """Sell work on account to somebody in trouble, and forgive it later."""
        world = self.world
        seller = world.person()
        buyer = world.person(seller.id)
        work = content.goods()["electricidad"]
        cents = work.costs(200)
        act = world.book.exchange(
            drafting.deal(
                "sale",
                world.thing(seller.id, buyer.id, work, 200),
                promise_money(buyer.id, seller.id, cents, {"open": True}),
            ),
            must=True,
        )
        if act is None:
            return
        world.later(25, self._forgive, act, seller, buyer, cents)

    def _forgive(self, act: str, seller: Player, buyer: Player, cents: int) -> None:
        freed = drafting.release(
            seller.id,
            buyer.id,
            owed=drafting.place(act, 0, 1),
            quantity=cents,
            reason="forgiven",
        )
        self.world.book.exchange(drafting.deal("gift", freed), by=seller.id, must=True)

    def boxes(self) -> None:
        """Sell twenty weekly boxes, paid at sowing; in week nine there is hail."""
        world = self.world
        garden = world.cast.initiatives["huerta"]
        box = content.goods()["verdura"]
        due = {"every_days": 7, "from": world.day_in(7), "times": BOXES}
        buyers = world.chance.some(world.cast.households, 4)
        for buyer in buyers:
            what = drafting.promised("goods", BOXES, box.unit, category=box.category)
            act = world.book.exchange(
                drafting.deal(
                    "sale",
                    drafting.promise(garden.id, buyer.id, what, due, risk="shared"),
                    pay(buyer.id, garden.id, box.costs(BOXES, 90)),
                ),
                by=buyer.id,
                must=True,
            )
            if act is None:
                return
            for week in range(1, BOXES + 1):
                world.later(
                    7 * week,
                    self._box,
                    act,
                    garden,
                    buyer,
                    week,
                )

    def _box(self, act: str, garden: Player, buyer: Player, week: int) -> None:
        world = self.world
        lost = week == HAIL_WEEK
        freed = drafting.release(
            buyer.id,
            garden.id,
            owed=drafting.place(act, 0, 0),
            quantity=1,
            reason="loss" if lost else "fulfilled",
        )
        moves = [freed]
        if not lost:
            box = content.goods()["verdura"]
            text = f"canasta de la semana {week}"
            moves.insert(0, world.thing(garden.id, buyer.id, box, 1, text=text))
        world.book.exchange(drafting.deal("settle", *moves), by=buyer.id, must=True)

    def lost_phone(self) -> None:
        """Put a brake on a lost phone's key; a mediator lifts it, the key changes."""
        world = self.world
        person = world.cast.named["Silvia Ortiz"]
        key = world.cast.keys[person.id][-1]
        body = {"by_key": key.id, "member": person.id, "on": True}
        world.book.act("freeze", body, by=person.id)
        days = KEY_DAY - FROZEN_DAY
        world.later(days, self._thaw, person, key)

    def _thaw(self, person: Player, key: DemoKey) -> None:
        world = self.world
        mediator = world.mandated(world.cast.roled("mediators")[1], "mediate")
        body = {"member": person.id, "on": False}
        world.book.act("freeze", body, by=mediator[0], also=[mediator])
        self._change_key(person, key)

    def new_key(self) -> None:
        """Let the cashier change her key, and withdraw a draft of hers."""
        world = self.world
        person = world.cast.role("cashier")
        self._change_key(person, world.cast.keys[person.id][-1])
        body = drafting.exchange(
            world.book.day,
            drafting.deal("gift", pay(person.id, world.cast.fund.id, 5_000)),
        )
        world.book.withdraw("exchange", body, by=person.id)

    def new_hand(self) -> None:
        """Let one more sign for the nursery: it changes how it consents."""
        cast = self.world.cast
        before = cast.initiatives["guarderia"]
        hands = (*before.hands, cast.named["Verónica Soruco"].id)
        after = replace(before, hands=hands, policy=made_id("policy of four"))
        rule = {"kinds": ["any"], "need": 1, "of": sorted(hands)}
        body = {"id": after.policy, "principal": before.id, "rules": [rule]}
        self.world.book.act("policy", body, by=before.id)
        cast.initiatives["guarderia"] = after
        cast.known[after.id] = cast.named[after.name] = after

    def end_mandate(self) -> None:
        """Let a household end its consent to be written on account."""
        world = self.world
        household = world.chance.pick(list(world.debits))
        id_ = world.debits.pop(household)
        row = world.book.row(f"mandate/{id_}")
        body = founding.fiado(world, world.cast.known[household])
        body |= {"from": row.start, "id": id_, "until": world.book.time}
        world.book.act("mandate", body, by=household)

    def _change_key(self, person: Player, key: DemoKey) -> None:
        world = self.world
        keys = world.cast.keys[person.id]
        new = made_key(f"{person.name} {world.number}")
        keys.append(new)
        world.book.act("key", {"add": drafting.key(new.public, "server")}, by=person.id)
        keys.remove(key)
        world.book.act("key", {"revoke": key.id}, by=person.id)

    def farewell(self) -> None:
        """The teacher's year is over: she evens out her account and leaves."""
        world = self.world
        teacher = world.cast.passing.people[0]
        world.regulars = [one for one in world.regulars if one != teacher]
        for owed in world.book.open_of(teacher.id):
            self._close(owed)
        self._even_out(teacher)
        world.book.act("leave", {"member": teacher.id}, by=teacher.id)

    def _close(self, owed: Owed) -> None:
        """Pay what is owed in money, leave the rest as it is: forgiven."""
        freed = drafting.release(
            owed.creditor,
            owed.debtor,
            owed=drafting.place(owed.act, owed.deal, owed.move),
            quantity=owed.open,
            reason="fulfilled" if owed.what == "money" else "forgiven",
        )
        deal = drafting.deal("gift", freed)
        if owed.what == "money":
            paid = pay(owed.debtor, owed.creditor, owed.open)
            deal = drafting.deal("settle", paid, freed)
        self.world.book.exchange(deal, by=owed.creditor, must=True)

    def _even_out(self, teacher: Player) -> None:
        world = self.world
        for unit in (SIGN, content.HOURS, content.VOUCHER):
            left = world.book.balance(teacher.id, unit)
            if left > 0:
                given = pass_signs(teacher.id, COMMON, left, unit=unit)
                world.book.exchange(
                    drafting.deal("gift", given), by=teacher.id, must=True
                )
            elif left < 0:
                lessons = content.goods()["clases"]
                school = world.cast.initiatives["guarderia"]
                world.book.exchange(
                    drafting.deal(
                        "barter",
                        world.thing(teacher.id, school.id, lessons, 400),
                        pass_signs(school.id, teacher.id, -left, unit=unit),
                    ),
                    must=True,
                )
