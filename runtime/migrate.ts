/**
 * The migration job: run once per release, before the API and the worker, with DATABASE_URL alone.
 * `migrate` applies what is missing; `migrate --rolled-back <name>` clears a failed migration after its file was mended.
 */
import { MigrationError, markRolledBack, migrate } from '../prisma/migrate.ts';
import { ConfigError, loadMigrationConfig } from './config.ts';
import { createLogger } from './logger.ts';

try {
  const config = loadMigrationConfig();
  const log = createLogger({ process: 'migrate', level: config.logLevel });
  const [flag, name] = process.argv.slice(2);
  if (flag === '--rolled-back' && name) {
    await markRolledBack(config.databaseUrl, name);
    log.info('migrate.marked-rolled-back');
  } else {
    const { applied } = await migrate(config.databaseUrl);
    log.info('migrate.done', { count: applied.length });
  }
} catch (error) {
  // Anything else (a refused connection, say) may carry an address with credentials: its class is enough.
  const known = error instanceof ConfigError || error instanceof MigrationError;
  process.stderr.write(
    `${known ? error.message : `The migration job stopped: ${error instanceof Error ? error.name : 'unknown error'}.`}\n`,
  );
  process.exitCode = 1;
}
