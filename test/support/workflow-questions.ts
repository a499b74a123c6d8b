import { randomUUID } from 'node:crypto';
import type { Answers, DeskActivities, PutQuestion, QuestionKind, QuestionToPut } from '../../activities/contract.ts';
import { refuse } from '../../domain/refusal.ts';

export type Person = { readonly region: string; readonly gender: string | null };

/** Who can be asked. Everybody has an address; there are no names. */
export type People = { readonly advisors: readonly Person[]; readonly members: number; readonly defenders: number };

type Invitation = { readonly id: string; readonly person: Person | null; answers: { choice: string; amount: number | null }[] };

export type Question = Omit<QuestionToPut, 'closesAt'> & { closesAt: number; closedAt: number | null; readonly invitations: Invitation[] };

/** A reminder as it left: to whom, at which share of the window, and when. */
export type Reminder = { readonly questionId: string; readonly invitation: number; readonly share: number; readonly at: number };

/** What shows something of the case and therefore rests on consent at the moment of asking. */
const RESTS_ON_CONSENT: ReadonlySet<QuestionKind> = new Set<QuestionKind>(['ADVICE', 'SIGN_ON', 'REFERRAL']);

type Asking = Pick<DeskActivities, 'putQuestion' | 'readAnswers' | 'remindSilent' | 'extendQuestion' | 'closeQuestion'>;

/** Questions, invitations and answers, kept as the records keep them but in memory: an answer lands on exactly one side of the close. */
export class QuestionBox {
  readonly questions: Question[] = [];
  readonly reminders: Reminder[] = [];
  private readonly people: People;
  private readonly consented: (caseId: string) => boolean;

  constructor(people: People, consented: (caseId: string) => boolean) {
    this.people = people;
    this.consented = consented;
  }

  of(caseId: string, kind: QuestionKind): readonly Question[] {
    return this.questions.filter((question) => question.caseId === caseId && question.kind === kind);
  }

  /** Takes an answer at this instant; false when the question is closed or its time is over. */
  answer(questionId: string, invitation: number, choice: string, at: number, amount: number | null = null): boolean {
    const question = this.find(questionId);
    const invited = question?.invitations[invitation];
    if (question === undefined || invited === undefined) throw new RangeError('nobody was asked this');
    if (question.closedAt !== null || question.closesAt <= at) return false;
    invited.answers.push({ choice, amount });
    return true;
  }

  /** Closes what rests on consent, as the records do when it is withdrawn; with `everything` all that is open. Returns whose questions they were. */
  revoke(caseId: string, at: number, everything: boolean): readonly string[] {
    const open = this.questions.filter((question) => question.caseId === caseId && question.closedAt === null);
    const revoked = open.filter(({ kind }) => everything || RESTS_ON_CONSENT.has(kind));
    for (const question of revoked) question.closedAt = at;
    return revoked.map(({ subjectId }) => subjectId);
  }

  readonly activities: Asking = {
    putQuestion: async (question) => this.put(question),
    readAnswers: async ({ questionId, each }) => this.read(questionId, each),
    remindSilent: async ({ questionId, share, at }) => ({ reminded: this.remind(questionId, share, at) }),
    extendQuestion: async ({ questionId, closesAt }) => {
      const question = this.find(questionId);
      if (question?.closedAt === null) question.closesAt = closesAt;
    },
    closeQuestion: async ({ questionId, ifFingerprint, each, at }) => ({ ...this.close(questionId, ifFingerprint, at, each) }),
  };

  private find(questionId: string): Question | undefined {
    return this.questions.find((question) => question.questionId === questionId);
  }

  private put(question: QuestionToPut): PutQuestion {
    if (RESTS_ON_CONSENT.has(question.kind) && !this.consented(question.caseId)) {
      return { refused: refuse('NO_CONSENT', 'The person has not agreed to this.') };
    }
    const there = this.find(question.questionId) ?? { ...question, closedAt: null, invitations: this.invite(question) };
    if (!this.questions.includes(there)) this.questions.push(there);
    const roll = there.invitations.flatMap(({ id, person }) => (person === null ? [] : [{ id, ...person }]));
    return { refused: null, invited: there.invitations.length, roll };
  }

  private invite({ audience }: QuestionToPut): Invitation[] {
    const nobody = (count: number): null[] => Array.from({ length: count }, () => null);
    const { advisors, members, defenders } = this.people;
    const invited = {
      ADVISORS: advisors,
      MEMBERS: nobody(members),
      DEFENDERS: nobody(defenders),
      DEFENDERS_OR_TRUSTED: nobody(defenders),
      PARTNER: nobody(1),
    }[audience.who];
    return invited.map((person) => ({ id: randomUUID(), person, answers: [] }));
  }

  private remind(questionId: string, share: number, at: number): number {
    const question = this.find(questionId);
    if (question === undefined || question.closedAt !== null) return 0;
    const silent = question.invitations.flatMap(({ answers }, index) => (answers.length === 0 ? [index] : []));
    for (const invitation of silent) {
      const known = this.reminders.some((r) => r.questionId === questionId && r.invitation === invitation && r.share === share);
      if (!known) this.reminders.push({ questionId, invitation, share, at });
    }
    return silent.length;
  }

  private read(questionId: string, wanted: boolean): Answers {
    const invitations = this.find(questionId)?.invitations ?? [];
    const counts: Record<string, number> = {};
    const each: { id: string; choice: string; version: number; amount: number | null }[] = [];
    for (const { id, answers } of invitations) {
      const last = answers.at(-1);
      if (last === undefined) continue;
      counts[last.choice] = (counts[last.choice] ?? 0) + 1;
      if (wanted) each.push({ id, version: answers.length, ...last });
    }
    const silent = invitations.filter(({ answers }) => answers.length === 0).length;
    return { invited: invitations.length, silent, counts, each, fingerprint: this.fingerprint(questionId) };
  }

  private close(questionId: string, ifFingerprint: string | null, at: number, each: boolean): Answers & { closed: boolean } {
    const question = this.find(questionId);
    const stale = ifFingerprint !== null && ifFingerprint !== this.fingerprint(questionId);
    const closed = question === undefined || question.closedAt !== null || !stale;
    if (question !== undefined && closed) question.closedAt ??= at;
    return { ...this.read(questionId, each), closed };
  }

  private fingerprint(questionId: string): string {
    return String((this.find(questionId)?.invitations ?? []).reduce((sum, { answers }) => sum + answers.length, 0));
  }
}
