/**
 * Every column that holds sealed content, in one place: what reads, seals again, counts, backs up or erases "everything that is sealed" goes by this table,
 * and a test compares it with the schema, so that a new column cannot be forgotten.
 */

/** How the case of a row is found: it never has one, it carries it, or it is that of what it belongs to. */
type Owner = 'NONE' | 'OWN' | 'OF_QUESTION' | 'OF_CONTACT';

type Column = { readonly idType: 'uuid' | 'text'; readonly owner: Owner };

const uuid = <O extends Owner>(owner: O) => ({ idType: 'uuid', owner }) as const;

/** The tables with a column `sealed`, whose rows are bound to their `id`. */
const SEALED = {
  Organisation: uuid('NONE'),
  Contact: uuid('OWN'),
  Advisor: uuid('NONE'),
  Target: uuid('NONE'),
  Document: uuid('OWN'),
  Consent: uuid('OWN'),
  Consultation: uuid('OWN'),
  Need: uuid('OWN'),
  Referral: uuid('OWN'),
  Review: uuid('OWN'),
  Answer: uuid('OF_QUESTION'),
  Outbox: uuid('OWN'),
  Command: { idType: 'text', owner: 'OWN' },
  LegalHold: uuid('OWN'),
  SecondPerson: uuid('OWN'),
  RecipientKey: uuid('OF_CONTACT'),
  SealedMessage: uuid('OWN'),
  NetworkKey: uuid('NONE'),
} as const satisfies Readonly<Record<string, Column>>;

/** Where {@link SealedTable} content lies; the name is part of what is sealed, so a value moved to another place does not open. */
export type SealedTable = keyof typeof SEALED;

/**
 * One sealed column as SQL sees it, of a row called `t`. `id` and `version` are the row's key and the place's version (1 where a row has one content),
 * `caseId` the case it belongs to, or null.
 */
export type SealedColumn = {
  readonly table: SealedTable | 'CaseKey';
  readonly column: 'sealed' | 'wrapped';
  readonly idType: 'uuid' | 'text';
  readonly id: string;
  readonly version: string;
  readonly caseId: string;
};

const CASE_ID: Readonly<Record<Owner, string>> = {
  NONE: 'NULL::uuid',
  OWN: 't."caseId"',
  OF_QUESTION: '(SELECT q."caseId" FROM "Invitation" i JOIN "Question" q ON q.id = i."questionId" WHERE i.id = t."invitationId")',
  OF_CONTACT: '(SELECT c."caseId" FROM "Contact" c WHERE c.id = t."contactId")',
};

/** What lies under a case's key or the directory's. */
export const CONTENT_COLUMNS: readonly SealedColumn[] = Object.entries(SEALED).map(([table, { idType, owner }]) => ({
  table: table as SealedTable,
  column: 'sealed',
  idType,
  id: 't.id',
  // not a bare 1, which an ORDER BY would take for the first column
  version: '1::int',
  caseId: CASE_ID[owner],
}));

/** The wrapped keys of cases: bound to the case and the version, but owned by nobody, for they are what a case owns things with. */
export const CASE_KEY_COLUMN: SealedColumn = {
  table: 'CaseKey',
  column: 'wrapped',
  idType: 'uuid',
  id: 't."caseId"',
  version: 't.version',
  caseId: CASE_ID.NONE,
};

export const SEALED_COLUMNS: readonly SealedColumn[] = [...CONTENT_COLUMNS, CASE_KEY_COLUMN];

/** Bytes that are no secret: hashes of the audit, and what signs them. */
export const PLAIN_BYTES: readonly string[] = ['Audit.hash', 'Checkpoint.hash', 'Checkpoint.signature'];
