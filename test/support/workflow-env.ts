import './workflow-runtime.ts';
import type { WorkflowHandle } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { DeskActivities, ErasureActivities, MailActivities, SweepActivities } from '../../activities/contract.ts';
import { dataConverter } from '../../crypto/data-converter.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { type KeySource, payloadCodec } from '../../crypto/payload-codec.ts';
import { durationMs } from '../../domain/duration.ts';
import { findTemporalCli } from '../../runtime/local/temporal-cli.ts';
import { findTestServer } from '../../runtime/local/test-server.ts';
import { TASK_QUEUES } from '../../workflows/messages.ts';
import { memoryKeys } from './memory-keys.ts';
import { MemoryDesk } from './workflow-desk.ts';
import { type Run, runsFrom } from './workflow-history.ts';

/** Real time between two looks at what is under way, and how many in a row must see no change. */
const LOOK_MS = 10;
const QUIET_LOOKS = 8;
const PATIENCE_MS = 10_000;

type Activities = Partial<DeskActivities & SweepActivities>;

/**
 * A server whose clock the tests move, a worker with the real stories, the real payload codec in client and worker, and a desk in memory.
 * Time stands still but for `pass`; the clock runs on while a test waits for nothing, so instants are compared to the second.
 */
export class World {
  readonly converter: DataConverter;
  private readonly bundlePath: string;
  desk = new MemoryDesk();
  /** what the sweep finds to mend */
  reconcile: SweepActivities['reconcile'] = async () => ({ cases: 0, answers: 0, mails: 0, erasures: 0 });
  /** the first run of every workflow that a story of this file started */
  readonly opened: { readonly workflowId: string; readonly runId: string }[] = [];
  /** every run of every story that has ended, children included */
  readonly lived: Run[] = [];
  private env: TestWorkflowEnvironment | null = null;
  private workers: { readonly worker: Worker; readonly ran: Promise<void> }[] = [];

  constructor(bundlePath: string, keys: KeySource = memoryKeys(parseKeyring(newKeyringText(new Date(0))))) {
    this.bundlePath = bundlePath;
    this.converter = dataConverter(payloadCodec(keys));
  }

  get client(): TestWorkflowEnvironment['client'] {
    return this.environment.client;
  }

  get environment(): TestWorkflowEnvironment {
    if (this.env === null) throw new Error('the world is not open');
    return this.env;
  }

  /** `SKIPPING` is Temporal's test server; `REAL` a whole server, for what the test server gets wrong, and its clock is everybody's. */
  async open(clock: 'SKIPPING' | 'REAL'): Promise<void> {
    const server = await (clock === 'REAL' ? findTemporalCli : findTestServer)(() => undefined);
    if (!server.found) throw new Error(server.why);
    const options = {
      server: { executable: { type: 'existing-path', path: server.path } as const },
      client: { dataConverter: this.converter },
    };
    this.env = await (clock === 'REAL'
      ? TestWorkflowEnvironment.createLocal(options)
      : TestWorkflowEnvironment.createTimeSkipping(options));
    const now = <N extends keyof DeskActivities>(name: N) =>
      ((...args: never[]) => (this.desk.activities()[name] as (...a: never[]) => unknown)(...args)) as DeskActivities[N];
    const names = Object.keys(this.desk.activities()) as (keyof DeskActivities)[];
    const activities = Object.fromEntries(names.map((name) => [name, now(name)]));
    await this.work(TASK_QUEUES.desk, { ...activities, reconcile: () => this.reconcile() });
  }

  /** Starts a worker; what it resolves with ends it, so that another one can take over. */
  async work(taskQueue: string, activities: Activities | MailActivities | ErasureActivities): Promise<() => Promise<void>> {
    const worker = await Worker.create({
      connection: this.environment.nativeConnection,
      taskQueue,
      identity: 'test-worker',
      workflowBundle: { codePath: this.bundlePath },
      dataConverter: this.converter,
      activities: { ...activities },
    });
    const working = { worker, ran: worker.run() };
    this.workers.push(working);
    return async () => {
      this.workers = this.workers.filter((other) => other !== working);
      worker.shutdown();
      await working.ran;
    };
  }

