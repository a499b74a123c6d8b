-- Run once by the postgres image, when the cluster is created. Each part gets a user of its own, so that a password taken from one
-- opens nothing of another: Temporal cannot read the desk's records, and the desk cannot change its own tables.
\set owner_password `cat /run/secrets/postgres_owner_password`
\set desk_password `cat /run/secrets/postgres_desk_password`
\set temporal_password `cat /run/secrets/postgres_temporal_password`

CREATE ROLE sos_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE sos_desk LOGIN PASSWORD :'desk_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';

CREATE DATABASE sos OWNER sos_owner;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE ALL ON DATABASE sos, temporal, temporal_visibility FROM PUBLIC;
GRANT CONNECT ON DATABASE sos TO sos_desk;

-- The migration job owns the tables; the desk reads and writes rows. From the audit and its checkpoints the migrations take back what changes
-- and deletes: there the desk only reads and adds. A trigger that only the owner can drop holds the owner to the same.
\connect sos
ALTER SCHEMA public OWNER TO sos_owner;
GRANT USAGE ON SCHEMA public TO sos_desk;
ALTER DEFAULT PRIVILEGES FOR ROLE sos_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sos_desk;
ALTER DEFAULT PRIVILEGES FOR ROLE sos_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO sos_desk;
