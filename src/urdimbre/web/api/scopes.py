"""What a member may allow a program; she allows each part by itself."""

from django.utils.translation import gettext_lazy as _

STATEMENT = "statement"
CATALOGUE = "catalogue"
BOARD = "board"
EXCHANGE = "exchange"
SCOPES = (
    (STATEMENT, _("Read my balances, statement, debts, drafts and receipts")),
    (CATALOGUE, _("Read offers, needs and the list of members")),
    (BOARD, _("Read the board, the agreement and the common notebook")),
    (EXCHANGE, _("Put up offers, propose exchanges and sign them in my name")),
)
