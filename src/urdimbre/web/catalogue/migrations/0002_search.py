from django.db import migrations

from urdimbre.web.catalogue.searching import DROP, SCHEMA


class Migration(migrations.Migration):
    dependencies = [("web_catalogue", "0001_initial")]
    operations = [migrations.RunSQL(sql=list(SCHEMA), reverse_sql=list(DROP))]
