from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Prepared",
            fields=[
                (
                    "draft",
                    models.CharField(max_length=32, primary_key=True, serialize=False),
                ),
                ("clerk", models.CharField(db_index=True, max_length=32)),
                ("member", models.CharField(max_length=32)),
            ],
            options={
                "db_table": "office_prepared",
            },
        ),
    ]
