"""What pages ask for, worked out anew from the acts, one loop for each question."""

from tests.core.naive_model import NaiveModel, deals_of

OUTSIDE = {"capital": -1, "state": -2, "solidarity": -3}
THE_COMMON, SEALED, OTHER_CIRCUIT, NODE = 0, -4, -5, -7


class NaivePages:
    """All acts of a log, and the questions of the pages."""

    def __init__(self):
        self.model = NaiveModel()
        self.numbers = {"00" * 16: THE_COMMON}
        self.places = {}
        self.acts = []
        self.moves = {}

    def record(self, position, act_hash, act):
        """Take over an act."""
        self.model.record(act_hash, act)
        self.places[act_hash] = position
        body = act["body"]
        if act["kind"] == "genesis":
            for one in body["founders"]:
                self._admit(one["member"])
            self.numbers[body["node"]["member"]] = NODE
        if act["kind"] == "admit":
            self._admit(body["member"])
        self.acts.append((position, self.numbers[act["by"]]))
        for d, deal in enumerate(deals_of(act)):
            for m, move in enumerate(deal["moves"]):
                self.moves[position, d, m] = {
                    "mode": deal["mode"],
                    "type": move["type"],
                    "quantity": move.get("what", move)["quantity"],
                    "giver": self.number(move["giver"]),
                    "taker": self.number(move["taker"]),
                    "unit": self._unit(move),
                    "day": body["day"],
                }

        for move in body["moves"] if act["kind"] == "adjust" else ():
            place = self.places[body["deal"]["act"]], body["deal"]["deal"]
            self.moves[*place, move["move"]]["quantity"] += move["delta"]

    def _admit(self, member):
        self.numbers[member] = sum(no > 0 for no in self.numbers.values()) + 1

    def number(self, party):
        """The number of who gives or takes."""
        if "outside" in party:
            return OUTSIDE[party["outside"]]
        if "sealed" in party:
            return SEALED
        if "circuit" in party:
            return OTHER_CIRCUIT
        return self.numbers["00" * 16 if "common" in party else party["member"]]

    def _unit(self, move):
        if move["type"] == "release":
            named = move["owed"]
            place = (named["act"], named["deal"], named["move"])
            return self.model.owed[place][2]
        return move["what"]["unit"] if move["type"] == "promise" else move["unit"]

    def statement(self, no, typed, named):
        """Keys of a member's moves, newest first, by what is typed into the filter."""
        found = []
        for key, one in self.moves.items():
            sides = {"gave": {one["giver"]}, "received": {one["taker"]}}
            both = {one["giver"], one["taker"]}
            fits = [
                no in sides.get(typed["direction"], both),
                typed["mode"] in ("", one["mode"]),
                typed["unit"] in ("", one["unit"]),
                typed["type"] in ("", one["type"]),
                typed["person"] == "" or bool(both & named),
                typed["start"] is None or typed["start"] <= one["day"],
                typed["end"] is None or one["day"] <= typed["end"],
            ]
            if all(fits):
                found.append(key)
        return sorted(found, key=lambda key: (-key[0], key[1], key[2]))

    def sums(self, no, keys):
        """What these moves of a member come to: given and received, and how many."""
        found = {}
        for one in (self.moves[key] for key in keys):
            sums = found.setdefault((one["type"], one["unit"]), [None, None, 0])
            side = 0 if one["giver"] == no else 1
            sums[side] = (sums[side] or 0) + one["quantity"]
            sums[2] += 1
        return found

    def own(self, no):
        """Positions of the acts that somebody made or stands in, newest first."""
        hers = {
            key[0]
            for key, one in self.moves.items()
            if no in (one["giver"], one["taker"])
        }
        made = {position for position, by in self.acts if by == no}
        return sorted(hers | made, reverse=True)

    def owing(self, no):
        """Keys of what somebody owes, and of what she is owed."""
        owes, owed = set(), set()
        for key, (debtor, creditor, _, quantity, released) in self.model.owed.items():
            if quantity > released:
                place = ".".join(map(str, (self.places[key[0]], *key[1:])))
                if self.numbers.get(debtor) == no:
                    owes.add(place)
                if self.numbers.get(creditor) == no:
                    owed.add(place)
        return owes, owed

    def in_custody(self, no):
        """How many things lie with somebody, and of hers with others."""
        rows = [row for row in self.model.custody.values() if row[2] > row[3]]
        with_her = sum(self.numbers.get(holder) == no for _, holder, _, _ in rows)
        of_hers = sum(self.numbers.get(owner) == no for owner, _, _, _ in rows)
        return with_her, of_hers

    def stands(self, member):
        """Where somebody stands in each unit and purse, but for those at zero."""
        return {
            key[1:]: minor
            for key, minor in self.model.balances.items()
            if key[0] == member and minor
        }
