import { setTimeout as delay } from 'node:timers/promises';
import type { Checkpoint } from '../crypto/checkpoint.ts';
import type { CaseFile } from '../domain/case.ts';
import type { Decided } from '../records/access/second-person.ts';
import { approvedAndUnused, openApproved } from '../records/access/second-person-standing.ts';
import { lapsedSeconds, tellLapsed } from '../records/access/second-person-told.ts';
import { checkpointOfDay, lastCheckpoints } from '../records/audit/checkpoints.ts';
import { unstarted } from '../records/cases/cases.ts';
import { unfinishedErasures } from '../records/erasure/erasure.ts';
import { lateErasures, tellLate } from '../records/erasure/erasure-late.ts';
import { forgetMessages } from '../records/mail/sealed-messages.ts';
import { markTold, untold } from '../records/questions/answers.ts';
import { DESK, type Store } from '../records/store.ts';
import type { SweepActivities } from './contract.ts';
import { tendEndingKeys } from './keys.ts';
import { Overdue, Round } from './round.ts';
import type { RunningStories } from './running-stories.ts';
import { storyLook } from './sweep-stories.ts';

/** Younger than this it is still on its way by itself. */
const GRACE_MS = 10_000;
const BATCH = 200;

export type SweepDeps = {
  readonly store: Store;
  readonly startCase: (file: CaseFile) => Promise<void>;
  /** starts the workflow of an erasure, or leaves alone the one that runs */
  readonly startErasure: (erasureId: string) => Promise<void>;
  /** carries out what a second person has approved; what was carried out before is left alone */
  readonly carryOut: (approved: Decided, commandId: string) => Promise<unknown>;
  readonly nudge: (workflowId: string) => Promise<void>;
  readonly ringPostroom: () => Promise<void>;
  readonly stories: RunningStories;
  /** keeps a copy of a checkpoint where it can be carried away from; is called with the same ones again */
  readonly keepCheckpoint?: (checkpoint: Checkpoint) => Promise<void>;
};

/** Well within what one attempt is given (workflows/proxies.ts), so that no round runs on unwatched. */
const ROUND_MS = 12_000;
const STEP_MS = 4_000;
const FILE_MS = 3_000;
const CHECKPOINTS = 14;
const NOTHING = { cases: 0, answers: 0, mails: 0, erasures: 0 };

type Mended = { -readonly [K in keyof typeof NOTHING]: number };
type Part = (round: Round, count: Mended) => Promise<unknown>;

/**
 * Finds what was accepted while somebody was away, and says it again. Everything it does may be done twice. A round has an end: what it cut short is followed
 * by the next part at the next round, so that no part keeps another from its turn. A part that fails keeps no other from being done; the first failure is
 * thrown at the end, and shows in the log at every round.
 */
export const sweepActivities = (deps: SweepDeps): SweepActivities => {
  const parts = partsOf(deps);
  let turn = 0;
  let sweeping = false;
  return {
    async reconcile() {
      // an attempt that was given up for lost may still be at it
      if (sweeping) return NOTHING;
      sweeping = true;
      const round = new Round(ROUND_MS);
      const count = { ...NOTHING };
      const failures: unknown[] = [];
      const first = turn;
      try {
        for (let done = 0; done < parts.length && !round.over(); done += 1) {
          const index = (first + done) % parts.length;
          turn = (index + 1) % parts.length;
          await round.within(parts[index]?.(round, count) ?? Promise.resolve()).catch((error: unknown) => {
            if (!(error instanceof Overdue && round.over())) failures.push(error);
          });
        }
      } finally {
        sweeping = false;
      }
      if (failures.length > 0) throw failures[0];
      return count;
    },
  };
};

