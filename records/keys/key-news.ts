import type { Language } from '../../domain/vocabulary.ts';
import { type ContactRow, openCard } from '../cases/contacts.ts';
import { putNotice } from '../mail/outbox.ts';
import type { Tx } from '../store.ts';

type Told = ContactRow & { readonly active: boolean; readonly unsafeSince: Date | null };

/**
 * Tells somebody that one of their keys has changed: whoever did not do it themselves must learn of it. The mail holds nothing and leads nowhere, so that it
 * arrives whichever keys work. `step` names the change, so that it is told once.
 */
export const tellKeyChanged = async (tx: Tx, contact: Told, step: string): Promise<void> => {
  const { id: contactId, caseId, language, active, unsafeSince } = contact;
  if (!active || unsafeSince !== null || (await openCard(tx.seals, contact)).email === null) return;
  await putNotice(tx, {
    key: `KEY_CHANGED:${step}`,
    kind: 'KEY_CHANGED',
    contactId,
    caseId,
    language: language as Language,
    data: {},
    needs: null,
  });
};
