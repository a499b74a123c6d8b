import type { ContactOrder } from '../../records/keys/recipient-keys-change.ts';
import type { Holder } from '../http/authenticate.ts';
import { id } from '../http/schemas.ts';
import { ADMINISTRATOR, COORDINATOR, DESK_AND_ADMINISTRATOR } from './common.ts';

type Who = Pick<ContactOrder, 'contactId' | 'caseId'>;
export type Given = Readonly<Record<string, unknown>>;

/** Whose keys: of a person of a case, who is the business of whoever works on it, or of somebody of the network, staff included. */
export interface Scope {
  readonly base: `/${string}`;
  readonly of: 'Person' | 'Contact';
  readonly roles: typeof COORDINATOR | typeof ADMINISTRATOR;
  /** Who may read the keys and hear a fingerprint: of the network all who may pick up a telephone, so that there is always a second person. */
  readonly witnesses: typeof COORDINATOR | typeof DESK_AND_ADMINISTRATOR;
  readonly ids: Readonly<Record<string, typeof id>>;
  readonly who: (params: Given) => Who;
}

export const SCOPES: readonly Scope[] = [
  {
    base: '/v1/cases/{caseId}/persons/{personId}',
    of: 'Person',
    roles: COORDINATOR,
    witnesses: COORDINATOR,
    ids: { caseId: id, personId: id },
    who: ({ caseId, personId }) => ({ contactId: String(personId), caseId: String(caseId) }),
  },
  {
    base: '/v1/contacts/{contactId}',
    of: 'Contact',
    roles: ADMINISTRATOR,
    witnesses: DESK_AND_ADMINISTRATOR,
    ids: { contactId: id },
    who: ({ contactId }) => ({ contactId: String(contactId), caseId: null }),
  },
];

export const orderIn =
  (scope: Scope) =>
  ({ holder, commandId, params }: { holder: Holder; commandId: string; params: Given }): ContactOrder => ({
    commandId,
    by: holder.personId,
    at: Date.now(),
    ...scope.who(params),
  });

export const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;
