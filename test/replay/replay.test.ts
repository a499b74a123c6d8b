import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { dataConverter } from '../../crypto/data-converter.ts';
import { payloadCodec } from '../../crypto/payload-codec.ts';
import { figure } from '../support/figures.ts';
import { type Run, refusedReplays } from '../support/workflow-history.ts';
import { openKeys } from '../support/workflow-keys.ts';
import { type Recording, recordings } from '../support/workflow-recorded.ts';

// what the stories of this run lived through is replayed where they are told: see support/workflow-world.ts
const converter = dataConverter(payloadCodec(openKeys));
let recorded: readonly Recording[] = [];
let folder = '';

beforeAll(async () => {
  recorded = await recordings();
  folder = await mkdtemp(path.join(os.tmpdir(), 'sos-replay-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const all = (): readonly Run[] => recorded.flatMap(({ runs }) => runs);
const ofCases = (): readonly Run[] => all().filter(({ workflowId }) => workflowId.startsWith('case/'));

/** The bundle of today with one change made to it, as a careless release would. */
const changed = async (from: string, to: string): Promise<string> => {
  const bundle = await readFile(inject('bundlePath'), 'utf8');
  expect(bundle).toContain(from);
  const file = path.join(folder, 'changed.js');
  await writeFile(file, bundle.replaceAll(from, to));
  return file;
};

describe('the cases of this release and of those before it', () => {
  test('go on under the code of today', async () => {
    expect(all().length).toBeGreaterThanOrEqual(10);
    const refused = await refusedReplays(all(), converter, inject('bundlePath'));
    expect(refused).toEqual([]);
    expect(figure({ name: 'recorded histories that do not replay', value: refused.length, unit: 'runs', bound: '== 0', seed: null })).toBe(
      true,
    );
  });

  test('do not go on under code that does another thing first: the gate can fail', async () => {
    const refused = await refusedReplays(all(), converter, await changed('.takeUpCase(', '.policyOf('));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every((reason) => reason.includes('TMPRL1100'))).toBe(true);
  });

  test('do not go on when their history was altered', async () => {
    const [run] = ofCases();
    const history = structuredClone(run?.history ?? {});
    const scheduled = history.events?.find((event) => event.activityTaskScheduledEventAttributes)?.activityTaskScheduledEventAttributes;
    expect(scheduled?.activityType?.name).toBe('takeUpCase');
    if (scheduled) scheduled.activityType = { name: 'settleCase' };
    const refused = await refusedReplays(
      [{ workflowId: run?.workflowId ?? '', runId: run?.runId ?? '', history }],
      converter,
      inject('bundlePath'),
    );
    expect(refused).toHaveLength(1);
    expect(refused[0]).toContain('TMPRL1100');
  });

  test('cannot be read as those of another case', async () => {
    const [run] = ofCases();
    const elsewhere = `case/${crypto.randomUUID()}`;
    const refused = await refusedReplays(
      [{ workflowId: elsewhere, runId: run?.runId ?? '', history: run?.history ?? {} }],
      converter,
      inject('bundlePath'),
    );
    expect(refused).toHaveLength(1);
  });
});
