from importlib import import_module

from django.db import migrations, models

# SQLite makes the table anew for each of these, and its triggers go with the old one.
SEARCH = import_module("urdimbre.web.catalogue.migrations.0002_search")
TRIGGERS = [one for one in SEARCH.SCHEMA if "TRIGGER" in one]
DROP = [one for one in SEARCH.DROP if "TRIGGER" in one]


class Migration(migrations.Migration):
    dependencies = [("web_catalogue", "0003_words_written")]

    operations = [
        migrations.RunSQL(sql=DROP, reverse_sql=TRIGGERS),
        migrations.AlterField(
            model_name="listing", name="kind", field=models.CharField(max_length=7)
        ),
        migrations.AddField(
            model_name="listing",
            name="quantity",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="listing",
            name="unit",
            field=models.CharField(blank=True, default="", max_length=16),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="listing",
            name="every",
            field=models.CharField(blank=True, default="", max_length=6),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="listing",
            name="sign_share",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="listing",
            name="distance",
            field=models.CharField(blank=True, default="", max_length=8),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="listing", name="days", field=models.SmallIntegerField(default=0)
        ),
        migrations.RunSQL(sql=TRIGGERS, reverse_sql=DROP),
    ]
