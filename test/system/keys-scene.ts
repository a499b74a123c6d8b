import { randomUUID } from 'node:crypto';
import { newRecipientKeyPair } from '../../crypto/message.ts';
import { toBase64Url } from '../../crypto/sodium.ts';
import { wrapSecret } from '../../crypto/wrapped-secret.ts';
import { LEAST_WRAP_COST } from '../../domain/recipient-key.ts';
import { inviteAnew } from '../../records/keys/key-invitations.ts';
import type { SentKey } from '../../records/keys/offered-key.ts';
import { type Registered, registerKey } from '../../records/keys/recipient-keys-register.ts';
import type { Notice } from '../../records/mail/outbox.ts';
import type { Tx } from '../../records/store.ts';
import type { ApiDesk } from './api-desk.ts';

const one = newRecipientKeyPair();
/** The server cannot look into it, so one wrapped secret serves every key of a test. */
const WRAPPED = toBase64Url(wrapSecret('six plain words of the reader', one, LEAST_WRAP_COST));

export type Sent25519 = Extract<SentKey, { kind: 'X25519' }>;

/** A key as a browser sends it. */
export const browserKey = (): Sent25519 => ({ kind: 'X25519', publicKey: toBase64Url(newRecipientKeyPair().publicKey), wrapped: WRAPPED });

/** People of the network and of cases, with invitations to make keys. */
export const keysScene = (desk: ApiDesk) => {
  const { store, prisma } = desk;
  const inTx = <T>(work: (tx: Tx) => Promise<T>, at = Date.now()): Promise<T> => store.transact(desk.personId, at, work);

  const noticeOf = async (id: string): Promise<Notice> => {
    const row = await prisma.outbox.findUniqueOrThrow({ where: { id } });
    return store.seals.open<Notice>('Outbox', row.id, row.caseId, row.sealed ?? new Uint8Array());
  };

  /** The tail of the link in the last mail of this kind that waits to leave. */
  const tailOf = async (contactId: string, kind: 'KEY_INVITED' | 'KEY_EXPIRES'): Promise<string> => {
    const row = await prisma.outbox.findFirstOrThrow({ where: { contactId, kind, state: 'queued' }, orderBy: { createdAt: 'desc' } });
    return (await noticeOf(row.id)).data.path?.replace('/k/', '') ?? '';
  };

  const invited = async (contactId: string, at = Date.now()): Promise<string> => {
    await inTx((tx) => inviteAnew(tx, contactId, 'TEST'), at);
    return tailOf(contactId, 'KEY_INVITED');
  };

  const people = async (): Promise<readonly string[]> => {
    const where = { role: { in: ['ADVISOR', 'SIGNATORY'] }, active: true };
    return (await prisma.contact.findMany({ where, orderBy: [{ role: 'asc' }, { id: 'asc' }], select: { id: true } })).map(({ id }) => id);
  };
  let next = 0;

  return {
    inTx,
    noticeOf,
    tailOf,
    invited,
    /** somebody who has no part in any test before */
    async member(): Promise<string> {
      const id = (await people())[next];
      next += 1;
      if (id === undefined) throw new Error('There is nobody else in the fictional network.');
      return id;
    },
    async holder(contactId: string, sent: SentKey = browserKey(), at = Date.now()): Promise<{ keyId: string; sent: SentKey }> {
      const done: Registered = await registerKey(store, await invited(contactId, at), sent, at);
      if (done.registered !== 'RECORDED') throw new Error(`not taken: ${done.registered}`);
      const row = await prisma.recipientKey.findFirstOrThrow({ where: { contactId }, orderBy: { createdAt: 'desc' } });
      return { keyId: row.id, sent };
    },
    page: (token: string) => desk.send({ method: 'get', path: `/k/${token}`, role: null }),
    post: (token: string, fields: Record<string, string>, query = '') =>
      desk.send({
        ...{ method: 'post', path: `/k/${token}${query}`, role: null, raw: new URLSearchParams(fields).toString() },
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'idempotency-key': randomUUID() },
      }),
    keysOf: (contactId: string) => prisma.recipientKey.findMany({ where: { contactId }, orderBy: { createdAt: 'asc' } }),
    mailsOf: (contactId: string, kind: string) => prisma.outbox.findMany({ where: { contactId, kind }, orderBy: { createdAt: 'asc' } }),
    auditOf: async (subjectId: string) =>
      (await prisma.audit.findMany({ where: { subjectId }, orderBy: { seq: 'asc' } })).map(({ action }) => action),
  };
};

export type KeysScene = ReturnType<typeof keysScene>;

export const fieldsOf = ({ publicKey, wrapped }: Sent25519): Record<string, string> => ({ step: 'x25519', publicKey, wrapped });
