"""Files of programs that keep members too, made up here in their layouts."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections import Counter
from collections.abc import Mapping

from tests.adapters.interchange.generated import table

PEOPLE = {
    "NINA0001": "Ana Quispe",
    "NINA0002": "Beto Mamani",
    "NINA0003": "Carla Núñez",
}
Paid = tuple[str, str, int]
"""Payer, payee and hundredths."""
PAID: tuple[Paid, ...] = (
    ("NINA0001", "NINA0002", 12_50),
    ("NINA0002", "NINA0003", 30_00),
    ("NINA0003", "NINA0001", 7_25),
)


def standing(paid: tuple[Paid, ...]) -> Counter[str]:
    """Balances that a history leads to."""
    found: Counter[str] = Counter()
    for payer, payee, amount in paid:
        found[payer] -= amount
        found[payee] += amount
    return found


def moment(number: int) -> str:
    """The moment of a row, as Komunitin writes it."""
    return f"2024-03-{1 + number:02d}T10:11:{number:02d}.000Z"


def decimal(minor: int) -> str:
    """An amount with two decimals."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def komunitin_tables(paid: tuple[Paid, ...] = PAID) -> dict[str, bytes]:
    """Tables as its accounting service gives them, the newest first."""
    left = standing(paid)
    accounts = [
        (f"id-{code}", "2020-01-01", "", code, "active", decimal(left[code]), 100, "")
        for code in PEOPLE
    ]
    head = ("id", "created", "updated", "code", "status", "balance")
    rows = [
        (
            *(f"t{number}", moment(number), moment(number), "committed"),
            *(decimal(amount), f"n {number}", "", ""),
            *(f"id-{payer}", payer, f"id-{payee}", payee, "u"),
        )
        for number, (payer, payee, amount) in enumerate(paid)
    ]
    columns = (
        *("id", "created", "updated", "state", "amount", "description", "hash"),
        *("authorization", "payer.id", "payer.code", "payee.id", "payee.code"),
        "user.id",
    )
    return {
        "accounts.csv": table((*head, "creditLimit", "key"), *accounts).encode(),
        "transfers.csv": table(columns, *reversed(rows)).encode(),
    }


def komunitin_answers(paid: tuple[Paid, ...] = PAID) -> dict[str, bytes]:
    """Answers of its interfaces, transfers on pages of two."""
    left = standing(paid)
    accounts = [
        {
            "type": "accounts",
            "id": f"id-{code}",
            "attributes": {"code": code, "balance": left[code] * 100},
        }
        for code in PEOPLE
    ]
    members = [
        {
            "type": "members",
            "id": f"m-{code}",
            "attributes": {"code": code.lower(), "name": name},
            "relationships": {"account": {"data": {"id": f"id-{code}"}}},
        }
        for code, name in PEOPLE.items()
    ]
    currency = {
        "type": "currencies",
        "id": "c",
        "attributes": {"code": "NINA", "decimals": 2, "scale": 4},
    }
    transfers = [
        transfer(number, payer, payee, amount * 100)
        for number, (payer, payee, amount) in enumerate(paid)
    ]
    pages = {
        f"transfers-{start}.json": answer(transfers[start : start + 2])
        for start in range(0, len(transfers), 2)
    }
    return {
        "accounts.json": answer(accounts, [currency]),
        "members.json": answer(members),
        **pages,
    }


def transfer(
    number: int, payer: str, payee: str, amount: object, state: str = "committed"
) -> dict[str, object]:
    """A transfer as the interface gives it."""
    sides = {
        side: {"data": {"type": "accounts", "id": f"id-{code}"}}
        for side, code in (("payer", payer), ("payee", payee))
    }
    told = {"amount": amount, "state": state, "created": moment(number)}
    return {
        "type": "transfers",
        "id": f"t{number}",
        "attributes": {**told, "meta": {"description": f"n {number}"}},
        "relationships": sides,
    }


def answer(found: object, included: object = ()) -> bytes:
    """An answer in JSON:API."""
    told = {"data": found, "included": list(included)}  # type: ignore[call-overload]
    return json.dumps(told, ensure_ascii=False).encode()


def timeoverflow(paid: tuple[Paid, ...] = PAID) -> dict[str, bytes]:
    """The bank's reports in Spanish; an amount here is minutes."""
    left = standing(paid)
    numbers = {code: str(int(code[-4:])) for code in PEOPLE}
    shown = {code: f"{name} ({numbers[code]})" for code, name in PEOPLE.items()}
    members = [
        (
            *(numbers[code], name, f"{numbers[code]}@example.org", "7001", ""),
            *("2020-01-01 10:00:00 UTC", "", "es", left[code] * 60),
        )
        for code, name in PEOPLE.items()
    ]
    head = ("N", "Nombre", "Email", "Tel", "Tel 2", "Alta", "Acceso", "Idioma", "Saldo")
    rows = [
        (
            f"2024-03-{1 + number:02d} 10:11:12 UTC",
            *(shown[payer], shown[payee], "Clases"),
            f"{amount // 60}:{amount % 60:02d}",
        )
        for number, (payer, payee, amount) in enumerate(paid)
    ]
    columns = ("Fecha", "Desde", "A", "Anuncio", "Cantidad")
    return {
        "Usuarios.csv": table(head, *members).encode(),
        "Transferencias.csv": table(columns, *reversed(rows)).encode(),
    }


def ces(paid: tuple[Paid, ...] = PAID) -> dict[str, bytes]:
    """Members and trades of an exchange."""
    members = [
        (code, "ind", *name.split(" "), "", f"{code}@example.org", "7002", "secret")
        for code, name in PEOPLE.items()
    ]
    head = (
        *("UID", "UserType", "Firstname", "Surname", "OrgNameShort"),
        *("Email", "PhoneM", "Password"),
    )
    rows = [
        (payer, payee, decimal(amount), "0", f"n {number}", day(number), payer, "sess")
        for number, (payer, payee, amount) in enumerate(paid)
    ]
    columns = (
        *("buyer", "seller", "buyer_amount", "buyer_levy", "description"),
        *("date_entered", "entered_by", "type"),
    )
    return {
        "users.csv": table(head, *members).encode(),
        "trades.csv": table(columns, *rows).encode(),
    }


def day(number: int) -> str:
    """The moment of a row, as CES writes it."""
    return f"2012-05-{1 + number:02d} 09:30:00"


def history(seed: int, rows: int) -> tuple[Paid, ...]:
    """A made-up history of these people."""
    chance = random.Random(seed)
    found = []
    for _ in range(rows):
        payer, payee = chance.sample(list(PEOPLE), 2)
        found.append((payer, payee, chance.randrange(1, 90_00)))
    return tuple(found)


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files in an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(f"export/{name}", raw)
    return out.getvalue()
