"""Transfers by django-hordak: one transaction each, and many in one.

    python hordak_transfers.py CONNINFO

Prints a figure as a line of JSON for both.
"""

from __future__ import annotations

import json
import sys
import time

import django
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

SINGLE, BATCHED = 500, 2_000
ACCOUNTS = 50


def set_up(conninfo: str) -> None:
    """Point Django at the database and make hordak's tables."""
    parts = conninfo_to_dict(conninfo) | {"dbname": "hordak"}
    name = parts.pop("dbname")
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": name,
                "OPTIONS": parts,
            }
        },
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "mptt",
            "hordak",
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        HORDAK_DECIMAL_PLACES=2,
        HORDAK_MAX_DIGITS=13,
        DEFAULT_CURRENCY="EUR",
        CURRENCIES=["EUR"],
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def main(conninfo: str) -> None:
    """Measure."""
    set_up(conninfo)
    from django.db import transaction
    from hordak.models import Account, AccountType
    from moneyed import Money

    accounts = [
        Account.objects.create(
            name=f"account {number}",
            code=str(number),
            type=AccountType.asset,
            currencies=["EUR"],
        )
        for number in range(ACCOUNTS)
    ]

    def transfer(number: int) -> None:
        giver = accounts[number % ACCOUNTS]
        taker = accounts[(number + 1 + number % 7) % ACCOUNTS]
        giver.transfer_to(taker, Money(1, "EUR"))

    start = time.perf_counter()
    for number in range(SINGLE):
        transfer(number)
    tell("hordak_single", SINGLE, time.perf_counter() - start)
    start = time.perf_counter()
    with transaction.atomic():
        for number in range(BATCHED):
            transfer(number)
    tell("hordak_batched", BATCHED, time.perf_counter() - start)


def tell(bench: str, count: int, seconds: float) -> None:
    """Print a figure."""
    print(json.dumps({"bench": bench, "value": count / seconds, "n": count}))


if __name__ == "__main__":
    main(sys.argv[1])
