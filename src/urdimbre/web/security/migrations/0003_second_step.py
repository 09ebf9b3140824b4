"""Who enters with a code from an app besides her password, and her spare codes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two tables."""

    dependencies = [("web_security", "0002_last_used")]

    operations = [
        migrations.CreateModel(
            name="SecondStep",
            fields=[
                (
                    "member",
                    models.CharField(max_length=32, primary_key=True, serialize=False),
                ),
                ("sealed", models.BinaryField()),
                ("last", models.BigIntegerField()),
            ],
            options={"db_table": "second_step"},
        ),
        migrations.CreateModel(
            name="SpareCode",
            fields=[
                (
                    "seal",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("member", models.CharField(db_index=True, max_length=32)),
            ],
            options={"db_table": "spare_code"},
        ),
    ]
