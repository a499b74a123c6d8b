import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { generateKeyringFile, liveKeyring, loadKeyring } from '../../crypto/keyring-file.ts';
import { COMPRESSED_POLICY } from '../../domain/policies/compressed.ts';
import { connect } from '../../prisma/client.ts';
import { addPerson } from '../../records/access/staff.ts';
import { signHead } from '../../records/audit/checkpoints.ts';
import { inOneForm, linesOf, tablesOf } from '../../records/backup/backup-rows.ts';
import { openEverything } from '../../records/backup/restore-check.ts';
import { countsUnder } from '../../records/backup/rotation-rows.ts';
import { addPolicy } from '../../records/policies.ts';
import { SEALED_COLUMNS, type SealedTable } from '../../records/sealed-columns.ts';
import { DESK, Store, type Tx } from '../../records/store.ts';
import { createDatabase } from '../support/postgres.ts';

export const ADMINISTRATOR = 'administrator@secretariat.example';
export const SECOND = 'second@secretariat.example';

const sealed = (tx: Tx, table: SealedTable, id: string, caseId: string | null) =>
  tx.seals.seal(table, id, caseId, { table, text: `what ${table} holds`, odd: 'a\nb "c" \\ \u0600 ünï 🌧' });

/** One row in each table whose rows belong to a case. */
async function addCase(store: Store): Promise<string> {
  const caseId = randomUUID();
  await store.transact(DESK, Date.now(), async (tx) => {
    const { db, at } = tx;
    await db.case.create({ data: { id: caseId, state: 'RECEIVED', policyVersion: 1, openedBy: randomUUID(), openedAt: at } });
    await store.caseKeys.create(db, caseId, at);
    const [contactId, needId, questionId, invitationId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const seal = (table: SealedTable, id: string) => sealed(tx, table, id, caseId);
    const row = async (table: SealedTable, id = randomUUID()) => ({ id, caseId, sealed: await seal(table, id) });
    await db.contact.create({ data: { ...(await row('Contact', contactId)), role: 'DEFENDER', language: 'ar', createdAt: at } });
    for (const kind of ['INTAKE', 'FINDINGS', 'RISK'])
      await db.document.create({ data: { ...(await row('Document')), kind, commandId: randomUUID(), createdAt: at } });
    await db.consent.create({ data: { ...(await row('Consent')), personId: contactId, recordedAt: at } });
    await db.consultation.create({ data: { ...(await row('Consultation')), state: 'OPEN', openedAt: at, closesAt: at } });
    await db.consultation.create({ data: { id: randomUUID(), caseId, state: 'OPEN', openedAt: at, closesAt: at } });
    await db.need.create({ data: { ...(await row('Need', needId)), state: 'OPEN', createdAt: at } });
    await db.referral.create({ data: { ...(await row('Referral')), needId, state: 'OPEN', createdAt: at } });
    await db.review.create({ data: { ...(await row('Review')), number: 1, state: 'OPEN', dueAt: at } });
    await db.question.create({
      data: {
        ...{
          id: questionId,
          caseId,
          kind: 'ADVICE',
          subjectId: randomUUID(),
          workflowId: `case/${caseId}`,
          needs: { purpose: 'A', list: [1, null] },
        },
        ...{ changeable: true, openedAt: at, closesAt: at },
      },
    });
    await db.invitation.create({ data: { id: invitationId, questionId, contactId, createdAt: at } });
    const answerId = randomUUID();
    await db.answer.create({ data: { id: answerId, invitationId, version: 1, sealed: await seal('Answer', answerId), answeredAt: at } });
    await db.legalHold.create({ data: { ...(await row('LegalHold')), placedBy: randomUUID(), placedAt: at } });
    const asked = { act: 'EXPORT', digest: 'd', askedBy: randomUUID(), askedAt: at, expiresAt: at };
    await db.secondPerson.create({ data: { ...(await row('SecondPerson')), ...asked } });
    await addOwnable(tx, caseId, contactId);
    const letterId = randomUUID();
    await db.letter.create({ data: { id: letterId, caseId, kind: 'PUBLIC_LETTER', state: 'PUBLISHED', createdAt: at } });
    await db.publication.create({ data: { slug: letterId, letterId, content: { 'a"b': ['\\', '\n'] }, needs: {}, publishedAt: at } });
    tx.audit.append({ action: 'case.opened', caseId, subjectId: null, detail: { told: 'much' } });
  });
  return caseId;
}

/** The tables whose rows may belong to a case or to nobody. */
async function addOwnable(tx: Tx, caseId: string | null, contactId: string): Promise<void> {
  const { db, at } = tx;
  const id = () => randomUUID();
  const [outboxId, commandId, keyId, messageId] = [id(), `command-${id()}`, id(), id()];
  await db.outbox.create({
    data: {
      ...{ id: outboxId, key: id(), kind: 'ADVICE_ASKED', contactId, caseId, urgent: false, messageId: id(), nextAt: at, createdAt: at },
      sealed: await sealed(tx, 'Outbox', outboxId, caseId),
    },
  });
  await db.command.create({
    data: {
      ...{ id: commandId, personId: id(), operationId: 'openCase', requestDigest: 'd', caseId, createdAt: at },
      sealed: await sealed(tx, 'Command', commandId, caseId),
    },
  });
  await db.recipientKey.create({
    data: { id: keyId, contactId, kind: 'X25519', state: 'ACTIVE', sealed: await sealed(tx, 'RecipientKey', keyId, caseId), createdAt: at },
  });
  await db.sealedMessage.create({
    data: {
      ...{ id: messageId, outboxId, contactId, caseId, digest: id(), createdAt: at, expiresAt: at },
      sealed: await sealed(tx, 'SealedMessage', messageId, caseId),
    },
  });
}

/** What belongs to the network, and the kinds of values that a backup could get wrong. */
const addNetwork = (store: Store) =>
  store.transact(randomUUID(), Date.now(), async (tx) => {
    const { db, at } = tx;
    await addPolicy(tx, COMPRESSED_POLICY);
    for (const [name, email] of [
      ['Noor Besharat-Lyn', ADMINISTRATOR],
      ['Kofi Lantierra', SECOND],
    ] as const)
      await addPerson(tx, store.keyring, { name, email, language: 'en', backup: false });
    const id = () => randomUUID();
    const [organisationId, contactId, advisorId, targetId, networkId] = [id(), id(), id(), id(), id()];
    const lists = { roles: ['MEMBER', 'a,b', '{}', '"'], themes: [] };
    const place = { region: 'R', country: 'QM', language: 'es' };
    const seal = (table: SealedTable, row: string) => sealed(tx, table, row, null);
    await db.organisation.create({
      data: { id: organisationId, key: id(), ...lists, ...place, sealed: await seal('Organisation', organisationId) },
    });
    const contact = { id: contactId, organisationId, role: 'PARTNER', language: 'fr', createdAt: at };
    await db.contact.create({ data: { ...contact, sealed: await seal('Contact', contactId) } });
    await db.advisor.create({ data: { id: advisorId, contactId, sealed: await seal('Advisor', advisorId) } });
    const help = { kinds: ['LEGAL_AID'], countries: ['QM'], languages: [], ceilingAmount: 2_147_483_647, capacity: 'YES' };
    await db.partner.create({ data: { id: id(), organisationId, contactId, ...help } });
    await db.target.create({ data: { id: targetId, key: id(), kind: 'STATE', language: 'en', sealed: await seal('Target', targetId) } });
    await db.networkKey.create({ data: { id: networkId, purpose: 'MAIL', sealed: await seal('NetworkKey', networkId), createdAt: at } });
    await db.deed.create({ data: { commandId: id(), effects: { n: 1.5, none: null }, at } });
    await db.deed.create({ data: { commandId: id(), at } });
    await addOwnable(tx, null, contactId);
    await signHead(tx);
  });

export type SealedWorld = Awaited<ReturnType<typeof newSealedWorld>>;

/** A desk with something in every sealed column, its keyring in a file, as in a process that runs. */
export async function newSealedWorld(cases = 3) {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'sos-sealed-'));
  const keyringFile = path.join(dir, 'keyring.json');
  await generateKeyringFile(keyringFile);
  const database = await createDatabase();
  const prisma = connect(database.url, 6);
  const store = new Store(prisma, liveKeyring(keyringFile));
  await addNetwork(store);
  const caseIds: string[] = [];
  for (let n = 0; n < cases; n += 1) caseIds.push(await addCase(store));
  return {
    ...{ dir, keyringFile, store, caseIds, database },
    /** what a process at this desk finds in its environment */
    settings: { DATABASE_URL: database.url, KEYRING_FILE: keyringFile },
    addCase: () => addCase(store),
    /** what opens, with the keys as they are in the file now */
    readability: async () => openEverything(prisma, await loadKeyring(keyringFile)),
    /** how many values stand under a key whose id begins so, but is not this one */
    async under(prefix: string, except: string | null = null): Promise<number> {
      let rows = 0;
      for (const column of SEALED_COLUMNS) for (const count of await countsUnder(prisma, column, { prefix, except })) rows += count.rows;
      return rows;
    },
    async stop() {
      await prisma.$disconnect();
      await database.drop();
      await rm(dir, { recursive: true });
    },
  };
}

/** Every table as text, row by row in one order, so that two databases can be compared to the letter. */
export const contentOf = (store: Store): Promise<Record<string, string[]>> =>
  store.prisma.$transaction(async (db) => {
    await inOneForm(db);
    const tables: Record<string, string[]> = {};
    for (const table of await tablesOf(db)) {
      const lines: string[] = [];
      for await (const line of linesOf(db, table)) lines.push(line);
      tables[table.name] = lines.sort();
    }
    return tables;
  });
