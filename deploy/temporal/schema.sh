#!/bin/sh
# Brings both databases of Temporal to the schema of the server's release. Safe to repeat: what is applied is not applied again.
set -eu
SQL_PASSWORD=$(cat /run/secrets/postgres_temporal_password)
export SQL_PASSWORD

for database in temporal temporal_visibility; do
  # The folder of the visibility schema drops the prefix.
  folder=${database#temporal_}
  tool() { temporal-sql-tool --plugin postgres12 --endpoint "$POSTGRES_HOST" --port "$POSTGRES_PORT" --user temporal --database "$database" "$@"; }
  tool setup-schema --version 0.0
  tool update-schema --schema-dir "$SCHEMA_DIR/$folder/versioned"
done
