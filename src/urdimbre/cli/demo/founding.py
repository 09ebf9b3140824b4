"""How the circuit begins: genesis, admissions, mandates, and its assemblies."""

from collections.abc import Callable, Sequence
from typing import Any

from urdimbre.adapters.folder import Founding
from urdimbre.cli.demo.book import SECONDS_PER_DAY, Hand
from urdimbre.cli.demo.cast import Family, Player, made_id
from urdimbre.cli.demo.content import CURRENCY, SIGN, VOUCHER
from urdimbre.cli.demo.world import World
from urdimbre.core import drafting
from urdimbre.core.accounts import COMMON
from urdimbre.core.chain.entry import signed_entry
from urdimbre.core.drafting import Json

COMMON_POLICY = made_id("policy the common")
FOUNDERS_NEED = 2
MANDATE_DAYS = 730
MODES = ["barter", "gift", "lend", "sale", "settle"]
FIADO_EACH = 16_000
FIADO_MONTH = 40_000
FIADO_OPEN = 60_000
FIADO_PERCENT = 60
ACTING_DAYS = 60
"""Until after the first meeting, which then lets the same act for longer."""
MEETINGS = {"first": 45, "second": 120, "third": 190, "fourth": 260}


def genesis_entry(world: World) -> Callable[[Founding], bytes]:
    """Give the function that makes the signed genesis act in a new folder."""
    book = world.book
    founders = [world.cast.named[name] for name in world.town["founders"]]

    def make(founding: Founding) -> bytes:
        node = made_id("node")
        body = _genesis(world, founders, founding.keys.node.key.hex(), node)
        act = drafting.draft(
            "genesis",
            body,
            by=founders[0].id,
            id_=book.new_id(),
            valid_until=book.time + SECONDS_PER_DAY,
        )
        slots = book.founder_slots(act, [one.id for one in founders])
        slots.append(founding.keys.node_slot(act, "00" * 32, node))
        entry = book.found(act, signed_entry(act, slots).slots)
        world.cast.persons += founders
        hands = [(one.id, COMMON_POLICY) for one in founders]
        book.speakers["any"] = hands[:FOUNDERS_NEED]
        return entry

    return make


def _genesis(
    world: World, founders: Sequence[Player], node_key: str, node: str
) -> Json:
    keys = world.cast.keys
    return {
        "agreement": world.town["agreement"],
        "blind": made_id("blind the common"),
        "day": world.book.day,
        "demo": True,
        "founders": [
            {
                "blind": made_id(f"blind {one.name}"),
                "key": drafting.key(keys[one.id][-1].public, "server"),
                "member": one.id,
            }
            for one in founders
        ],
        "limits": [
            {"unit": unit, "whom": whom, "low": low, "high": high, "warn": warn}
            for unit, rows in sorted(world.town["limits"].items())
            for whom, (low, high, warn) in sorted(rows.items())
        ],
        "need": FOUNDERS_NEED,
        "node": {"key": drafting.key(node_key, "server"), "member": node},
        "policy": COMMON_POLICY,
        "rules": 1,
        "units": _units(),
    }


def _units() -> list[Json]:
    sign = {"kind": "sign", "scope": "local"}
    arroba = {"measure": 10, "standard": 11_500, "unit": "KGM"}
    tin = {"measure": 1, "standard": 18_000, "unit": "LTR"}
    return [
        sign | {"code": SIGN, "regime": "mutual", "scale": 2},
        sign | {"code": VOUCHER, "regime": "granted", "scale": 0},
        sign | {"code": "HORA", "regime": "time", "scale": 0},
        {"code": "ARROBA", "kind": "volume", "scale": 1, "equivalent": arroba},
        {"code": "MANOJO", "kind": "volume", "scale": 0},
        {"code": "LATA", "kind": "volume", "scale": 0, "equivalent": tin},
    ]


def admit_family(world: World, family: Family, sponsor: Player) -> None:
    """Admit the grown-ups of a family, then their household."""
    for one in family.people:
        if one not in world.cast.persons:
            _admit(world, one, sponsor)
        if family is not world.cast.passing and one not in world.cast.persons:
            world.cast.persons.append(one)
        world.regulars.append(one)
    if family is not world.cast.passing:
        _admit(world, family.household, sponsor)
        world.cast.households.append(family.household)
        world.regulars += [family.household] * 2


def admit_shared(world: World, player: Player, sponsor: Player) -> None:
    """Admit an initiative, the emporio or the fund."""
    _admit(world, player, sponsor)


def _admit(world: World, player: Player, sponsor: Player) -> None:
    book = world.book
    body: Json = {
        "blind": made_id(f"blind {player.id}"),
        "kind": player.kind,
        "member": player.id,
        "sponsors": [sponsor.id],
    }
    if player.kind == "person":
        body["key"] = drafting.key(world.cast.keys[player.id][-1].public, "server")
        book.act("admit", body, by=COMMON)
        return
    rule: Json = {"kinds": ["any"], "need": 1, "of": sorted(player.hands)}
    body["policy"] = {"id": player.policy, "rules": [rule]}
    book.act("admit", body, by=COMMON)


