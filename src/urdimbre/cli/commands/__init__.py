"""The commands, in the order in which one meets them."""

from urdimbre.cli.commands.anchor import ANCHOR
from urdimbre.cli.commands.balances import BALANCES
from urdimbre.cli.commands.consistency import CONSISTENCY
from urdimbre.cli.commands.export import EXPORT
from urdimbre.cli.commands.import_ import IMPORT
from urdimbre.cli.commands.init import INIT
from urdimbre.cli.commands.members import MEMBERS
from urdimbre.cli.commands.receipt import RECEIPT, VERIFY_RECEIPT
from urdimbre.cli.commands.record import RECORD
from urdimbre.cli.commands.run import DEMO, RUN
from urdimbre.cli.commands.statement import STATEMENT
from urdimbre.cli.commands.verify import VERIFY
from urdimbre.cli.commands.witness import WITNESS
from urdimbre.cli.options import Command

COMMANDS: tuple[Command, ...] = (
    INIT,
    DEMO,
    RUN,
    RECORD,
    IMPORT,
    EXPORT,
    VERIFY,
    ANCHOR,
    RECEIPT,
    VERIFY_RECEIPT,
    CONSISTENCY,
    WITNESS,
    MEMBERS,
    STATEMENT,
    BALANCES,
)
