"""A second circuit, written from the specification with plain dicts and no rules.

It is told acts that were recorded, as JSON, and keeps balances, what is held, open
obligations and custody. It refuses nothing and knows nothing of the core's functions.
"""

from collections import defaultdict

COMMON = "00" * 16
CASH = ("emporio", "fund", "common")


def name(party):
    """The id of who gives or takes, ``None`` for outside and sealed."""
    return COMMON if party.get("common") else party.get("member")


def deals_of(act):
    """The deals of an act; of common work, what the pages of the acts say they are."""
    body = act["body"]
    if act["kind"] == "dues":
        return [
            {"mode": "dues", "moves": [_part(body, member)]}
            for member in body["members"]
        ]
    if act["kind"] == "roster":
        return [
            {"mode": "roster", "moves": list(_counted(body, line))}
            for line in body["lines"]
        ]
    return body.get("deals", []) if act["kind"] == "exchange" else []


def _part(body, member):
    return {
        "type": "promise",
        "giver": {"member": member},
        "taker": {"common": True},
        "what": {"unit": body["unit"], "quantity": body["quantity"]},
    }


def _counted(body, line):
    """The work of who did it, then what the common lets go of."""
    if line["how"] != "exempt":
        yield {
            "type": "goods",
            "giver": {"member": line.get("by", line["member"])},
            "taker": {"common": True},
            "unit": body["unit"],
            "quantity": line["quantity"],
        }
    yield {
        "type": "release",
        "giver": {"common": True},
        "taker": {"member": line["member"]},
        "owed": {"act": body["dues"], "deal": line["deal"], "move": 0},
        "quantity": line["quantity"],
    }


