"""Django's models are the tables, column by column."""

import json

from tests.processes import python
from urdimbre.projections.tables import TABLES

PROGRAM = """
import json
import django
from django.apps import apps
from django.conf import settings
settings.configure(INSTALLED_APPS=["urdimbre.projections"])
django.setup()
told = {}
for model in apps.get_app_config("projections").get_models():
    meta = model._meta
    told[meta.db_table] = {
        "columns": [f.column for f in meta.local_concrete_fields],
        "types": [f.get_internal_type() for f in meta.local_concrete_fields],
        "null": [f.column for f in meta.local_concrete_fields if f.null],
        "key": [f.column for f in meta.pk_fields],
        "managed": meta.managed,
    }
print(json.dumps(told))
"""


def test_every_table_has_a_model_with_its_columns_and_key():
    # In a process of its own: another test may have set Django up otherwise.
    ended = python("-c", PROGRAM, capture_output=True)
    told = json.loads(ended.stdout)

    assert told == {
        table.name: {
            "columns": [name for name, _ in table.columns],
            "types": [
                "BigIntegerField" if kind.startswith("INTEGER") else "TextField"
                for _, kind in table.columns
            ],
            "null": [name for name, kind in table.columns if kind == "INTEGER"],
            "key": list(table.key),
            "managed": False,
        }
        for table in TABLES
    }


def test_a_volume_is_told_whole():
    asked = """
print(apps.get_model("projections.Volume")(carried=3, quantity=5).total)
"""
    ended = python("-c", PROGRAM + asked, capture_output=True)

    assert int(ended.stdout.splitlines()[-1]) == 3 * 2**53 + 5
