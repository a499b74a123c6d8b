import { isUuid } from '../../domain/ids.ts';
import type { Actor, Store } from '../store.ts';

/** Whoever bears the token of the codec server: it is one of the configuration and names nobody. */
const CODEC_READER: Actor = 'codec-reader';

/** The case that a payload says it is of; what it says is not proved before it is opened. */
const caseNamedIn = (workflowId: string): string | null => {
  const [kind, caseId = ''] = workflowId.split('/');
  return kind === 'case' && isUuid(caseId) ? caseId : null;
};

/**
 * Notes that payloads are about to be opened: an entry for each case, and one for all that is of no case, with their number committed to.
 * Throws when it cannot be noted, and then nothing may be opened. Source: security notes, Audit (reads are included).
 */
export const noteDecoding = async (store: Store, at: number, counts: ReadonlyMap<string, number>): Promise<void> => {
  const named = [...counts].map(([workflowId, payloads]) => ({ caseId: caseNamedIn(workflowId), payloads }));
  await store.transact(CODEC_READER, at, async (tx) => {
    const ids = [...new Set(named.flatMap(({ caseId }) => caseId ?? []))];
    const cases = new Set((await tx.db.case.findMany({ where: { id: { in: ids } }, select: { id: true } })).map(({ id }) => id));
    const perCase = new Map<string | null, number>();
    for (const { caseId, payloads } of named) {
      const key = caseId !== null && cases.has(caseId) ? caseId : null;
      perCase.set(key, (perCase.get(key) ?? 0) + payloads);
    }
    for (const [caseId, payloads] of perCase)
      tx.audit.append({ action: 'payloads.decoded', caseId, subjectId: null, detail: { payloads } });
  });
};
