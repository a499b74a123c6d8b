-- A checkpoint, like an entry of the audit, is written once.
CREATE FUNCTION refuse_checkpoint_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'checkpoints are never changed or deleted' USING ERRCODE = '55000';
END;
$$;

CREATE TRIGGER checkpoint_is_append_only BEFORE UPDATE OR DELETE ON "Checkpoint" FOR EACH ROW EXECUTE FUNCTION refuse_checkpoint_change();
CREATE TRIGGER checkpoint_is_not_emptied BEFORE TRUNCATE ON "Checkpoint" FOR EACH STATEMENT EXECUTE FUNCTION refuse_checkpoint_change();

-- Whoever is not the owner reads and adds, and that is all: before any trigger is asked. A deployment lets its desk work as such a user
-- (deploy/postgres/databases.sql); where desk and owner are one, nothing is taken from anybody.
DO $$
DECLARE held record;
BEGIN
  FOR held IN
    SELECT DISTINCT grantee, table_schema, table_name FROM information_schema.role_table_grants
    WHERE table_schema = current_schema() AND table_name IN ('Audit', 'Checkpoint') AND grantee NOT IN ('PUBLIC', current_user)
      AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')
  LOOP
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I.%I FROM %I', held.table_schema, held.table_name, held.grantee);
  END LOOP;
END;
$$;
