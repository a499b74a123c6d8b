import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { activityInfo, heartbeat } from '@temporalio/activity';
import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import proto from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataConverter, failureConverterPath } from '../../crypto/data-converter.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { caseOfWorkflow, codecServerCodec, payloadCodec } from '../../crypto/payload-codec.ts';
import { findTemporalCli } from '../../runtime/local/temporal-cli.ts';
import { bereft, decide, doomed, finish, hear, recall, type StoryActivities, story } from '../support/codec-story.ts';
import { figure } from '../support/figures.ts';
import { memoryKeys } from '../support/memory-keys.ts';

const { EventType } = proto.temporal.api.enums.v1;
const { History } = proto.temporal.api.history.v1;
const CANARY = `canary-${randomUUID()}`;
const CASE = `case/${randomUUID()}`;
const QUEUE = 'codec-story';
const keys = memoryKeys(parseKeyring(newKeyringText(new Date())));
const converter = dataConverter(payloadCodec(keys));
const cli = await findTemporalCli(() => {});

let environment: TestWorkflowEnvironment;
let serving = false;
let folder: string;
let bundle: string;
const started: string[] = [];

const activities: StoryActivities = {
  async repeat(word) {
    heartbeat(word);
    started.push(word);
    return word;
  },
  async lose(word) {
    const { workflowExecution } = activityInfo();
    keys.erase(caseOfWorkflow(workflowExecution?.workflowId ?? '') ?? '');
    return word;
  },
  async fail(word) {
    throw ApplicationFailure.nonRetryable(`failed ${word}`, 'Refused', word);
  },
};

/** A workflow's history as the server keeps it, not decoded. */
async function rawHistory(workflowId: string, runId: string | null = null, waitFor?: (type: number) => boolean) {
  const { workflowService } = environment.connection;
  const execution = { workflowId, runId };
  let nextPageToken: Uint8Array | undefined;
  const events: proto.temporal.api.history.v1.IHistoryEvent[] = [];
  do {
    const page = await workflowService.getWorkflowExecutionHistory({
      namespace: 'default',
      execution,
      waitNewEvent: waitFor !== undefined,
      ...(nextPageToken ? { nextPageToken } : {}),
    });
    events.push(...(page.history?.events ?? []));
    nextPageToken = page.nextPageToken ?? undefined;
    if (waitFor && events.some((event) => waitFor(event.eventType ?? 0))) break;
  } while (nextPageToken?.length);
  return events;
}

function occurrences(bytes: Uint8Array, word: string): number {
  const haystack = Buffer.from(bytes);
  const spellings = [word, Buffer.from(word).toString('base64').slice(0, 40)];
  return spellings.filter((spelling) => haystack.includes(spelling)).length;
}

