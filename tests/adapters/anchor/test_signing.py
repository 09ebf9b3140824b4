"""What the library for signing must not do to the program."""

from tests.processes import python
from urdimbre.adapters.anchor.event import call
from urdimbre.adapters.anchor.rpc import Fees
from urdimbre.adapters.anchor.signing import Account, Sender

SECRET = bytes(range(1, 33))
LIMIT = (
    "import sys; before = sys.getrecursionlimit();"
    "import urdimbre.adapters.anchor.signing;"
    "sys.exit(sys.getrecursionlimit() != before)"
)


def test_the_program_recurses_no_deeper_for_it():
    """Else nested JSON ends the process with a fault of memory."""
    assert python("-c", LIMIT).returncode == 0


def test_a_transaction_says_who_pays_and_nothing_of_the_key():
    sender = Sender(SECRET)

    sent = sender.sign(
        call("0a" * 32, 7, "0b" * 32),
        chain=1,
        nonce=3,
        contract="0c" * 20,
        size=7,
        gas=30_000,
        fees=Fees(10, 2),
    )

    assert Account.recover_transaction(f"0x{sent.raw}").lower() == f"0x{sender.address}"
    assert (sent.nonce, sent.size, sent.most, sent.tip) == (3, 7, 22, 2)
    assert SECRET.hex() not in repr(sender) + repr(sent)
