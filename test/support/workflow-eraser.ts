import { ApplicationFailure } from '@temporalio/common';
import type { ErasureActivities } from '../../activities/contract.ts';

type Step = keyof ErasureActivities;

/** In the order in which an erasure that nothing stops takes them. */
export const STEPS: readonly Step[] = [
  ...(['barCase', 'settleForErasure', 'endExecutions', 'deleteExecutions'] as const),
  ...(['destroyKeys', 'purgeCase', 'renewKeyBackup', 'certifyErasure'] as const),
];

/** What an erasure without trouble changes, in this order and no other. */
export const CHANGES: readonly string[] = [
  ...['barred', 'settled', 'asked to end', 'deleted', 'keys destroyed', 'purged', 'key backup renewed'],
  ...['certified', 'key backup renewed'],
];

/**
 * One case in memory, and the steps that erase it as the records promise them: idempotent, held back by a hold as long as there are keys. With trouble on
 * request, and a note of everything that changed, in order.
 */
export class MemoryEraser {
  readonly changes: string[] = [];
  /** every attempt of every step, with its instant */
  readonly attempts: { readonly step: Step; readonly at: number }[] = [];
  keys = true;
  rows = 10;
  running = 3;
  executions = 4;
  certified = false;
  isHeld = false;
  /** does what runs end when it is asked to */
  obeys = true;
  /** how many looks an execution outlives its deletion by */
  lag = 2;
  /** how long other processes know a key that was destroyed */
  knownForMs = 90_000;
  /** before a step is carried out */
  before: (step: Step) => Promise<void> | void = () => undefined;
  /** after it was carried out; what it throws is the answer */
  after: (step: Step) => Promise<void> | void = () => undefined;
  private readonly now: () => Promise<number>;

  constructor(now: () => Promise<number>) {
    this.now = now;
  }

  get activities(): ErasureActivities {
    const entries = Object.entries(this.steps) as [Step, (argument: never) => unknown][];
    return Object.fromEntries(
      entries.map(([step, work]) => [
        step,
        async (argument: never): Promise<unknown> => {
          this.attempts.push({ step, at: await this.now() });
          await this.before(step);
          const answer = work(argument);
          await this.after(step);
          return answer;
        },
      ]),
    ) as unknown as ErasureActivities;
  }

  /** Fails as an attempt does whose worker has died after it had done its work. */
  static died(): never {
    throw ApplicationFailure.retryable('nobody heard of it', 'OUTAGE');
  }

  private changed(what: string): void {
    if (this.changes.at(-1) !== what) this.changes.push(what);
  }

  private get isHeldBack(): boolean {
    return this.isHeld && this.keys;
  }

  private readonly steps = {
    barCase: () => {
      if (this.isHeld && !this.changes.includes('barred')) return false;
      this.changed('barred');
      return true;
    },
    settleForErasure: () => this.changed('settled'),
    endExecutions: ({ how }: { how: 'CANCEL' | 'TERMINATE' }) => {
      const { running } = this;
      if (running > 0) this.changed(how === 'CANCEL' ? 'asked to end' : 'terminated');
      if (this.obeys || how === 'TERMINATE') this.running = 0;
      return { running };
    },
    deleteExecutions: () => {
      if (this.isHeldBack) return null;
      const found = this.executions;
      if (found > 0) this.changed('deleted');
      this.lag -= 1;
      if (this.lag < 0) this.executions = 0;
      return { found };
    },
    destroyKeys: () => {
      if (this.isHeldBack) return null;
      this.keys = false;
      this.changed('keys destroyed');
      return { knownForMs: this.knownForMs };
    },
    stopErasure: () => {
      if (this.keys) this.changed('stopped');
    },
    renewKeyBackup: () => this.changed('key backup renewed'),
    purgeCase: () => {
      if (this.rows > 0) this.changed('purged');
      this.rows = 0;
    },
    certifyErasure: () => {
      if (this.keys || this.rows + this.executions > 0) return false;
      this.certified = true;
      this.changed('certified');
      return true;
    },
  };
}
