from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web_catalogue", "0005_photo")]

    operations = [
        migrations.CreateModel(
            name="Voice",
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
                ("kind", models.CharField(max_length=4)),
                ("sound", models.BinaryField()),
            ],
            options={"db_table": "listing_voice"},
        ),
    ]
