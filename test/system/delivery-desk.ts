import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { MailActivities } from '../../activities/contract.ts';
import { type MailDeps, mailActivities, penOf } from '../../activities/mail.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import type { ConsentAsk, ConsentEntry } from '../../domain/consent.ts';
import type { NoticeKind } from '../../domain/notices.ts';
import { COMPRESSED_POLICY } from '../../domain/policies/compressed.ts';
import type { Transport } from '../../mail/transport.ts';
import { connect } from '../../prisma/client.ts';
import { addConsent } from '../../records/cases/consents.ts';
import { addCaseContact, type Card } from '../../records/cases/contacts.ts';
import { type NoticeData, putNotice } from '../../records/mail/outbox.ts';
import { addPolicy } from '../../records/policies.ts';
import { Store } from '../../records/store.ts';
import { createDatabase } from '../support/postgres.ts';

export const ASK: ConsentAsk = { purpose: 'SHARE_WITH_ADVISORY_GROUP', identifiability: 'ROLE_ONLY' };
/** Words of the case that nothing which leaves may hold. */
export const CANARIES = ['Marigold', 'Quillfeather', 'reader-of-the-case'] as const;

const SENDER = { publicUrl: 'https://desk.example.org', from: 'desk@example.org' } as const;

export type Put = {
  readonly kind?: NoticeKind;
  readonly to?: string | null;
  readonly caseId?: string | null;
  readonly needs?: ConsentAsk | null;
  readonly data?: NoticeData;
};

type Batch = Awaited<ReturnType<MailActivities['deliverDue']>>;

/** A desk with records, an outbox and one deliverer, without Temporal around it. */
export type Desk = Awaited<ReturnType<typeof newDesk>>;

export async function newDesk() {
  const database = await createDatabase();
  const prisma = connect(database.url, 10);
  const store = new Store(prisma, parseKeyring(newKeyringText(new Date())));
  const person = randomUUID();
  const inTx = <T>(work: Parameters<typeof store.transact<T>>[2]): Promise<T> => store.transact(person, Date.now(), work);
  await inTx((tx) => addPolicy(tx, COMPRESSED_POLICY));

  const openCase = async (): Promise<{ caseId: string; defenderId: string }> => {
    const caseId = randomUUID();
    const defenderId = await inTx(async (tx) => {
      const base = { id: caseId, state: 'RECEIVED', policyVersion: 1, openedBy: person, openedAt: tx.at };
      await tx.db.case.create({ data: base });
      await store.caseKeys.create(tx.db, caseId, tx.at);
      const card: Card = { name: `${CANARIES[0]} ${CANARIES[1]}`, email: null };
      return addCaseContact(tx, caseId, { role: 'DEFENDER', language: 'en', card });
    });
    return { caseId, defenderId };
  };

  const consent = (caseId: string, personId: string, entry: Partial<ConsentEntry> = {}): Promise<string> =>
    inTx(async (tx) => {
      const id = randomUUID();
      const given: ConsentEntry = {
        id,
        purpose: ASK.purpose,
        recipientId: null,
        identifiability: 'PSEUDONYM',
        basis: 'INFORMED_CONSENT',
        method: 'SIGNED',
        language: 'en',
        explained: [],
        givenBy: personId,
        secondPersonId: null,
        reasonDocumentId: null,
        reviewAt: null,
        validFrom: tx.at.getTime() - 60_000,
        validTo: null,
        withdrawnAt: null,
        ...entry,
      };
      await addConsent(tx, caseId, personId, given);
      return id;
    });

  /** Puts one message into the outbox, to a recipient of its own. Returns the row's id. */
  const put = (what: Put = {}): Promise<string> =>
    inTx(async (tx) => {
      const { kind = 'SIGN_ON_ASKED', to = `${randomUUID()}@example.net`, caseId = null, needs = null } = what;
      const contactId = randomUUID();
      const sealed = await tx.seals.seal('Contact', contactId, null, { name: CANARIES[2], email: to } satisfies Card);
      await tx.db.contact.create({ data: { id: contactId, role: 'SIGNATORY', language: 'en', sealed, createdAt: tx.at } });
      const data = what.data ?? { token: randomUUID(), deadline: Date.UTC(2040, 0, 1) };
      const key = randomUUID();
      await putNotice(tx, { key, kind, contactId, caseId, language: 'en', data, needs });
      return (await tx.db.outbox.findUniqueOrThrow({ where: { key } })).id;
    });

  const activities = (transport: Transport, more: Partial<MailDeps> = {}) =>
    mailActivities({
      store,
      transport,
      ...SENDER,
      messageIdDomain: 'mail.example.org',
      ...more,
    });

  return {
    database,
    store,
    inTx,
    openCase,
    consent,
    put,
    pen: penOf(SENDER),
    activities,
    row: (id: string) => prisma.outbox.findUniqueOrThrow({ where: { id } }),
    /** lets time pass for a row: what it waits for has come */
    due: (id: string) => prisma.outbox.update({ where: { id }, data: { nextAt: new Date(Date.now() - 1_000) } }),
    tasks: (subjectId: string) => prisma.task.findMany({ where: { subjectId } }),
    audited: async (subjectId: string) =>
      (await prisma.audit.findMany({ where: { subjectId }, orderBy: { seq: 'asc' } })).map(({ action }) => action),
    deliver: (transport: Transport, limit = 100, worker = new MockActivityEnvironment(ACTIVITY)): Promise<Batch> =>
      worker.run(activities(transport).deliverDue, { limit }),
    async waitingForLocks(): Promise<number> {
      const [row] = await prisma.$queryRaw<{ n: number }[]>`
        SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return row?.n ?? 0;
    },
    async clear() {
      await prisma.outbox.deleteMany();
    },
    async stop() {
      await prisma.$disconnect();
      await database.drop();
    },
  };
}

/** As the postroom calls it. */
export const ACTIVITY = { startToCloseTimeoutMs: 30 * 60_000, heartbeatTimeoutMs: 30_000 } as const;