  async close(): Promise<void> {
    for (const { worker } of this.workers) worker.shutdown();
    await Promise.all(this.workers.map(({ ran }) => ran));
    await this.env?.teardown();
  }

  async now(): Promise<number> {
    return this.environment.currentTimeMs();
  }

  /** Lets this much time pass, an ISO 8601 duration or milliseconds: everything that falls due in it happens, in order. */
  async pass(time: string | number): Promise<void> {
    const ms = typeof time === 'number' ? time : durationMs(time);
    if (ms === null) throw new RangeError(`'${time}' is no duration`);
    await this.settle();
    if (ms > 0) await this.skip(ms);
    await this.settle();
  }

  /**
   * The test server loses a lock now and then, where a workflow speaks to another one while it ends (temporalio/sdk-java issues 1138 and 1618), and its
   * clock then no longer skips. Such a lock is released by hand, but only when nothing is under way that could hold one rightly.
   */
  private async skip(ms: number): Promise<void> {
    let over = false;
    const slept = this.environment.sleep(ms).finally(() => {
      over = true;
    });
    while (!over) {
      const before = await this.now();
      await Promise.race([slept, this.settle()]);
      if (!over && (await this.now()) - before < 10 * QUIET_LOOKS * LOOK_MS)
        await this.environment.connection.testService?.unlockTimeSkipping({});
    }
    await slept;
  }

  /** Until everything under way has come to rest: nothing in hand and nothing new for a while, while the clock of the server stands. */
  async settle(): Promise<void> {
    let before = '';
    for (let quiet = 0; quiet < QUIET_LOOKS; ) {
      const began = performance.now();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const now = this.underWay();
      // on a machine too busy to wake this test in time, the server and the worker are late as well: such a look proves nothing
      const punctual = performance.now() - began < 2.5 * LOOK_MS;
      quiet = now !== before ? 0 : punctual ? quiet + 1 : quiet;
      before = now;
    }
  }

  /** Waits until the desk has the work in hand: time that passes earlier would not pass for it. */
  inHand(activity: 'recordCommand' | 'recordLetterCommand'): Promise<void> {
    return this.until(async () => (this.desk.calls.get(activity) ?? 0) > 0, `${activity} was not called`);
  }

  /** Until this holds; a few seconds of real time at most. */
  async until(holds: () => Promise<boolean>, otherwise: string): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; !(await holds()); await this.settle()) if (Date.now() > end) throw new Error(otherwise);
  }

  private underWay(): string {
    const inHand = this.workers.map(({ worker }) => {
      const { numInFlightWorkflowActivations, numInFlightActivities } = worker.getStatus();
      return [numInFlightWorkflowActivations, numInFlightActivities];
    });
    return JSON.stringify([inHand, [...this.desk.calls.values()]]);
  }

  async passUntil(instant: number): Promise<void> {
    await this.pass(Math.max(0, instant - (await this.now())));
  }

  handle(workflowId: string): WorkflowHandle {
    return this.client.workflow.getHandle(workflowId);
  }

  async isRunning(workflowId: string): Promise<boolean> {
    return (await this.handle(workflowId).describe()).status.name === 'RUNNING';
  }

  /** Whatever a story left running would go on living, and asking, through the time of the next one. */
  async clear(): Promise<void> {
    for (const { workflowId, runId } of this.opened.splice(0)) this.lived.push(...(await runsFrom(this.client, workflowId, runId)));
    for (const workflowId of new Set(this.lived.map((run) => run.workflowId))) {
      await this.handle(workflowId)
        .terminate()
        .catch(() => undefined);
    }
  }

  /** A new desk, with nobody's memory of the last story. */
  freshDesk(...args: ConstructorParameters<typeof MemoryDesk>): MemoryDesk {
    this.desk = new MemoryDesk(...args);
    return this.desk;
  }
}
