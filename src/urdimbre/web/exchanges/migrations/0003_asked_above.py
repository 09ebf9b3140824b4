# Above which amounts somebody wants to be asked once more before she signs.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web_exchanges", "0002_several_signatures")]

    operations = [
        migrations.CreateModel(
            name="AskedAbove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("person", models.CharField(max_length=32)),
                ("unit", models.CharField(max_length=12)),
                ("minor", models.BigIntegerField()),
            ],
            options={"db_table": "asked_above"},
        ),
        migrations.AddConstraint(
            model_name="askedabove",
            constraint=models.UniqueConstraint(
                fields=("person", "unit"), name="asked_above_once"
            ),
        ),
    ]
