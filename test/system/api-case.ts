import { randomUUID } from 'node:crypto';
import { currentPolicy } from '../../records/policies.ts';
import { type AnswerText, landAnswer } from '../../records/questions/landing.ts';
import { newLink } from '../../records/questions/questions.ts';
import type { Tx } from '../../records/store.ts';
import { type ApiDesk, newApiDesk } from './api-desk.ts';
import { SAMPLES } from './api-samples.ts';

export type Json = Record<string, unknown>;

type Asked = { readonly contactId?: string; readonly subjectId?: string; readonly documentId?: string };
type Invited = { readonly questionId: string; readonly invitationId: string; readonly contactId: string };

export const read = async (response: Response | Promise<Response>): Promise<Json> => (await (await response).json()) as Json;
export const refusal = async (response: Response): Promise<unknown[]> => [response.status, (await read(response))['type']];

/** One case at a time, with questions put before people and answers of theirs, as links would bring them. */
export class CaseAtHand {
  readonly desk: ApiDesk;
  caseId = '';
  /** the contact of the defender */
  defender = '';

  private constructor(desk: ApiDesk) {
    this.desk = desk;
  }

  static async begin(): Promise<CaseAtHand> {
    return new CaseAtHand(await newApiDesk());
  }

  async open(): Promise<string> {
    return String((await read(this.desk.send({ method: 'post', path: '/v1/cases', body: SAMPLES['openCase'] })))['caseId']);
  }

  async next(): Promise<void> {
    this.caseId = await this.open();
    this.defender = (await this.desk.prisma.contact.findFirstOrThrow({ where: { caseId: this.caseId, role: 'DEFENDER' } })).id;
    this.desk.door.calls.length = 0;
  }

  inTx<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.desk.store.transact(this.desk.personId, Date.now(), work);
  }

  post(path: string, body?: unknown, key: string = randomUUID()): Promise<Response> {
    return this.desk.send({ method: 'post', path: `/v1/cases/${this.caseId}${path}`, body, headers: { 'idempotency-key': key } });
  }

  put(path: string, body: unknown): Promise<Response> {
    return this.desk.send({ method: 'put', path: `/v1/cases/${this.caseId}${path}`, body });
  }

  view(path = ''): Promise<Json> {
    return read(this.desk.send({ method: 'get', path: `/v1/cases/${this.caseId}${path}` }));
  }

  /** A question before one person, with the link that brought it. */
  ask(kind: string, { contactId = this.defender, subjectId = randomUUID(), documentId }: Asked = {}): Promise<Invited & { token: string }> {
    const { caseId } = this;
    return this.inTx(async (tx) => {
      const [questionId, invitationId] = [randomUUID(), randomUUID()];
      const closesAt = tx.at.getTime() + 3_600_000;
      const base = { id: questionId, caseId, kind, subjectId, workflowId: `case/${caseId}`, changeable: false, openedAt: tx.at };
      await tx.db.question.create({ data: { ...base, closesAt: new Date(closesAt), ...(documentId && { documentId }) } });
      await tx.db.invitation.create({ data: { id: invitationId, questionId, contactId, createdAt: tx.at } });
      const token = await newLink(tx, tx.keyring, (await currentPolicy(tx.db)).policy, { invitationId, closesAt });
      return { questionId, invitationId, contactId, token };
    });
  }

  async say({ invitationId, ...who }: Invited, content: AnswerText): Promise<void> {
    await this.inTx((tx) => landAnswer(tx, { id: invitationId, ...who }, content));
  }
}
