"""What kinds of acts and modes are called on pages, in a word or two."""

from django.utils.translation import gettext_noop

SHORT = {
    "genesis": gettext_noop("Foundation"),
    "admit": gettext_noop("Admission"),
    "leave": gettext_noop("Leaving"),
    "key": gettext_noop("Keys"),
    "policy": gettext_noop("Signing policy"),
    "mandate": gettext_noop("Mandate"),
    "decision": gettext_noop("Decision"),
    "issue": gettext_noop("Issue of signs"),
    "dues": gettext_noop("Call to work"),
    "roster": gettext_noop("Common work"),
    "exchange": gettext_noop("Exchange"),
    "thanks": gettext_noop("Thanks"),
    "adjust": gettext_noop("Adjustment"),
    "contest": gettext_noop("Contest"),
    "void": gettext_noop("Withdrawn draft"),
    "freeze": gettext_noop("Brake on keys"),
    "rules": gettext_noop("Rules"),
    "node": gettext_noop("Key of the node"),
    "clock": gettext_noop("Clock"),
}
MODES = {
    "sale": gettext_noop("Sale"),
    "barter": gettext_noop("Barter"),
    "gift": gettext_noop("Gift"),
    "lend": gettext_noop("Loan"),
    "settle": gettext_noop("Settling"),
    "dues": gettext_noop("Call to work"),
    "roster": gettext_noop("Common work"),
}