def mandate(world: World, name: str, agents: Sequence[Player], **fields: Any) -> Json:
    """Make a mandate of the common, known by a name from now on."""
    id_ = made_id(f"mandate {name} {world.number}")
    world.mandates[name] = id_
    return {
        "agents": sorted(one.id for one in agents),
        "from": world.book.time,
        "id": id_,
        "principal": COMMON,
        "until": world.book.time + MANDATE_DAYS * SECONDS_PER_DAY,
        **fields,
    }


def name_bearers(world: World) -> None:
    """Let the founders name who acts, attests, cares and mediates."""
    cast = world.cast
    granted = [
        *_acting(world, ACTING_DAYS),
        mandate(
            world,
            "attest",
            cast.roled("witnesses"),
            contest_days=21,
            kinds=["exchange"],
            purpose="attest",
        ),
        _care(world, cast.roled("care")),
        mandate(
            world,
            "mediate",
            cast.roled("mediators"),
            kinds=["adjust", "contest", "freeze"],
            purpose="mediate",
        ),
    ]
    effects = [{"effect": "grant", "mandate": one} for one in granted]
    world.book.act(
        "decision",
        {"basis": "founders", "effects": effects},
        by=COMMON,
        private={"minutes": world.words["minutes"]["founders"].encode()},
    )
    _speak_under_mandates(world)


def _acting(world: World, days: int) -> list[Json]:
    """Name who acts for the common; founders may for their own term only."""
    cast = world.cast
    speaking = [cast.role("coordinator"), cast.role("treasurer"), cast.role("clerk")]
    until = world.book.time + days * SECONDS_PER_DAY
    return [
        mandate(
            world,
            "common",
            speaking,
            kinds=["adjust", "exchange", "thanks"],
            purpose="act",
            until=until,
        ),
        mandate(
            world,
            "issue",
            [cast.role("treasurer")],
            kinds=["issue"],
            max_each=60,
            max_per_period=400,
            period_days=30,
            purpose="act",
            unit=VOUCHER,
            until=until,
        ),
    ]


def _care(world: World, bearers: Sequence[Player]) -> Json:
    return mandate(world, "care", bearers, kinds=["exchange", "thanks"], purpose="care")


def _speak_under_mandates(world: World) -> None:
    cast, speakers = world.cast, world.book.speakers
    speaker = cast.role("coordinator")
    for kind in ("exchange", "thanks", "adjust"):
        speakers[kind] = [world.mandated(speaker, "common")]
    speakers["issue"] = [world.mandated(cast.role("treasurer"), "issue")]


def let_act_for_emporio(world: World) -> None:
    """Let a second person keep the till on Saturdays, within caps."""
    cast = world.cast
    body = mandate(
        world,
        "saturday",
        [cast.role("saturday")],
        kinds=["exchange"],
        max_each=80_000,
        max_per_period=600_000,
        modes=["barter", "sale"],
        period_days=7,
        purpose="act",
        unit=CURRENCY,
    )
    body["principal"] = cast.emporio.id
    world.book.act("mandate", body, by=cast.emporio.id)


def fiado(world: World, household: Player) -> Json:
    """Make a standing consent to what the emporio writes on account."""
    cast = world.cast
    body = mandate(
        world,
        f"fiado {household.name}",
        [],
        contest_days=14,
        creditor=cast.emporio.id,
        fetchers=sorted(household.hands),
        kinds=["exchange"],
        max_balance=FIADO_OPEN,
        max_each=FIADO_EACH,
        max_per_period=FIADO_MONTH,
        modes=["sale"],
        period_days=30,
        purpose="accept_debit",
        unit=CURRENCY,
    )
    return body | {"principal": household.id}


def consent_to_fiado(world: World, families: Sequence[Family]) -> None:
    """Let the emporio write what these households fetch on account."""
    for family in families:
        household = family.household
        if not world.chance.happens(FIADO_PERCENT):
            continue
        body = fiado(world, household)
        world.debits[household.id] = body["id"]
        world.book.act("mandate", body, by=household.id)


def consent_to_credits(world: World, elders: Sequence[str]) -> None:
    """Let elders without a phone be credited without asking them each time."""
    for name in elders:
        person = world.cast.named[name]
        body = mandate(
            world,
            f"credit {name}",
            [],
            contest_days=30,
            kinds=["exchange"],
            max_balance=40_000,
            max_each=5_000,
            purpose="accept_credit",
            unit=SIGN,
        )
        body["principal"] = person.id
        world.credits[person.id] = body["id"]
        world.book.act("mandate", body, by=person.id)
        _let_clerk_write(world, person)


def _let_clerk_write(world: World, person: Player) -> None:
    """Let the clerk sign for an elder what stands on a paper sheet."""
    body = mandate(
        world,
        f"paper {person.name}",
        [world.cast.role("clerk")],
        contest_days=30,
        kinds=["exchange"],
        max_each=4_000,
        modes=["barter"],
        purpose="act",
        unit=SIGN,
    )
    body["principal"] = person.id
    world.book.act("mandate", body, by=person.id)


