from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web_catalogue", "0004_quantities_and_terms")]

    operations = [
        migrations.CreateModel(
            name="Photo",
            fields=[
                (
                    "listing",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="web_catalogue.listing",
                    ),
                ),
                ("large", models.BinaryField()),
                ("small", models.BinaryField()),
            ],
            options={"db_table": "listing_photo"},
        ),
    ]
