from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web_sheets", "0001_sheets")]

    operations = [
        migrations.AddField(
            model_name="sheetline",
            name="correction",
            field=models.CharField(
                blank=True, db_index=True, default="", max_length=32
            ),
            preserve_default=False,
        ),
    ]