def meet(world: World, name: str, effects: Sequence[Json]) -> None:
    """Record what a meeting of the assembly has decided, attested by two."""
    book = world.book
    minutes = book.sealed("minutes", world.words["minutes"][name].encode())
    two = sorted(one.id for one in world.chance.some(world.cast.roled("witnesses"), 2))
    book.act(
        "decision",
        {
            "attested_by": two,
            "basis": "meeting",
            "effects": list(effects),
            "minutes": minutes.commitment,
        },
        by=COMMON,
        sealed=[minutes],
    )


def first_meeting(world: World) -> None:
    """End the founders' mandate: from now on the common answers with two of five."""
    cast = world.cast
    five = [
        cast.role("coordinator"),
        cast.role("treasurer"),
        cast.role("clerk"),
        cast.named["Rosario Justiniano"],
        cast.named["Dora Barba"],
    ]
    policy = made_id("policy the common after the first meeting")
    of = sorted(one.id for one in five)
    rules = [
        {"kinds": ["admit"], "need": 1, "of": of},
        {"kinds": ["any"], "need": 2, "of": of},
    ]
    meet(
        world,
        "first",
        [
            {"effect": "policy", "id": policy, "rules": rules},
            {"effect": "ceiling", "unit": VOUCHER, "quantity": 600},
            *(
                {"effect": "grant", "mandate": one}
                for one in _acting(world, MANDATE_DAYS)
            ),
        ],
    )
    _speak_under_mandates(world)
    hands: list[Hand] = [(one.id, policy) for one in five]
    world.book.speakers["any"] = hands[:2]
    world.book.speakers["admit"] = hands[:1]


def second_meeting(world: World) -> None:
    """Raise the ceiling of vouchers, define another local measure."""
    drum = {"measure": 1, "standard": 200_000, "unit": "LTR"}
    unit = {"code": "TAMBOR", "equivalent": drum, "kind": "volume", "scale": 0}
    meet(
        world,
        "second",
        [
            {"effect": "ceiling", "unit": VOUCHER, "quantity": 900},
            {"effect": "unit", "unit": unit},
        ],
    )


def third_meeting(world: World) -> None:
    """Give initiatives more room after half a year, and contests more time."""
    limits = {"low": -200_000, "high": 500_000, "unit": SIGN, "whom": "initiative"}
    meet(
        world,
        "third",
        [
            {"effect": "limits", "warn": 160_000, **limits},
            {"effect": "parameter", "name": "contest_days", "value": 21},
        ],
    )


def fourth_meeting(world: World) -> None:
    """Renew the bearers of care."""
    before = world.mandates["care"]
    leaving, coming = world.cast.named["Mirtha Hurtado"], "Olga Herrera"
    names = [one.name for one in world.cast.roled("care") if one != leaving]
    world.cast.roles["care"] = [*names, coming]
    meet(
        world,
        "fourth",
        [
            {"effect": "dismiss", "mandate": before},
            {"effect": "grant", "mandate": _care(world, world.cast.roled("care"))},
        ],
    )


def begin(world: World) -> None:
    """Put the beginnings and the assemblies on their days."""
    cast = world.cast
    early = [family for family in cast.families if family.day == 0]
    world.on_day(0, _first_day, world, early[:12])
    for number in (1, 2, 3):
        group = early[number * 15 - 3 : number * 15 + 12]
        world.on_day(number, _admit_group, world, group)
    world.on_day(3, _shared, world)
    world.on_day(4, name_bearers, world)
    world.on_day(5, _consents, world, early)
    for family in cast.families:
        if family.day:
            world.on_day(family.day, _newcomers, world, family)
    world.on_day(cast.passing.day, _newcomers, world, cast.passing)
    meetings = (first_meeting, second_meeting, third_meeting, fourth_meeting)
    for number, meeting in zip(MEETINGS.values(), meetings, strict=True):
        world.on_day(number, meeting, world)


def _first_day(world: World, families: Sequence[Family]) -> None:
    for family in families:
        admit_family(world, family, world.cast.named[world.town["founders"][0]])


def _admit_group(world: World, families: Sequence[Family]) -> None:
    for family in families:
        admit_family(world, family, world.chance.pick(world.cast.persons[:12]))


def _shared(world: World) -> None:
    cast = world.cast
    sponsor = cast.named[world.town["founders"][1]]
    for player in (*cast.initiatives.values(), cast.emporio, cast.fund):
        admit_shared(world, player, sponsor)


def _consents(world: World, families: Sequence[Family]) -> None:
    let_act_for_emporio(world)
    consent_to_fiado(world, families)
    consent_to_credits(world, ["Hortensia Gutiérrez", "Toribio Rueda", "Aida Coímbra"])


def _newcomers(world: World, family: Family) -> None:
    admit_family(world, family, world.chance.pick(world.cast.persons[:40]))
    if family is not world.cast.passing:
        consent_to_fiado(world, [family])
