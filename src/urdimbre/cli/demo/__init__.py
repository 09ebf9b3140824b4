"""The demo: a year in the life of San Isidro del Curichi, an invented town."""

from urdimbre.cli.demo.desk import DemoLogin, logins
from urdimbre.cli.demo.seeding import seed

__all__ = ["DemoLogin", "logins", "seed"]
