from django.db import migrations

SCHEMA = "CREATE VIRTUAL TABLE listing_word USING fts5vocab(listing_text, row)"


class Migration(migrations.Migration):
    dependencies = [("web_catalogue", "0002_search")]
    operations = [migrations.RunSQL(sql=SCHEMA, reverse_sql="DROP TABLE listing_word")]
