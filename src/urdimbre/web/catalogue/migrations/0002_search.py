from django.db import migrations

SCHEMA = [
    """CREATE VIRTUAL TABLE listing_text USING fts5(
    id UNINDEXED, title, text, tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER listing_text_new AFTER INSERT ON listing BEGIN
    INSERT INTO listing_text(id, title, text)
    VALUES (new.id, new.title, new.text); END""",
    """CREATE TRIGGER listing_text_gone AFTER DELETE ON listing BEGIN
    DELETE FROM listing_text WHERE id = old.id; END""",
    """CREATE TRIGGER listing_text_changed AFTER UPDATE OF title, text ON listing BEGIN
    UPDATE listing_text SET title = new.title, text = new.text
    WHERE id = new.id; END""",
]
DROP = [
    "DROP TRIGGER listing_text_new",
    "DROP TRIGGER listing_text_gone",
    "DROP TRIGGER listing_text_changed",
    "DROP TABLE listing_text",
]


class Migration(migrations.Migration):
    dependencies = [("web_catalogue", "0001_initial")]
    # `remove_diacritics 2` also folds letters with two marks; needs SQLite 3.27.
    operations = [migrations.RunSQL(sql=SCHEMA, reverse_sql=DROP)]