const partsOf = ({
  store,
  startCase,
  startErasure,
  carryOut,
  nudge,
  ringPostroom,
  keepCheckpoint,
  stories,
}: SweepDeps): readonly Part[] => {
  const { prisma } = store;
  const lookAtStories = storyLook({ store, stories, ringPostroom });
  const keep = keepCheckpoint === undefined ? null : oneAtATime(keepCheckpoint);
  return [
    async (round, count) => {
      await mended(round, await unstarted(prisma, graceEnd(), BATCH), startCase, () => (count.cases += 1));
    },
    async (round, count) => {
      const untoldOnes = await untold(prisma, graceEnd(), BATCH);
      const tell = async (workflowId: string): Promise<void> => {
        await nudge(workflowId);
        const told = untoldOnes.filter((answer) => answer.workflowId === workflowId).map(({ answerId }) => answerId);
        await markTold(prisma, told, new Date());
      };
      await mended(round, [...new Set(untoldOnes.map(({ workflowId }) => workflowId))], tell, () => (count.answers += 1));
    },
    async (_round, count) => {
      count.mails = await prisma.outbox.count({ where: { state: { in: ['queued', 'deferred'] }, nextAt: { lt: graceEnd() } } });
      if (count.mails > 0) await ringPostroom();
    },
    async (round, count) => {
      await mended(round, await unfinishedErasures(prisma, graceEnd(), BATCH), startErasure, () => (count.erasures += 1));
    },
    async (round) => {
      const tell = async (erasureId: string): Promise<void> => {
        await store.transact(DESK, Date.now(), (tx) => tellLate(tx, erasureId));
        await ringPostroom();
      };
      await mended(round, await lateErasures(prisma, new Date(), BATCH), tell);
    },
    () => forgetPending(store, new Date(Date.now() - ABANDONED_MS)),
    () => forgetMessages(prisma, new Date()),
    () => carryOutApproved(store, carryOut, graceEnd()),
    async (round) => {
      const tell = async (request: Parameters<typeof tellLapsed>[1]): Promise<void> => {
        await tellLapsed(store, request, Date.now());
        await ringPostroom();
      };
      await mended(round, await lapsedSeconds(prisma, new Date(), BATCH), tell);
    },
    (round) => tendEndingKeys({ store, ringPostroom }, Date.now(), () => round.over()),
    lookAtStories,
    async (round) => {
      await checkpointOfDay(store, Date.now());
      if (keep === null) return;
      // those of the last days too: a folder that was away for a while gets what it has missed
      for (const checkpoint of await lastCheckpoints(store, CHECKPOINTS)) if (!round.over()) await round.within(keep(checkpoint), FILE_MS);
    },
  ];
};

const graceEnd = (): Date => new Date(Date.now() - GRACE_MS);

/** A write that hangs must not have others hang behind it: until it ends, no further one begins. */
const oneAtATime = <T>(write: (one: T) => Promise<void>): ((one: T) => Promise<void>) => {
  let writing = false;
  return async (one) => {
    if (writing) throw new Overdue('OVERDUE');
    writing = true;
    await write(one).finally(() => {
      writing = false;
    });
  };
};

/** Mends one after the other; one that resists, or takes too long, is left for the next round and holds up nobody else. */
const mended = async <T>(
  round: Round,
  broken: readonly T[],
  mend: (one: T) => Promise<void>,
  done: () => unknown = () => undefined,
): Promise<void> => {
  for (const one of broken) {
    if (round.over()) return;
    await round.within(mend(one), STEP_MS).then(done, () => undefined);
  }
};

/** Each waits for a workflow: few at a time, side by side, and no longer than a round may take. */
const APPROVED_BATCH = 10;
const APPROVED_PATIENCE_MS = 5_000;
const HOUR_MS = 3_600_000;

/**
 * What stands approved and was not carried out, because the desk was away at that instant. One order an hour: what a rule refuses is for people to look at,
 * and must not grow the history of the letter at every round.
 */
const carryOutApproved = async (store: Store, carryOut: SweepDeps['carryOut'], before: Date): Promise<void> => {
  const ids = await approvedAndUnused(store.prisma, before, new Date(), APPROVED_BATCH);
  const hour = Math.floor(Date.now() / HOUR_MS);
  const rounds = Promise.allSettled(ids.map(async (id) => carryOut(await openApproved(store, id, Date.now()), `${id}:${hour}`)));
  const given = new AbortController();
  await Promise.race([rounds, delay(APPROVED_PATIENCE_MS, undefined, { ref: false, signal: given.signal }).catch(() => undefined)]);
  given.abort();
};

/** A text whose command was refused belongs to nobody; after a day nobody retries it any more. */
const ABANDONED_MS = 24 * 3_600_000;

const forgetPending = async (store: Store, before: Date): Promise<void> => {
  await store.prisma.document.deleteMany({ where: { state: 'PENDING', createdAt: { lt: before } } });
};
