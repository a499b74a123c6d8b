import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { connect } from '../../prisma/client.ts';
import { addPerson, findPerson, listPeople } from '../../records/access/staff.ts';
import { createToken, findToken, listTokens, revokeToken } from '../../records/access/tokens.ts';
import { DESK, Store, type Tx } from '../../records/store.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';

const AT = Date.parse('2026-11-22T10:00:00Z');
const LATER = AT + 90 * 24 * 3_600_000;
const keyring = parseKeyring(newKeyringText(new Date(AT)));

let database: TestDatabase;
let store: Store;
const inTx = <T>(work: (tx: Tx) => Promise<T>, at = AT): Promise<T> => store.transact(DESK, at, work);

let number = 0;
const newPerson = (): Promise<string> => {
  number += 1;
  const email = `person-${number}@secretariat.example`;
  return inTx((tx) => addPerson(tx, keyring, { name: 'Ilse Marrek-Duval', email, language: 'fr', backup: true }));
};

beforeAll(async () => {
  database = await createDatabase();
  store = new Store(connect(database.url, 4), keyring);
});
afterAll(async () => {
  await store.prisma.$disconnect();
  await database.drop();
});

describe('a personal token', () => {
  it('finds its holder and role until it ends', async () => {
    const personId = await newPerson();
    const { token, tokenId } = await inTx((tx) => createToken(tx, keyring, { personId, role: 'auditor', expiresAt: LATER }));
    expect(await findToken(store, token, AT)).toEqual({ personId, role: 'auditor', tokenId });
    expect(await findToken(store, token, LATER - 1)).not.toBeNull();
    expect(await findToken(store, token, LATER)).toBeNull();
  });

  it.each([undefined, '', 'sos_', `sos_${'A'.repeat(43)}`, 'A'.repeat(43), `sos_${'A'.repeat(1_000_000)}`])(
    'is nothing but what was given out (case %#)',
    async (text) => {
      expect(await findToken(store, text, AT)).toBeNull();
    },
  );

  it('is dead from the moment it is revoked, and revoked once', async () => {
    const personId = await newPerson();
    const { token, tokenId } = await inTx((tx) => createToken(tx, keyring, { personId, role: 'coordinator', expiresAt: LATER }));
    expect(await inTx((tx) => revokeToken(tx, tokenId))).toBe(true);
    expect(await findToken(store, token, AT)).toBeNull();
    expect(await inTx((tx) => revokeToken(tx, tokenId), AT + 1)).toBe(false);
    const entry = (await listTokens(store.prisma)).find((listed) => listed.tokenId === tokenId);
    expect(entry?.revokedAt).toEqual(new Date(AT));
    const acts = await store.prisma.audit.findMany({ where: { subjectId: tokenId }, orderBy: { seq: 'asc' } });
    expect(acts.map(({ action }) => action)).toEqual(['token.created', 'token.revoked']);
  });

  it('does not outlive its holder’s place in the secretariat', async () => {
    const personId = await newPerson();
    const { token } = await inTx((tx) => createToken(tx, keyring, { personId, role: 'administrator', expiresAt: LATER }));
    await store.prisma.person.update({ where: { id: personId }, data: { disabledAt: new Date(AT) } });
    expect(await findToken(store, token, AT)).toBeNull();
    await expect(inTx((tx) => createToken(tx, keyring, { personId, role: 'auditor', expiresAt: LATER }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('is not made for nobody, nor for the past', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    await expect(inTx((tx) => createToken(tx, keyring, { personId: nobody, role: 'auditor', expiresAt: LATER }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const personId = await newPerson();
    await expect(inTx((tx) => createToken(tx, keyring, { personId, role: 'auditor', expiresAt: AT }))).rejects.toMatchObject({
      code: 'BAD_SHAPE',
    });
    await expect(inTx((tx) => revokeToken(tx, nobody))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is stored nowhere, neither its text nor its bytes', async () => {
    const personId = await newPerson();
    const { token } = await inTx((tx) => createToken(tx, keyring, { personId, role: 'auditor', expiresAt: LATER }));
    const rows = JSON.stringify([await store.prisma.token.findMany(), await store.prisma.audit.findMany({ omit: { seq: true } })]);
    const bytes = Buffer.from(token.slice('sos_'.length), 'base64url');
    for (const spelling of [token.slice('sos_'.length), bytes.toString('hex'), bytes.toString('base64')])
      expect(rows).not.toContain(spelling);
    expect(JSON.stringify(await listTokens(store.prisma))).not.toContain('digest');
  });
});

describe('a person of the secretariat', () => {
  it('is found by the address however it is typed, and is there once', async () => {
    const known = { name: 'Noor Besharat-Lyn', email: 'noor@secretariat.example', language: 'en', backup: false } as const;
    const personId = await inTx((tx) => addPerson(tx, keyring, known));
    expect(await findPerson(store.prisma, keyring, ' NOOR@Secretariat.example ')).toBe(personId);
    await expect(inTx((tx) => addPerson(tx, keyring, { ...known, email: 'Noor@secretariat.example' }))).rejects.toMatchObject({
      code: 'DUPLICATE',
    });
    const listed = (await listPeople(store.prisma, store.seals)).find((person) => person.personId === personId);
    expect(listed).toMatchObject({ ...known, disabledAt: null });
  });

  it('is not made twice by two who do it at once', async () => {
    const known = { name: 'Kofi Lantierra', email: 'kofi@secretariat.example', language: 'en', backup: false } as const;
    const both = await Promise.allSettled([1, 2].map(() => inTx((tx) => addPerson(tx, keyring, known))));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
