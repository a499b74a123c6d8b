import { randomUUID } from 'node:crypto';
import { policyOfCase } from '../../records/policies.ts';
import { landAnswer } from '../../records/questions/landing.ts';
import { newLink } from '../../records/questions/questions.ts';
import type { CaseAtHand } from './api-case.ts';
import type { ApiDesk } from './api-desk.ts';

export type Heard = 'SECOND_PERSON_NEEDED' | 'SECOND_PERSON_DECIDED' | 'SECOND_PERSON_LAPSED' | 'STOOD_IN' | 'MEMBERS_CHANGED';

/** Who was written to because of this, whichever case the mail belongs to; in the order of their ids. */
export const heardBy = async (desk: ApiDesk, caseId: string, why: Heard): Promise<readonly (string | undefined)[]> => {
  const mails = await desk.prisma.outbox.findMany({
    where: { caseId, kind: 'TASK_RAISED', key: { startsWith: `TASK_RAISED:${why}:` } },
    include: { contact: { include: { person: true } } },
  });
  return mails.map(({ contact }) => contact.person?.id).sort();
};

/** So many organisations have signed the letter, and the sign-on is closed. Returns the answers. */
export const signedBy = (at: CaseAtHand, letterId: string, choices: readonly ('SIGN_PUBLIC' | 'SIGN_COUNT_ONLY')[]) =>
  at.inTx(async (tx) => {
    const { caseId } = at;
    const questionId = randomUUID();
    const closesAt = tx.at.getTime() + 60_000;
    const place = { kind: 'SIGN_ON', subjectId: letterId, workflowId: `case/${caseId}/letter/${letterId}`, changeable: true };
    await tx.db.question.create({ data: { id: questionId, caseId, ...place, openedAt: tx.at, closesAt: new Date(closesAt) } });
    const contacts = await tx.db.contact.findMany({ where: { role: 'SIGNATORY' }, orderBy: { id: 'asc' }, take: choices.length });
    const answerIds: string[] = [];
    for (const [index, choice] of choices.entries()) {
      const contactId = contacts[index]?.id ?? '';
      const id = randomUUID();
      await tx.db.invitation.create({ data: { id, questionId, contactId, createdAt: tx.at } });
      await newLink(tx, tx.keyring, await policyOfCase(tx.db, caseId), { invitationId: id, closesAt });
      const given = await landAnswer(tx, { id, questionId, contactId }, { choice });
      if (given.given === 'RECORDED' && given.answerId !== null) answerIds.push(given.answerId);
    }
    await tx.db.question.update({ where: { id: questionId }, data: { closedAt: tx.at } });
    return answerIds;
  });
