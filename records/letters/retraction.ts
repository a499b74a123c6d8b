import type { Reason } from '../../domain/content.ts';
import { isBeyondHold } from '../../domain/erasure.ts';
import { refuse } from '../../domain/refusal.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import type { CaseOrder } from '../cases/constraints.ts';
import { finishTasks } from '../cases/tasks.ts';
import { type Done, doOnce, mustNot } from '../deeds.ts';
import { fileNewDocument } from '../documents.ts';
import { erasureStateOf } from '../erasure/erasure-bar.ts';
import { cancelNotices, putNotice } from '../mail/outbox.ts';
import { answersTo } from '../questions/answers.ts';
import { found } from '../record-error.ts';
import type { Store, Tx } from '../store.ts';

type Retraction = CaseOrder & { readonly letterId: string; readonly reason: Reason };

/**
 * Takes a published letter down and tells those who signed it. No workflow takes part: the letter's has ended, the case may be closed. What stood in
 * clear is emptied; the letter stays on file under the case's key. A letter that outlived the erasure of its case can be taken down all the same: then there
 * is nothing left to write the reason to. Throws RecordError NOT_FOUND. Source: product rule 1 (withdrawal).
 */
export const retractLetter = (store: Store, order: Retraction): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const { caseId, letterId, commandId, reason } = order;
    const erased = isBeyondHold(await erasureStateOf(tx.db, caseId));
    found(await tx.db.letter.findFirst({ where: { id: letterId, caseId }, select: { id: true } }));
    const { count } = await tx.db.publication.updateMany({
      where: { letterId, retractedAt: null },
      data: { retractedAt: tx.at, content: {} },
    });
    if (count === 0) {
      mustNot(refuse('NOT_PUBLISHED', 'This letter is not published, or was taken down already: there is nothing to take down.'));
    }
    if (!erased) await fileNewDocument(tx, { caseId, kind: 'RETRACTION', commandId, content: reason }, { subjectId: letterId });
    await finishTasks(tx, { caseId, kind: 'TAKE_DOWN', subjectId: letterId });
    await cancelOutcome(tx, caseId, letterId);
    await tellSigners(tx, caseId, letterId);
    tx.audit.append({ action: 'letter.retracted', caseId, subjectId: letterId });
    return {};
  });

/** News that leads to the page would now lead to nothing. */
const cancelOutcome = async (tx: Tx, caseId: string, letterId: string): Promise<void> => {
  const news = { caseId, kind: 'OUTCOME_TOLD', key: { startsWith: `OUTCOME_TOLD:${letterId}:` } };
  for (const { id } of await tx.db.outbox.findMany({ where: news, select: { id: true } })) await cancelNotices(tx, { caseId, id });
};

const tellSigners = async (tx: Tx, caseId: string, letterId: string): Promise<void> => {
  const signOns = await tx.db.question.findMany({ where: { caseId, kind: 'SIGN_ON', subjectId: letterId }, select: { id: true } });
  for (const { id } of signOns) {
    const { all } = await answersTo(tx.db, tx.seals, id);
    for (const { contactId, answer } of all) {
      if (answer?.content.choice !== 'SIGN_PUBLIC' && answer?.content.choice !== 'SIGN_COUNT_ONLY') continue;
      const { language } = found(await tx.db.contact.findUnique({ where: { id: contactId }, select: { language: true } }));
      await putNotice(tx, {
        key: `WITHDRAWN_NOTICE:${letterId}:retraction:${contactId}`,
        kind: 'WITHDRAWN_NOTICE',
        contactId,
        caseId,
        language: language as Language,
        data: {},
        needs: null,
      });
    }
  }
};

/** Was a letter published here once, and taken down? */
export const wasRetracted = async (db: Db, slug: string): Promise<boolean> =>
  (await db.publication.count({ where: { slug, retractedAt: { not: null } } })) > 0;
