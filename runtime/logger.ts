/**
 * Logs that cannot tell who or where (product rule 7). A line is an event name and a few fields from a closed list, each of a
 * closed shape; whatever else is passed is dropped and only counted. So a slip in a caller costs a field, never a name.
 */
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { type DestinationStream, pino } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Opaque ids, counts, milliseconds and closed codes. `route` is a pattern such as /l/:token, never a path. */
export interface SafeFields {
  caseId?: string;
  documentId?: string;
  commandId?: string;
  workflowId?: string;
  runId?: string;
  workflowType?: string;
  activityType?: string;
  taskQueue?: string;
  state?: string;
  kind?: string;
  code?: string;
  failure?: string;
  route?: string;
  method?: string;
  signal?: string;
  attempt?: number;
  status?: number;
  count?: number;
  port?: number;
  ms?: number;
  pid?: number;
}

export interface Logger {
  debug(event: string, fields?: SafeFields): void;
  info(event: string, fields?: SafeFields): void;
  warn(event: string, fields?: SafeFields): void;
  error(event: string, fields?: SafeFields): void;
}

const TEXT_NAMES: readonly (keyof SafeFields)[] = [
  ...(['caseId', 'documentId', 'commandId', 'workflowId', 'runId', 'workflowType', 'activityType', 'taskQueue'] as const),
  ...(['state', 'kind', 'code', 'failure', 'route', 'method', 'signal'] as const),
];
const NUMBER_NAMES: readonly (keyof SafeFields)[] = ['attempt', 'status', 'count', 'port', 'ms', 'pid'];
const TEXT_FIELDS = new Set<string>(TEXT_NAMES);
const NUMBER_FIELDS = new Set<string>(NUMBER_NAMES);

const EVENT = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/;
const OPAQUE = /^[\w./:-]{1,200}$/;
/** Link tokens and personal tokens are 43 characters of base64url; ids are UUIDs of 36. Nothing longer in one run is an id. */
const TOKEN_LIKE = /[A-Za-z0-9_-]{40,}/;

function safe(name: string, value: unknown): value is string | number {
  if (TEXT_FIELDS.has(name)) return typeof value === 'string' && OPAQUE.test(value) && !TOKEN_LIKE.test(value);
  return NUMBER_FIELDS.has(name) && typeof value === 'number' && Number.isFinite(value);
}

/** @param process which process speaks: `api`, `worker`, `migrate`. Lines go to standard output unless a destination is given. */
export function createLogger(options: { process: string; level: LogLevel }, destination?: DestinationStream): Logger {
  const sink = pino(
    { level: options.level, base: { process: options.process }, messageKey: 'event', timestamp: pino.stdTimeFunctions.isoTime },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
  const write = (level: LogLevel, event: string, fields: SafeFields = {}): void => {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
    const kept = given.filter(([name, value]) => safe(name, value));
    const dropped = given.length - kept.length;
    sink[level]({ ...Object.fromEntries(kept), ...(dropped > 0 ? { dropped } : {}) }, EVENT.test(event) ? event : 'log.unnamed');
  };
  return {
    debug: (event, fields) => write('debug', event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
  };
}

/**
 * What the Temporal SDK says, whole and fixed, mapped to our event names. Anything else (it may hold a failure's message)
 * is only 'temporal.event', with a TMPRL code when it bears one, so that nondeterminism can still raise an alert.
 */
const SDK_EVENTS: ReadonlyMap<string, string> = new Map([
  ['Creating worker', 'temporal.worker-creating'],
  ['Worker state changed', 'temporal.worker-state'],
  ['Worker failed', 'temporal.worker-failed'],
  ['Workflow bundle created', 'temporal.bundle-created'],
  ['Workflow started', 'temporal.workflow-started'],
  ['Workflow completed', 'temporal.workflow-completed'],
  ['Workflow completed as cancelled', 'temporal.workflow-cancelled'],
  ['Workflow continued as new', 'temporal.workflow-continued'],
  ['Workflow failed', 'temporal.workflow-failed'],
  ['Activity started', 'temporal.activity-started'],
  ['Activity completed', 'temporal.activity-completed'],
  ['Activity completed as cancelled', 'temporal.activity-cancelled'],
  ['Activity failed', 'temporal.activity-failed'],
  ['Activity Worker terminated', 'temporal.activity-worker-ended'],
  ['Workflow Worker terminated', 'temporal.workflow-worker-ended'],
  ['Shutdown force time expired, terminating worker', 'temporal.worker-forced'],
]);

const SDK_FIELDS = ['workflowId', 'runId', 'workflowType', 'activityType', 'taskQueue', 'attempt', 'state'] as const;
const ERROR_NAME = /^[A-Z][A-Za-z]{2,39}$/;

/** For `Runtime.install({ logger })`: the SDK's own logger prints failure messages and stacks; this one cannot. */
export function temporalLogger(log: Logger, level: LogLevel): DefaultLogger {
  return new DefaultLogger(level === 'debug' ? 'DEBUG' : level === 'info' ? 'INFO' : level === 'warn' ? 'WARN' : 'ERROR', (entry) =>
    passOn(log, entry),
  );
}

function passOn(log: Logger, entry: LogEntry): void {
  const meta: Record<string, unknown> = { ...entry.meta };
  const fields: Record<string, unknown> = Object.fromEntries(SDK_FIELDS.filter((name) => name in meta).map((name) => [name, meta[name]]));
  // The SDK adds a failure's text after the words of its own, and the failure itself as `error`: its class is all that stays.
  const name = meta['error'] instanceof Error ? meta['error'].name : undefined;
  if (name && ERROR_NAME.test(name)) fields['failure'] = name;
  const code = /TMPRL\d{4}/.exec(`${entry.message} ${meta['error'] instanceof Error ? meta['error'].message : ''}`)?.[0];
  if (code) fields['code'] = code;
  const event = SDK_EVENTS.get(entry.message) ?? 'temporal.event';
  const write = { TRACE: log.debug, DEBUG: log.debug, INFO: log.info, WARN: log.warn, ERROR: log.error }[entry.level];
  write(event, fields as SafeFields);
}
