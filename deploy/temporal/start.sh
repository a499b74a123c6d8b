#!/bin/sh
# Starts the Temporal server. The password stays in a file, and in the memory of this one process: `docker inspect` does not show it.
set -eu
POSTGRES_PASSWORD=$(cat /run/secrets/postgres_temporal_password)
# The server tells its parts this address, so it cannot be 0.0.0.0.
OWN_ADDRESS=$(hostname -i | cut -d ' ' -f 1)
export POSTGRES_PASSWORD OWN_ADDRESS
exec temporal-server --root / --config etc/sos --env server --allow-no-auth start
