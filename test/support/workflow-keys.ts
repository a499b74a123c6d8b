import { createHash } from 'node:crypto';
import { caseKeyId, type NamedKey, readCaseKeyId } from '../../crypto/key-id.ts';
import { caseOfWorkflow, type KeySource } from '../../crypto/payload-codec.ts';

const derived = (id: string): NamedKey => ({ id, key: createHash('sha256').update(`synthetic history ${id}`).digest() });

/** Keys that anybody can compute, for recorded histories: they hold payloads of the real shape and nothing that needs hiding. */
export const openKeys: KeySource = {
  async keyFor(workflowId) {
    const caseId = caseOfWorkflow(workflowId);
    return derived(caseId === null ? 'desk:1' : caseKeyId(caseId, 1));
  },
  async byId(id) {
    return id === 'desk:1' || readCaseKeyId(id) !== null ? derived(id) : null;
  },
};
