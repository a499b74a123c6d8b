import { newCaseKey } from '../../crypto/case-keys.ts';
import { caseKeyId, type NamedKey } from '../../crypto/key-id.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import { caseOfWorkflow, type KeySource } from '../../crypto/payload-codec.ts';
import { SealError } from '../../crypto/seal-error.ts';

/** A key source without a database: every case gets a key when it is first asked for, until it is erased. */
export interface MemoryKeys extends KeySource {
  /** Destroys the key of a case, as erasure does. */
  erase(caseId: string): void;
}

export function memoryKeys(keyring: Keyring): MemoryKeys {
  const cases = new Map<string, NamedKey>();
  const erased = new Set<string>();
  const keyOfCase = (caseId: string): NamedKey => {
    if (erased.has(caseId)) throw new SealError('key-unknown');
    const id = caseKeyId(caseId, 1);
    const known = cases.get(id) ?? { id, key: newCaseKey() };
    cases.set(id, known);
    return known;
  };
  return {
    async keyFor(workflowId) {
      const caseId = caseOfWorkflow(workflowId);
      return caseId === null ? keyring.active('desk') : keyOfCase(caseId);
    },
    async byId(id) {
      return cases.get(id) ?? keyring.byId(id);
    },
    erase(caseId) {
      cases.delete(caseKeyId(caseId, 1));
      erased.add(caseId);
    },
  };
}
