import { config, enums, generateKey, type PrivateKey, type PublicKey, readKey, readPrivateKey, reformatKey, revokeKey } from 'openpgp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, type KeyFault } from '../../domain/recipient-key.ts';
import { readCertificate } from '../../records/keys/openpgp-certificate.ts';
import { usableKeys } from '../../records/keys/recipient-keys.ts';
import { registerKey } from '../../records/keys/recipient-keys-register.ts';
import certificates from '../data/certificates.json' with { type: 'json' };
import { figure } from '../support/figures.ts';
import { type ApiDesk, newApiDesk } from './api-desk.ts';
import { type KeysScene, keysScene } from './keys-scene.ts';

const NOW = Date.now();
const WHO = [{ name: 'Reader', email: 'reader@example.net' }];
/** Certificates of nobody, made with GnuPG: old and foreign methods that the library at hand would not make. */
const STORED: Readonly<Record<'rsa1024' | 'rsa2048' | 'rsa3072' | 'elgamal' | 'secp256k1' | 'brainpool', string>> = certificates;
const WEAK = { minRSABits: 512, rejectCurves: new Set<never>(), rejectPublicKeyAlgorithms: new Set<never>() };

type Made = { readonly publicKey: PublicKey; readonly privateKey: PrivateKey; readonly revocationCertificate: string };
const make = (options: Partial<Parameters<typeof generateKey>[0]> = {}): Promise<Made> =>
  generateKey({ userIDs: WHO, ...options, format: 'object' } as never) as unknown as Promise<Made>;

let plain: Made;
beforeAll(async () => {
  plain = await make();
});

const fault = async (certificate: string, at = Date.now() + 2_000): Promise<KeyFault | 'TAKEN'> => {
  const read = await readCertificate(certificate, at);
  return 'fault' in read ? read.fault : 'TAKEN';
};

/** What a sender could never encrypt to safely, or should never have been sent. */
const BAD: readonly (readonly [string, KeyFault, () => Promise<string>])[] = [
  ['a secret key', 'SECRET_KEY', async () => plain.privateKey.armor()],
  ['a secret key after a public one', 'SECRET_KEY', async () => plain.publicKey.armor() + plain.privateKey.armor()],
  ['a secret key called a public one', 'SECRET_KEY', async () => plain.privateKey.armor().replaceAll('PRIVATE', 'PUBLIC')],
  ['nothing', 'UNREADABLE', async () => ''],
  ['a page of words', 'UNREADABLE', async () => 'my key is on the key server'],
  ['an armour cut in the middle', 'UNREADABLE', async () => plain.publicKey.armor().slice(0, 400)],
  ['an armour of other bytes', 'UNREADABLE', async () => armour(Buffer.alloc(300, 0x99))],
  ['two certificates in one block', 'NOT_ONE_CERTIFICATE', async () => twoInOne()],
  ['two blocks', 'NOT_ONE_CERTIFICATE', async () => plain.publicKey.armor() + (await make()).publicKey.armor()],
  ['words around the block', 'NOT_ONE_CERTIFICATE', async () => `Here it is:\n${plain.publicKey.armor()}`],
  ['no encryption key', 'NO_ENCRYPTION', async () => (await make({ subkeys: [{ sign: true }] })).publicKey.armor()],
  ['an expired key', 'EXPIRED', async () => aged(30, 10)],
  ['a key that ends tomorrow', 'ENDS_SOON', async () => aged(30, 31)],
  ['a key revoked with its own certificate', 'REVOKED', async () => revoked()],
  ['RSA of 1024 bits', 'TOO_WEAK', async () => STORED.rsa1024],
  ['DSA and ElGamal', 'TOO_WEAK', async () => STORED.elgamal],
  ['the curve secp256k1', 'UNKNOWN_METHOD', async () => STORED.secp256k1],
  ['the curve brainpoolP256r1', 'UNKNOWN_METHOD', async () => STORED.brainpool],
  ['a good key with a weak subkey beside', 'TOO_WEAK', async () => besideWeak()],
  ['a subkey that belongs to somebody else', 'NO_ENCRYPTION', async () => borrowed()],
  ['more than 64 KiB', 'TOO_LARGE', async () => plain.publicKey.armor() + ' '.repeat(64 * 1024)],
];

