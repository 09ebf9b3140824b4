"""The commands, in the order in which one meets them."""

from urdimbre.cli.commands.anchor import ANCHOR
from urdimbre.cli.commands.backup import BACKUP, CATCH_UP, RESTORE
from urdimbre.cli.commands.balances import BALANCES
from urdimbre.cli.commands.consistency import CONSISTENCY
from urdimbre.cli.commands.doctor import DOCTOR, UPGRADE
from urdimbre.cli.commands.engine import ENGINE
from urdimbre.cli.commands.entry_code import ENTRY_CODE
from urdimbre.cli.commands.erase import ERASE
from urdimbre.cli.commands.export import EXPORT
from urdimbre.cli.commands.import_ import IMPORT
from urdimbre.cli.commands.init import INIT
from urdimbre.cli.commands.members import MEMBERS
from urdimbre.cli.commands.moving import HAND_OVER, REOPEN, TAKE_OVER
from urdimbre.cli.commands.receipt import RECEIPT, STATE_PROOF, VERIFY_RECEIPT
from urdimbre.cli.commands.record import RECORD
from urdimbre.cli.commands.refound import FOUND, REFOUND
from urdimbre.cli.commands.run import DEMO, RUN, START
from urdimbre.cli.commands.sequence import SEQUENCE
from urdimbre.cli.commands.snapshot import SNAPSHOT
from urdimbre.cli.commands.statement import STATEMENT
from urdimbre.cli.commands.verify import VERIFY
from urdimbre.cli.commands.witness import WITNESS
from urdimbre.cli.options import Command

COMMANDS: tuple[Command, ...] = (
    START,
    INIT,
    DEMO,
    RUN,
    SEQUENCE,
    RECORD,
    IMPORT,
    EXPORT,
    VERIFY,
    ANCHOR,
    RECEIPT,
    STATE_PROOF,
    VERIFY_RECEIPT,
    CONSISTENCY,
    WITNESS,
    MEMBERS,
    STATEMENT,
    BALANCES,
    ENTRY_CODE,
    ERASE,
    SNAPSHOT,
    BACKUP,
    RESTORE,
    CATCH_UP,
    HAND_OVER,
    REOPEN,
    TAKE_OVER,
    REFOUND,
    FOUND,
    DOCTOR,
    UPGRADE,
    ENGINE,
)
