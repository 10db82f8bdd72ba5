"""Index fragments anew, with those apart that a name begins with."""

from django.db import migrations

FRAGMENTS = r"""
DROP INDEX people_by_fragment;
DROP INDEX accounts_by_fragment;
DROP FUNCTION customers_fragments(bigint, text);
CREATE INDEX people_by_fragment ON customers_personsearchtext
    USING gin (customers_fragments(workspace_id, said, name_key)) WITH (gin_pending_list_limit = 1024);
CREATE INDEX accounts_by_fragment ON customers_accountsearchtext
    USING gin (customers_fragments(workspace_id, said, name_key)) WITH (gin_pending_list_limit = 1024);
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0016_write_names_in_order")]

    operations = [migrations.RunSQL(FRAGMENTS)]