describe.skipIf(!cli.found && process.env['CI'] !== 'true')(
  'sealed payloads on a real Temporal server (needs the temporal command line)',
  () => {
    beforeAll(async () => {
      if (!cli.found) throw new Error(cli.why);
      const silent = new DefaultLogger('ERROR', () => {});
      Runtime.install({ logger: silent, telemetryOptions: { logging: { filter: 'ERROR', forward: {} } } });
      folder = await mkdtemp(join(tmpdir(), 'sos-codec-'));
      environment = await TestWorkflowEnvironment.createLocal({
        server: { executable: { type: 'existing-path', path: cli.path }, dbFilename: join(folder, 'temporal.db') },
        client: { dataConverter: converter },
      });
      serving = true;
      const workflowsPath = fileURLToPath(new URL('../support/codec-story.ts', import.meta.url));
      bundle = (await bundleWorkflowCode({ workflowsPath, failureConverterPath, logger: new DefaultLogger('ERROR') })).code;
    }, 60_000);

    afterAll(async () => {
      await stopServer();
      if (folder) await rm(folder, { recursive: true });
    });

    async function stopServer(): Promise<void> {
      if (serving) await environment.teardown();
      serving = false;
    }

    async function withWorker<T>(act: () => Promise<T>): Promise<T> {
      const worker = await Worker.create({
        connection: environment.nativeConnection,
        taskQueue: QUEUE,
        workflowBundle: { code: bundle },
        dataConverter: converter,
        activities: { ...activities },
      });
      return worker.runUntil(act());
    }

    test('pass every door, and come out as they went in', async () => {
      const { client } = environment;
      const result = await withWorker(async () => {
        const handle = await client.workflow.start(story, {
          workflowId: CASE,
          taskQueue: QUEUE,
          args: [{ round: 0, word: CANARY, heard: [] }],
          memo: { started: CANARY },
        });
        await handle.signal(hear, CANARY);
        expect(await handle.executeUpdate(decide, { args: [`${CANARY}!`] })).toBe(`${CANARY}!`);
        const rejected = handle.executeUpdate(decide, { args: ['something else'] });
        await expect(rejected).rejects.toThrow(WorkflowUpdateFailedError);
        await expect(rejected).rejects.toMatchObject({ cause: { message: `${CANARY} is not something else` } });
        expect(await handle.query(recall)).toEqual([`signal ${CANARY}`, `update ${CANARY}!`]);
        await handle.signal(finish);
        await expect.poll(async () => (await handle.describe()).runId, { timeout: 20_000 }).not.toBe(handle.firstExecutionRunId);
        const firstRun = client.workflow.getHandle(CASE, handle.firstExecutionRunId);
        expect((await firstRun.describe()).memo).toEqual({ started: CANARY, remembered: CANARY });
        await client.workflow.getHandle(CASE).signal(finish);
        return client.workflow.getHandle<typeof story>(CASE).result();
      });
      expect(result).toEqual({
        round: 1,
        heard: [
          `signal ${CANARY}`,
          `update ${CANARY}!`,
          `activity ${CANARY}`,
          `local ${CANARY}`,
          `failure failed ${CANARY}`,
          `signal ${CANARY} from the child`,
          `child ${CANARY}`,
          `child failure doomed ${CANARY}`,
        ],
      });
    }, 60_000);

    test('carry the failure of a workflow to its client', async () => {
      const outcome = withWorker(() =>
        environment.client.workflow.execute(doomed, { workflowId: 'doomed', taskQueue: QUEUE, args: [CANARY] }),
      );
      await expect(outcome).rejects.toThrow(WorkflowFailedError);
      await expect(outcome).rejects.toMatchObject({ cause: { message: `doomed ${CANARY}`, details: [CANARY] } });
    }, 60_000);

    test('replay from the history, under the id of their workflow only', async () => {
      const events = await rawHistory(CASE);
      const options = { workflowBundle: { code: bundle }, dataConverter: converter };
      await Worker.runReplayHistory(options, { events }, CASE);
      await expect(Worker.runReplayHistory(options, { events }, `case/${randomUUID()}`)).rejects.toThrow();
    }, 60_000);

    test('are refused when moved into another workflow', async () => {
      const [first] = await rawHistory(CASE);
      const input = first?.workflowExecutionStartedEventAttributes?.input;
      expect(input?.payloads).toHaveLength(1);
      const target = `case/${randomUUID()}`;
      const before = started.length;
      await withWorker(async () => {
        await environment.connection.workflowService.startWorkflowExecution({
          namespace: 'default',
          workflowId: target,
          requestId: randomUUID(),
          workflowType: { name: 'story' },
          taskQueue: { name: QUEUE },
          input: input ?? null,
        });
        const events = await rawHistory(target, null, (type) => type === EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED);
        expect(events.map((event) => event.eventType)).not.toContain(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED);
        await environment.client.workflow.getHandle(target).terminate();
      });
      expect(started).toHaveLength(before);
    }, 60_000);

    test('of a case whose key was destroyed end the workflow, tell nothing, and leave the worker alive', async () => {
      const { client } = environment;
      const workflowId = `case/${randomUUID()}`;
      await withWorker(async () => {
        const outcome = client.workflow.execute(bereft, { workflowId, taskQueue: QUEUE, args: [CANARY] });
        await expect(outcome).rejects.toThrow(WorkflowFailedError);
        await expect(outcome).rejects.toMatchObject({ cause: { message: expect.stringContaining('could not be sealed') } });
        await expect(client.workflow.execute(doomed, { workflowId: 'after', taskQueue: QUEUE, args: [CANARY] })).rejects.toThrow(
          WorkflowFailedError,
        );
      });
    }, 60_000);

    test('open for an authorised reader at the codec server', async () => {
      const [first] = await rawHistory(CASE);
      const payloads = first?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
      const [opened] = await codecServerCodec(keys, 'default').decode(payloads);
      expect(Buffer.from(opened?.data ?? []).toString()).toContain(CANARY);
    });

    test('leave nothing readable in any history', async () => {
      let scanned = 0;
      let found = 0;
      const firstRun = (await rawHistory(CASE))[0]?.workflowExecutionStartedEventAttributes?.firstExecutionRunId ?? null;
      for (const [id, run] of [[CASE, firstRun], [CASE], [`${CASE}/chapter`], [`${CASE}/doomed`], ['doomed']] as const) {
        const events = await rawHistory(id, run ?? null);
        const bytes = History.encode({ events }).finish();
        expect(occurrences(bytes, 'binary/encrypted')).toBe(1);
        scanned += events.length;
        found += occurrences(bytes, CANARY);
      }
      const kept = figure({
        name: 'canaries in Temporal histories',
        value: found,
        unit: `in ${scanned} events`,
        bound: '== 0',
        seed: null,
      });
      expect(kept).toBe(true);
    });

    test('leave nothing readable in the files of the server', async () => {
      await stopServer();
      const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
      const bytes = Buffer.concat(files);
      expect(occurrences(bytes, 'codec-story')).toBeGreaterThan(0);
      const value = occurrences(bytes, CANARY);
      expect(
        figure({
          name: 'canaries in the files of the Temporal server',
          value,
          unit: `in ${files.length} files`,
          bound: '== 0',
          seed: null,
        }),
      ).toBe(true);
    });
  },
);
