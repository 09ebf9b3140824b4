"""Who has asked to stay on a device."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The table."""

    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Stay",
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
                ("device", models.CharField(max_length=64)),
                ("member", models.CharField(db_index=True, max_length=32)),
                ("pin", models.CharField(max_length=200)),
                ("covered", models.BooleanField(default=True)),
            ],
            options={
                "db_table": "device_stay",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("device", "member"), name="stays_once"
                    )
                ],
            },
        ),
    ]