class NaiveModel:
    """Who stands where, who owes what, and what lies with whom."""

    def __init__(self):
        self.kinds = {COMMON: "common"}
        self.balances = defaultdict(int)
        self.held = defaultdict(int)
        self.owed = {}
        self.custody = {}
        self.limits = {}
        self.acts = {}
        self.contests = {}
        self.counted = {}

    def record(self, act_hash, act):
        """Take over an act."""
        self.acts[act_hash] = act["body"]
        handle = getattr(self, "do_" + act["kind"], None)
        if handle is not None:
            handle(act_hash, act["body"], act)

    def do_genesis(self, _hash, body, _act):
        self.kinds |= {one["member"]: "person" for one in body["founders"]}
        for one in body["limits"]:
            self.limits[one["unit"], one["whom"]] = one["low"]

    def do_admit(self, _hash, body, _act):
        self.kinds[body["member"]] = body["kind"]

    def do_decision(self, _hash, body, _act):
        for one in body["effects"]:
            if one["effect"] == "limits":
                self.limits[one["unit"], one["whom"]] = one["low"]

    def do_issue(self, _hash, body, _act):
        self.pass_on((COMMON, body["unit"], "issue"), body["member"], body)

    def pass_on(self, giver, taker, body):
        self.balances[giver] -= body["quantity"]
        self.balances[taker, body["unit"], "own"] += body["quantity"]

    def do_exchange(self, act_hash, body, _act):
        moves = [
            ((act_hash, d, m), move)
            for d, deal in enumerate(body["deals"])
            for m, move in enumerate(deal["moves"])
        ]
        excess = self.excess([move for _, move in moves])
        for place, move in moves:
            self.act_on(place, move, excess)

    def do_dues(self, act_hash, body, _act):
        """Each who is called owes her part to the common."""
        for n, who in enumerate(body["members"]):
            self.owed[act_hash, n, 0] = [who, COMMON, body["unit"], body["quantity"], 0]

    def do_roster(self, act_hash, body, _act):
        """What somebody worked, sent or is excused from is owed no longer."""
        for n, line in enumerate(body["lines"]):
            self.owed[body["dues"], line["deal"], 0][4] += line["quantity"]
            self.counted[act_hash, n] = (body["dues"], line["deal"], 0), line["how"]

    def excess(self, moves):
        """What the one ``owe`` move of an act leaves owing: the part past the limit."""
        signs = [move for move in moves if move["type"] == "signs"]
        for move in signs:
            if move["on_limit"] == "owe":
                giver, unit = name(move["giver"]), move["unit"]
                net = sum(
                    one["quantity"]
                    * ((name(one["taker"]) == giver) - (name(one["giver"]) == giver))
                    for one in signs
                    if one["unit"] == unit
                )
                before = self.balances[giver, unit, "own"] - self.held[giver, unit]
                low = self.limits.get((unit, giver))
                if low is None:
                    low = self.limits.get((unit, self.kinds[giver]), 0)
                short = low - (before + net)
                return max(0, min(short, move["quantity"])) if net < 0 else 0
        return 0

    def act_on(self, place, move, excess):
        """Do one move."""
        giver, taker = name(move["giver"]), name(move["taker"])
        unit, quantity = move.get("unit"), move.get("quantity")
        if move["type"] == "signs":
            part = excess if move["on_limit"] == "owe" else 0
            self.balances[giver, unit, "own"] -= quantity - part
            self.balances[taker, unit, "own"] += quantity - part
            if part:
                self.owed[place] = [giver, taker, unit, part, 0]
        elif move["type"] == "money":
            self.pay(move, quantity)
        elif move["type"] == "promise":
            what = move["what"]
            self.owed[place] = [giver, taker, what["unit"], what["quantity"], 0]
        elif move["type"] == "release":
            self.owed[tuple(move["owed"].values())][4] += quantity
        else:
            if "of" in move:
                self.custody[tuple(move["of"].values())][3] += quantity
            if move["title"] == "custody":
                self.custody[place] = [giver, taker, quantity, 0]

    def pay(self, move, quantity):
        """Money moves are posted for those who keep cash, against the outside."""
        out = move.get("purse", "till")
        for side, purse, sign in (
            ("giver", out, -1),
            ("taker", move.get("into", out), 1),
        ):
            who = name(move[side])
            if self.kinds.get(who) in CASH:
                self.balances[who, move["unit"], purse] += sign * quantity
                self.balances["cash-outside", move["unit"], "own"] -= sign * quantity

    def do_adjust(self, _hash, body, _act):
        act_hash, deal = body["deal"]["act"], body["deal"]["deal"]
        if "deals" not in self.acts[act_hash]:
            self.adjust_work(act_hash, deal, body["moves"])
            return
        moves = self.acts[act_hash]["deals"][deal]["moves"]
        for change in body["moves"]:
            place = (act_hash, deal, change["move"])
            self.change(place, moves[change["move"]], change["delta"])

    def adjust_work(self, act_hash, deal, changes):
        """Of dues the quantity; of a roster what was freed: the last move of a line."""
        for change in changes:
            if (act_hash, deal) not in self.counted:
                self.owed[act_hash, deal, 0][3] += change["delta"]
                continue
            owed, how = self.counted[act_hash, deal]
            if change["move"] == (0 if how == "exempt" else 1):
                self.owed[owed][4] += change["delta"]

    def change(self, place, move, delta):
        """Add the difference to what one move has done."""
        if move["type"] == "money":
            self.pay(move, delta)
        elif move["type"] == "promise":
            self.owed[place][3] += delta
        elif move["type"] == "release":
            self.owed[tuple(move["owed"].values())][4] += delta
        elif move["type"] == "signs":
            if delta < 0 and place in self.owed:
                row = self.owed[place]
                cut = min(-delta, row[3] - row[4])
                row[3] -= cut
                delta += cut
            self.balances[name(move["giver"]), move["unit"], "own"] -= delta
            self.balances[name(move["taker"]), move["unit"], "own"] += delta
        else:
            if "of" in move:
                self.custody[tuple(move["of"].values())][3] += delta
            if move["title"] == "custody":
                self.custody[place][2] += delta

    def do_contest(self, _hash, body, act):
        """While it is open, a debit in signs does not count for who contests."""
        act_hash, deal = body["deal"]["act"], body["deal"]["deal"]
        sign = -1
        if "deals" not in self.acts[act_hash]:
            return  # work is no account: nothing of it is held
        if "outcome" not in body:
            sign = 1
            self.contests[act_hash, deal] = list(self.debits(act_hash, deal, act["by"]))
        for giver, taker, unit, quantity in self.contests[act_hash, deal]:
            self.held[giver, unit] -= sign * quantity
            self.held[taker, unit] += sign * quantity

    def debits(self, act_hash, deal, who):
        adjusted = defaultdict(int)
        for body in self.acts.values():
            named = body.get("deal") if isinstance(body, dict) else None
            if named == {"act": act_hash, "deal": deal} and "moves" in body:
                for change in body["moves"]:
                    adjusted[change["move"]] += change["delta"]
        for place, move in enumerate(self.acts[act_hash]["deals"][deal]["moves"]):
            if move["type"] != "signs" or name(move["giver"]) != who:
                continue
            owing = self.owed.get((act_hash, deal, place), [0, 0, 0, 0])[3]
            posted = move["quantity"] + adjusted[place] - owing
            if posted > 0:
                yield who, name(move["taker"]), move["unit"], posted
