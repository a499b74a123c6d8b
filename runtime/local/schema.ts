/**
 * For whoever changes prisma/schema.prisma, with a PostgreSQL of its own that is thrown away afterwards:
 *   node --import tsx runtime/local/schema.ts create <name>   writes the migration for the change
 *   node --import tsx runtime/local/schema.ts drift           says nothing when schema and migrations agree, else shows the SQL
 */
import { createMigration, schemaDrift } from '../../prisma/dev/schema-sql.ts';
import { startScratchPostgres } from './postgres.ts';

const [command, name] = process.argv.slice(2);
const postgres = await startScratchPostgres();
try {
  if (command === 'create' && name) {
    const folder = await createMigration(postgres.url, name);
    console.log(folder ? `Written: prisma/migrations/${folder}/migration.sql` : 'Nothing to write: schema and migrations agree.');
  } else if (command === 'drift') {
    const sql = await schemaDrift(postgres.url);
    if (sql) console.log(sql);
    process.exitCode = sql ? 1 : 0;
  } else {
    throw new Error('Say `create <name>` or `drift`.');
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await postgres.stop();
}
// The engine keeps timers of its own.
process.exit();