const armour = (bytes: Buffer): string =>
  `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${bytes.toString('base64')}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
const twoInOne = async (): Promise<string> => {
  const other = await make();
  return armour(Buffer.concat([plain.publicKey.write(), other.publicKey.write()]));
};
const aged = async (madeDaysAgo: number, livesDays: number): Promise<string> =>
  (await make({ date: new Date(NOW - madeDaysAgo * DAY_MS), keyExpirationTime: livesDays * 86_400 })).publicKey.armor();
const revoked = async (): Promise<string> => {
  const { publicKey, revocationCertificate } = await make({ date: new Date(NOW - DAY_MS) });
  return (await revokeKey({ key: publicKey, revocationCertificate, date: new Date(NOW - 1_000), format: 'object' })).publicKey.armor();
};
const besideWeak = async (): Promise<string> => {
  const strong = await make();
  const both = await strong.privateKey.addSubkey({ type: 'rsa', rsaBits: 1_024, config: { ...config, ...WEAK } } as never);
  return both.toPublic().armor();
};
/** Somebody who grafts their own encryption key onto another’s certificate. */
const borrowed = async (): Promise<string> => {
  const [mine, theirs] = [await make(), await make()];
  const key = await readKey({ armoredKey: theirs.publicKey.armor() });
  key.subkeys = mine.publicKey.subkeys;
  return key.armor();
};

describe('a certificate that is offered', () => {
  it('is refused, with the reason, where it is not one that mail can be encrypted to', async () => {
    const told = [];
    for (const [name, expected, certificate] of BAD) told.push([name, expected, await fault(await certificate())] as const);
    expect(told.map(([name, , got]) => [name, got])).toEqual(told.map(([name, expected]) => [name, expected]));
    const accepted = told.filter(([, , got]) => got === 'TAKEN').length;
    expect(figure({ name: 'key.bad-certificates-accepted', value: accepted, unit: 'certificates', bound: '== 0', seed: null })).toBe(true);
  });

  it.each([
    ['Curve25519', {}, false],
    ['version 6 keys', { config: { v6Keys: true } }, false],
    ['NIST P-256', { type: 'ecc', curve: 'nistP256' }, false],
    ['RSA of 3072 bits, from GnuPG', STORED.rsa3072, false],
    ['RSA of 2048 bits, for some time yet', STORED.rsa2048, true],
  ])('is taken (twin): %s', async (_name, stored, weak) => {
    const armored = typeof stored === 'string' ? stored : (await make(stored as never)).publicKey.armor();
    const fingerprint = (await readKey({ armoredKey: armored })).getFingerprint();
    expect(await readCertificate(armored, Date.now() + 2_000)).toMatchObject({ fingerprint, weak, expiresAt: null });
  });

  it('is kept without what others have signed into it, and ends with its last encryption key', async () => {
    const [other, mine] = [await make(), await make({ date: new Date(NOW - DAY_MS), subkeys: [{}, {}], keyExpirationTime: 90 * 86_400 })];
    const certified = await mine.publicKey.signAllUsers([other.privateKey]);
    expect(certified.users[0]?.otherCertifications).toHaveLength(1);
    const read = await readCertificate(certified.armor(), NOW);
    if ('fault' in read) throw new Error(read.fault);
    const kept = await readKey({ armoredKey: read.certificate });
    expect([kept.users[0]?.otherCertifications.length, kept.isPrivate(), kept.subkeys.length]).toEqual([0, false, 2]);
    expect(Math.abs((read.expiresAt ?? 0) - (NOW + 89 * DAY_MS))).toBeLessThan(5_000);
  });

  it('does not lose a revocation to an older copy', async () => {
    const made = await make({ date: new Date(NOW - 2 * DAY_MS), subkeys: [{}, {}] });
    const secret = await readPrivateKey({ armoredKey: made.privateKey.armor() });
    const [gone] = secret.subkeys;
    if (gone === undefined) throw new Error('no subkey');
    const flag = enums.reasonForRevocation.keyCompromised;
    secret.subkeys[0] = await gone.revoke(secret.keyPacket as never, { flag }, new Date(NOW - DAY_MS));
    const held = await readCertificate(secret.toPublic().armor(), NOW);
    if ('fault' in held) throw new Error(held.fault);
    const older = await readCertificate(made.publicKey.armor(), NOW, held.certificate);
    if ('fault' in older) throw new Error(older.fault);
    const usable = async (armoredKey: string) => {
      const key = await readKey({ armoredKey });
      const tried = await Promise.allSettled(key.subkeys.map((part) => key.getEncryptionKey(part.getKeyID(), new Date(NOW))));
      return tried.map(({ status }) => status === 'fulfilled');
    };
    expect([await usable(older.certificate), await usable(made.publicKey.armor())]).toEqual([
      [false, true],
      [true, true],
    ]);
  });
});

describe('a certificate that is registered', () => {
  let desk: ApiDesk;
  let scene: KeysScene;
  beforeAll(async () => {
    desk = await newApiDesk();
    scene = keysScene(desk);
  });
  afterAll(() => desk.stop());

  it('comes by the page, and is never the secret half', async () => {
    const contactId = await scene.member();
    const token = await scene.invited(contactId);
    const refused = await scene.post(token, { step: 'openpgp', certificate: plain.privateKey.armor() }, '?lang=en');
    const page = await refused.text();
    expect([refused.status, page.includes('role="alert"'), page.includes(plain.privateKey.armor().slice(60, 100))]).toEqual([
      422,
      true,
      false,
    ]);
    const taken = await scene.post(token, { step: 'openpgp', certificate: plain.publicKey.armor() });
    expect(taken.status).toBe(200);
    expect(await scene.keysOf(contactId)).toMatchObject([{ kind: 'OPENPGP', state: 'ACTIVE', expiresAt: null }]);
  });

  it('is prolonged by its holder, at once and without a change of keys, but by nobody’s copy', async () => {
    const contactId = await scene.member();
    const made = await make({ date: new Date(NOW - 20 * DAY_MS), keyExpirationTime: 40 * 86_400 });
    const { keyId } = await scene.holder(contactId, { kind: 'OPENPGP', certificate: made.publicKey.armor() });
    await desk.prisma.recipientKey.update({ where: { id: keyId }, data: { verifiedAt: new Date(NOW), verifiedBy: desk.personId } });
    const date = new Date(NOW - DAY_MS);
    const longer = await reformatKey({
      privateKey: made.privateKey,
      userIDs: WHO,
      keyExpirationTime: 400 * 86_400,
      date,
      format: 'object',
    });
    const renewed = await registerKey(
      ...([desk.store, await scene.invited(contactId)] as const),
      { kind: 'OPENPGP', certificate: longer.publicKey.armor() },
      Date.now(),
    );
    expect(renewed).toMatchObject({ registered: 'RECORDED', pending: false });
    const [before, after] = await scene.keysOf(contactId);
    expect([before?.endedFor, after?.state, after?.verifiedBy]).toEqual(['REPLACED', 'ACTIVE', desk.personId]);
    expect((after?.expiresAt?.getTime() ?? 0) - NOW).toBeGreaterThan(300 * DAY_MS);
    const stranger = await scene.holder(contactId, { kind: 'OPENPGP', certificate: (await make()).publicKey.armor() });
    expect((await desk.prisma.recipientKey.findUniqueOrThrow({ where: { id: stranger.keyId } })).state).toBe('PENDING');
  });

  /** How a certificate comes back that was heard once and then ended in some way; `madeAnew`: prolonged by its holder. */
  const back = async (data: object, madeAnew = false) => {
    const contactId = await scene.member();
    const made = await make({ date: new Date(NOW - 20 * DAY_MS), keyExpirationTime: 60 * 86_400 });
    const { keyId } = await scene.holder(contactId, { kind: 'OPENPGP', certificate: made.publicKey.armor() });
    const heard = { verifiedAt: new Date(NOW), verifiedBy: desk.personId };
    await desk.prisma.recipientKey.update({ where: { id: keyId }, data: { state: 'ENDED', endedAt: new Date(NOW), ...heard, ...data } });
    const longer = { privateKey: made.privateKey, userIDs: WHO, keyExpirationTime: 400 * 86_400, date: new Date(NOW - DAY_MS) };
    const { publicKey } = madeAnew ? await reformatKey({ ...longer, format: 'object' }) : made;
    const sent = { kind: 'OPENPGP', certificate: publicKey.armor() } as const;
    const done = await registerKey(desk.store, await scene.invited(contactId), sent, Date.now());
    const { keys } = await usableKeys({ db: desk.prisma, seals: desk.store.seals }, contactId, Date.now());
    const rows = await scene.keysOf(contactId);
    const how = done.registered === 'REFUSED' ? done.fault : rows.length === 2 ? (rows.at(-1)?.state ?? '') : done.registered;
    return { how, usable: keys.length, heard: keys.filter(({ verified }) => verified).length };
  };

  it('comes back as a change, or not at all, when it was ended: the mailbox alone brings no key to life', async () => {
    const ended = await Promise.all(
      ['REPLACED', 'LOST', 'WITHDRAWN', 'UNSAFE', 'NOT_THEIRS'].map(async (endedFor) => [endedFor, await back({ endedFor })] as const),
    );
    expect(ended.map(([endedFor, { how }]) => [endedFor, how])).toEqual([
      ['REPLACED', 'PENDING'],
      ...['LOST', 'WITHDRAWN', 'UNSAFE', 'NOT_THEIRS'].map((endedFor) => [endedFor, 'KNOWN_KEY']),
    ]);
    const expired = { endedFor: 'EXPIRED', expiresAt: new Date(NOW + 41 * DAY_MS) };
    const copies = [await back(expired), await back({ ...expired, activeAt: null, verifiedAt: null }, true)];
    expect(copies.map(({ how }) => how)).toEqual(['PENDING', 'PENDING']);
    const usable = [...ended.map(([, one]) => one), ...copies].reduce((sum, one) => sum + one.usable, 0);
    expect(figure({ name: 'key.ended-certificates-active-again', value: usable, unit: 'keys', bound: '== 0', seed: null })).toBe(true);
    expect(await back(expired, true), 'twin: one that only its holder can have prolonged').toEqual({ how: 'ACTIVE', usable: 1, heard: 1 });
  });

  it('is not even read where the invitation is spent, but for whoever sends the same again', async () => {
    const token = await scene.invited(await scene.member());
    const sent = { kind: 'OPENPGP', certificate: plain.publicKey.armor() } as const;
    const send = (certificate: string) => registerKey(desk.store, token, { kind: 'OPENPGP', certificate }, Date.now());
    expect(await send(sent.certificate)).toMatchObject({ registered: 'RECORDED' });
    expect(await send(sent.certificate)).toMatchObject({ registered: 'REPEATED', fingerprint: plain.publicKey.getFingerprint() });
    for (const other of [(await make()).publicKey.armor(), 'nothing', plain.privateKey.armor()])
      expect(await send(other)).toEqual({ registered: 'GONE' });
  });
});
