from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web_office", "0001_prepared")]

    operations = [
        migrations.CreateModel(
            name="Attested",
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
                ("draft", models.CharField(max_length=32)),
                ("member", models.CharField(max_length=32)),
            ],
            options={
                "db_table": "office_attested",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("draft", "member"), name="witness_once"
                    )
                ],
            },
        ),
    ]
