"""The five modes as forms: what each asks, and the moves that it becomes."""

from urdimbre.web.exchanges.modes.barter import BARTER
from urdimbre.web.exchanges.modes.gift import GIFT
from urdimbre.web.exchanges.modes.lend import LEND
from urdimbre.web.exchanges.modes.sale import SALE
from urdimbre.web.exchanges.modes.settle import SETTLE

MODES = (SALE, BARTER, GIFT, LEND, SETTLE)
BY_NAME = {mode.name: mode for mode in MODES}
