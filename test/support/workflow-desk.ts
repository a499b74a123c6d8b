import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { Advice, Bell, DeskActivities, Recorded } from '../../activities/contract.ts';
import { afterCommand, type CaseFile, stageOf } from '../../domain/case.ts';
import type { CaseCommandName, Effects, LetterCommandName, Order } from '../../domain/commands.ts';
import type { LetterFile } from '../../domain/letter.ts';
import { needsAdvice, type Policy, windowMs } from '../../domain/policy.ts';
import { type Refusal, refuse } from '../../domain/refusal.ts';
import type { ActionMode, Band } from '../../domain/vocabulary.ts';
import { defaultPolicy } from './policies.ts';
import { type People, QuestionBox } from './workflow-questions.ts';

type Name = keyof DeskActivities;
export type Deed = { readonly name: string; readonly commandId: string; readonly at: number };
type Row = {
  band: Band;
  mode: ActionMode | null;
  consents: number;
  stage: string;
  readonly consultations: Map<string, { openedAt: number; closesAt: number }>;
  partnerIds: string[];
  settled: number;
};

const EVERYBODY: People = {
  advisors: [
    { region: 'AFRICA', gender: 'woman' },
    { region: 'LATIN_AMERICA_CARIBBEAN', gender: 'man' },
    { region: 'ASIA_PACIFIC', gender: null },
    { region: 'EUROPE_CENTRAL_ASIA', gender: 'woman' },
  ],
  members: 8,
  defenders: 1,
};

/** The desk's records in memory: what the activities promise in contract.ts, idempotent by the same keys, with trouble on request. */
export class MemoryDesk {
  readonly policy: Policy;
  readonly asking: QuestionBox;
  readonly deeds: Deed[] = [];
  readonly bells: Bell[] = [];
  readonly advice: Advice[] = [];
  readonly referralSteps: { caseId: string; state: string; partnerId: string | null; at: number }[] = [];
  readonly reviews: { caseId: string; number: number; answer: string; at: number }[] = [];
  readonly letterStates: { letterId: string; state: string; at: number }[] = [];
  /** how often each activity was begun, repeats included */
  readonly calls = new Map<Name, number>();
  /** the band that the next assessment finds */
  nextBand: Band = 'HIGH';
  private readonly rows = new Map<string, Row>();
  private readonly brought = new Map<string, Effects>();
  private readonly barred = new Set<string>();
  private readonly refusals = new Map<string, Refusal>();
  private readonly failing = new Map<Name, number>();
  private readonly mute = new Set<Name>();
  private readonly held = new Map<Name, { readonly until: Promise<void>; left: number }>();

  constructor(people: Partial<People> = {}, policy: Policy = defaultPolicy) {
    this.policy = policy;
    this.asking = new QuestionBox({ ...EVERYBODY, ...people }, (caseId) => this.row(caseId).consents > 0);
  }

  row(caseId: string): Row {
    const fresh = (): Row => ({ band: 'HIGH', mode: null, consents: 0, stage: '', consultations: new Map(), partnerIds: [], settled: 0 });
    const row = this.rows.get(caseId) ?? fresh();
    this.rows.set(caseId, row);
    return row;
  }

  bellsOf(caseId: string, duty?: Bell['duty']): readonly Bell[] {
    return this.bells.filter((bell) => bell.caseId === caseId && (duty === undefined || bell.duty === duty));
  }

  /** The next attempts of this activity fail as in an outage. */
  fail(name: Name, times: number): void {
    this.failing.set(name, times);
  }

  /** This activity does what it should from now on, but its answer never arrives. */
  loseAnswersOf(name: Name): void {
    this.mute.add(name);
  }

  /** Attempts of this activity, all or so many, wait until the returned function is called. */
  hold(name: Name, attempts = Number.POSITIVE_INFINITY): () => void {
    let release = (): void => undefined;
    this.held.set(name, { until: new Promise((done) => (release = done)), left: attempts });
    return () => {
      this.held.delete(name);
      release();
    };
  }

  /** The records will refuse this command, by its id. */
  refuse(commandId: string, refusal: Refusal = refuse('CONSTRAINTS_UNREAD', 'Read what must not be done first.')): void {
    this.refusals.set(commandId, refusal);
  }

  /** The person withdraws what they agreed to: at once, in the records; returns what stopped. */
  withdraw(caseId: string, at: number): readonly string[] {
    this.row(caseId).consents -= 1;
    return this.asking.revoke(caseId, at, false);
  }

  readonly activities = (): DeskActivities => {
    const all: DeskActivities = { ...this.records, ...this.asking.activities };
    const troubled = Object.entries(all).map(([name, activity]) => [name, this.troubled(name as Name, activity as never)]);
    return Object.fromEntries(troubled) as DeskActivities;
  };

