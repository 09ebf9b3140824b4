"""What programs send in these tests: the five modes, in whole minor steps."""

GIFT = {
    "direction": "give",
    "what": "Tortillas de maíz azul",
    "category": "food.prepared",
    "quantity": 3,
    "unit": "DZN",
}
BARTER = GIFT | {"signs": 4_50, "sign": "TOTAI"}
SALE = GIFT | {"price": 87_50}
LEND = GIFT | {"what": "Escalera", "category": "tools", "unit": "C62", "due": "open"}
TWO_PARTIES = {"sale": SALE, "barter": BARTER, "gift": GIFT, "lend": LEND}
JSON = "application/json"


def propose(client, mode, asked):
    """Propose an exchange; returns the draft."""
    answer = client.post(f"/api/exchanges/{mode}", asked, content_type=JSON)
    assert answer.status_code == 201, answer.content
    return answer.json()


def confirm(client, draft):
    """Sign a draft; returns it as it then is."""
    answer = client.post(f"/api/drafts/{draft['id']}/confirm")
    assert answer.status_code == 200, answer.content
    return answer.json()


def exchanged(one, other, mode, asked):
    """Make an exchange between two programs; returns the recorded draft."""
    draft = propose(one, mode, asked)
    assert confirm(one, draft)["state"] == "waiting"
    recorded = confirm(other, draft)
    assert recorded["state"] == "recorded"
    return recorded


def problem(answer, status):
    """The code of a problem, which has the four fields and no other."""
    assert answer.status_code == status, answer.content
    told = answer.json()
    assert sorted(told) == ["act", "code", "hint", "message"]
    assert told["message"]
    assert told["hint"]
    return told["code"]
