import { Runtime } from '@temporalio/worker';
import { createLogger, temporalLogger } from '../../runtime/logger.ts';

/** One runtime for a test process, before anything else of the SDK: errors only, and through the logger that cannot print a failure's text. */
Runtime.install({
  logger: temporalLogger(createLogger({ process: 'test', level: 'error' }), 'error'),
  telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
});