  private troubled(name: Name, activity: (...args: never[]) => Promise<unknown>) {
    return async (...args: never[]): Promise<unknown> => {
      this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
      const held = this.held.get(name);
      if (held !== undefined && held.left-- > 0) await held.until;
      const failures = this.failing.get(name) ?? 0;
      if (failures > 0) {
        this.failing.set(name, failures - 1);
        throw ApplicationFailure.retryable('P1001', 'OUTAGE');
      }
      const answer = await activity(...args);
      if (this.mute.has(name)) throw ApplicationFailure.retryable('P1001', 'OUTAGE');
      return answer;
    };
  }

  private readonly records: Omit<DeskActivities, keyof QuestionBox['activities']> = {
    takeUpCase: async () => ({ policy: this.policy }),
    takeUpLetter: async ({ caseId }) => ({ policy: this.policy, band: this.row(caseId).band }),
    policyOf: async (caseId) => ({ policy: this.policy, band: this.row(caseId).band }),
    recordCommand: async (order, file) =>
      this.once(order, () => {
        const effects = this.effectsOf(order, file);
        this.row(file.caseId).stage = stageOf(afterCommand(file, order, effects, order.at));
        return effects;
      }),
    recordLetterCommand: async (order, letter) => this.once(order, () => this.letterEffectsOf(order, letter)),
    settleDeed: async ({ commandId }) => {
      const effects = this.brought.get(commandId) ?? null;
      if (effects === null) this.barred.add(commandId);
      return { effects };
    },
    projectCase: async (file) => {
      this.row(file.caseId).stage = stageOf(file);
    },
    projectLetter: async ({ letterId, state }, at) => {
      this.letterStates.push({ letterId, state, at });
    },
    ring: async (bell) => {
      if (!this.bells.some(({ caseId, key }) => caseId === bell.caseId && key === bell.key)) this.bells.push(bell);
    },
    startConsultation: async ({ caseId, consultationId }) => {
      const { band, mode, consultations } = this.row(caseId);
      const window = consultations.get(consultationId);
      if (mode === null || window === undefined) throw ApplicationFailure.nonRetryable('NOT_FOUND', 'NOT_FOUND');
      return { policy: this.policy, band, mode, ...window };
    },
    recordAdvice: async (advice) => {
      if (!this.advice.some(({ consultationId }) => consultationId === advice.consultationId)) this.advice.push(advice);
    },
    startReferral: async ({ caseId }) => ({ partnerIds: [...this.row(caseId).partnerIds] }),
    recordReferral: async ({ caseId, state, partnerId, at }) => {
      const known = this.referralSteps.some((step) => step.caseId === caseId && step.state === state && step.at === at);
      if (!known) this.referralSteps.push({ caseId, state, partnerId, at });
    },
    recordReview: async ({ caseId, number, answer, at }) => {
      if (!this.reviews.some((review) => review.caseId === caseId && review.number === number))
        this.reviews.push({ caseId, number, answer, at });
    },
    settleCase: async ({ caseId, at }) => {
      this.row(caseId).settled += 1;
      this.asking.revoke(caseId, at, true);
    },
  };

  private once(order: Order & { at: number }, work: () => Effects): Recorded {
    const { commandId, name, at } = order;
    if (this.barred.has(commandId)) throw ApplicationFailure.nonRetryable('TOO_LATE', 'TOO_LATE');
    const refused = this.refusals.get(commandId);
    if (refused !== undefined) return { refused };
    const before = this.brought.get(commandId);
    if (before !== undefined) return { refused: null, effects: before };
    const effects = work();
    this.brought.set(commandId, effects);
    this.deeds.push({ name, commandId, at });
    return { refused: null, effects };
  }

  private effectsOf(order: Order<CaseCommandName> & { at: number }, file: CaseFile): Effects {
    const row = this.row(file.caseId);
    switch (order.name) {
      case 'recordConsent':
        row.consents += 1;
        return {};
      case 'concludeVerification':
        return { verified: true, provisional: false };
      case 'assessRisk':
        row.band = this.nextBand;
        return { band: row.band };
      case 'decideAction':
        row.mode = order.what.mode;
        return { needsAdvice: needsAdvice(this.policy, order.what.mode) };
      case 'openConsultation': {
        const closesAt = order.at + windowMs(this.policy, row.band, 'CONSULT');
        row.consultations.set(order.what.consultationId, { openedAt: order.at, closesAt });
        return { closesAt };
      }
      default:
        return {};
    }
  }

  private letterEffectsOf(order: Order<LetterCommandName> & { at: number }, { caseId, version }: LetterFile): Effects {
    const { band } = this.row(caseId);
    const closesAt = (step: 'APPROVE_LETTER' | 'SIGN_ON'): number => order.at + windowMs(this.policy, band, step);
    switch (order.name) {
      case 'reviseLetter':
        return { version: version + 1 };
      case 'askApproval':
        return { questionId: randomUUID(), closesAt: closesAt('APPROVE_LETTER') };
      case 'openSignOn':
        return { questionId: randomUUID(), closesAt: closesAt('SIGN_ON'), minimum: this.policy.signOn.minimumToPublish };
      default:
        return {};
    }
  }
}
