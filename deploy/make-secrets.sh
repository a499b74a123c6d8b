#!/bin/sh
# Makes the passwords and tokens of a deployment, once; what is there is left alone, because PostgreSQL keeps the first passwords.
set -eu
cd "$(dirname "$0")/secrets"
chmod 700 .
# Containers read these under users of their own; the folder is what keeps others out.
umask 022

random() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
make() { [ -e "$1" ] || printf '%s\n' "$2" > "$1"; }

for name in postgres_password postgres_owner_password postgres_desk_password postgres_temporal_password metrics_token codec_server_token; do
  make "$name" "$(random)"
done
make database_owner_url "postgresql://sos_owner:$(cat postgres_owner_password)@postgres:5432/sos"
make database_url "postgresql://sos_desk:$(cat postgres_desk_password)@postgres:5432/sos"

[ -e smtp_url ] || echo 'Still to do: write the address of your mail provider into deploy/secrets/smtp_url.'
[ -e keyring.json ] || echo 'Still to do: make deploy/secrets/keyring.json with sos keyring create (docs/operations.md).'
