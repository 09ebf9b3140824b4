"""Keep when a session was last used, for those whose sessions end by themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column more."""

    dependencies = [("web_security", "0001_initial")]

    operations = [
        migrations.AddField("visit", "used", models.BigIntegerField(default=0)),
    ]
