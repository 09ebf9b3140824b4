# Several persons may sign for one party.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web_exchanges", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="signer", name="signer_once"),
        migrations.AddConstraint(
            model_name="signer",
            constraint=models.UniqueConstraint(
                fields=("draft", "member", "slot"), name="signature_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="signer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("slot", None)),
                fields=("draft", "member"),
                name="missing_once",
            ),
        ),
    ]
