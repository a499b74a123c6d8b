import { ApplicationFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { createLogger, type SafeFields, temporalLogger } from '../../runtime/logger.ts';

const CANARY = 'canary Amal Nowhere amal@nowhere.example';

function captured() {
  const lines: string[] = [];
  const log = createLogger({ process: 'test', level: 'debug' }, { write: (line: string) => lines.push(line) });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

it('writes an event with its safe fields', () => {
  const { log, last } = captured();
  log.info('mail.accepted', { caseId: '0190b7a0-0000-7000-8000-000000000000', route: '/l/:token', ms: 12, attempt: 1 });
  expect(last()).toMatchObject({
    process: 'test',
    event: 'mail.accepted',
    caseId: '0190b7a0-0000-7000-8000-000000000000',
    route: '/l/:token',
    ms: 12,
  });
});

it.each([
  ['a field that is not on the list', { name: CANARY }],
  ['a sentence where an id belongs', { caseId: CANARY }],
  ['an address', { code: 'amal@nowhere.example' }],
  ['a link token', { route: `/l/${'a'.repeat(43)}` }],
  ['a personal token', { code: `sos_${'B'.repeat(43)}` }],
  ['an object', { kind: { text: CANARY } }],
  ['a number that is none', { ms: Number.NaN }],
])('drops %s and counts it', (_, fields) => {
  const { log, last, lines } = captured();
  log.warn('thing.happened', { state: 'queued', ...fields } as SafeFields);
  expect(last()).toMatchObject({ event: 'thing.happened', state: 'queued', dropped: 1 });
  expect(lines.join()).not.toMatch(/canary|nowhere|aaaa|BBBB/);
});

it('gives no free text a way in as an event name', () => {
  const { log, last, lines } = captured();
  log.error(CANARY);
  expect(last()['event']).toBe('log.unnamed');
  expect(lines.join()).not.toContain('canary');
});

it('keeps of a Temporal failure only where and which kind', () => {
  const { log, last, lines } = captured();
  const sdk = temporalLogger(log, 'debug');
  const error = ApplicationFailure.nonRetryable(CANARY, 'MailRefused', [CANARY]);
  sdk.warn('Activity failed', {
    error,
    activityType: 'deliver',
    attempt: 3,
    workflowId: 'postroom',
    taskQueue: 'mail',
    input: CANARY,
  } as never);
  expect(last()).toMatchObject({
    event: 'temporal.activity-failed',
    activityType: 'deliver',
    attempt: 3,
    workflowId: 'postroom',
    failure: 'ApplicationFailure',
  });
  sdk.error(`Something else: ${CANARY} [TMPRL1100] Nondeterminism`, { stack: CANARY } as never);
  expect(last()).toMatchObject({ event: 'temporal.event', code: 'TMPRL1100' });
  expect(lines.join()).not.toContain('canary');
});

it('is quiet below its level', () => {
  const { log, lines } = captured();
  temporalLogger(log, 'warn').info('Worker state changed', { state: 'RUNNING' } as never);
  expect(lines).toEqual([]);
});
