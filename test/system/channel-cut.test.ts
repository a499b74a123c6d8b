import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addConsent } from '../../records/cases/consents.ts';
import { withdrawConsent } from '../../records/cases/withdrawal.ts';
import { putNotice } from '../../records/mail/outbox.ts';
import { answersTo, findLink } from '../../records/questions/answers.ts';
import { landAnswer } from '../../records/questions/landing.ts';
import { figure } from '../support/figures.ts';
import { CaseAtHand, type Json, read } from './api-case.ts';
import type { ApiDesk } from './api-desk.ts';
import { SAMPLES } from './api-samples.ts';
import { type KeysScene, keysScene } from './keys-scene.ts';

let at: CaseAtHand;
let desk: ApiDesk;
let scene: KeysScene;

beforeAll(async () => {
  at = await CaseAtHand.begin();
  desk = at.desk;
  scene = keysScene(desk);
});
afterAll(() => desk.stop());
beforeEach(async () => {
  await at.next();
  await address('reader@correo-seguro.example');
});

const HOUR = 3_600_000;
const reason = 'Somebody else reads the mailbox.';
const address = (email: string | null, more: Json = {}) => at.put(`/persons/${at.defender}`, { email, ...more });
const opens = async (token: string): Promise<number> => ((await findLink(desk.store, token, Date.now())) === null ? 0 : 1);
const waiting = (key: string) => desk.prisma.outbox.findMany({ where: { key: { startsWith: key }, state: 'queued' } });

/** A sealed message that somebody was sent; returns its id. */
const message = async (contactId: string): Promise<string> => {
  const [id, outboxId] = [randomUUID(), randomUUID()];
  const base = { id, outboxId, contactId, caseId: at.caseId, digest: outboxId, sealed: new Uint8Array(8) };
  await desk.prisma.sealedMessage.create({ data: { ...base, createdAt: new Date(), expiresAt: new Date(Date.now() + HOUR) } });
  return id;
};
const isClosed = async (id: string) => (await desk.prisma.sealedMessage.findUniqueOrThrow({ where: { id } })).revokedAt !== null;
const end = async (keyId: string, ending: string) => {
  const path = `/persons/${at.defender}/keys/${keyId}/ending`;
  return (await at.post(path, { reason: ending })).status;
};

describe('the end of a key', () => {
  it('of somebody else takes along what was sealed to it, and what came since waits for the word of the person', async () => {
    const { keyId } = await scene.holder(at.defender, undefined, Date.now() - HOUR);
    const [answered, open, before] = [await at.ask('REVIEW'), await at.ask('REVIEW'), await at.ask('REVIEW')];
    const land = ({ invitationId, questionId, contactId }: typeof answered, when: number) =>
      desk.store.transact(`contact:${contactId}`, when, (tx) =>
        landAnswer(tx, { id: invitationId, questionId, contactId }, { choice: 'BETTER' }),
      );
    await land(answered, Date.now());
    await land(before, Date.now() - 2 * HOUR);
    const sealed = await message(at.defender);
    desk.door.calls.length = 0;
    expect(await end(keyId, 'NOT_THEIRS')).toBe(204);
    const counted = async ({ questionId }: typeof answered) =>
      (await answersTo(desk.prisma, desk.store.seals, questionId)).all.filter(({ answer }) => answer !== null).length;
    const left = (await opens(answered.token)) + (await opens(open.token)) + (await counted(answered)) + ((await isClosed(sealed)) ? 0 : 1);
    const name = 'key.impostor-ended-but-of-effect';
    expect(figure({ name, value: left, unit: 'links, answers and messages', bound: '== 0', seed: null })).toBe(true);
    expect(await counted(before), 'twin: what came before counts').toBe(1);
    expect(desk.door.calls).toContain('tell');
    // the answer of the impostor leaves the question open: it is asked anew like the other, and waits for a key that is confirmed
    for (const { invitationId } of [answered, open]) expect(await waiting(`REVIEW_ASKED:${invitationId}:`)).toHaveLength(1);
    expect(await waiting(`REVIEW_ASKED:${before.invitationId}:`)).toHaveLength(0);
    expect((await scene.keysOf(at.defender))[0]).toMatchObject({ state: 'ENDED', endedFor: 'NOT_THEIRS' });
    expect(await desk.prisma.keyInvitation.count({ where: { contactId: at.defender, spentAt: null, revokedAt: null } })).toBe(1);
  });

  it('puts answers aside also where the channel was closed before, and for a certificate since it first came', async () => {
    const { keyId } = await scene.holder(at.defender);
    const asked = await at.ask('REVIEW');
    await at.say(asked, { choice: 'BETTER' });
    await at.post(`/persons/${at.defender}/unsafe`, { reason });
    const told = () => desk.prisma.answer.count({ where: { invitationId: asked.invitationId, quarantinedAt: { not: null } } });
    expect(await told()).toBe(0);
    expect(await end(keyId, 'NOT_THEIRS')).toBe(204);
    expect(await told()).toBe(1);
  });

  it('takes it along whatever the reason where nobody had confirmed the key, and not where somebody had', async () => {
    const living: Record<string, number[]> = { unconfirmed: [], confirmed: [] };
    for (const ending of ['WITHDRAWN', 'REPLACED']) {
      for (const kind of ['unconfirmed', 'confirmed']) {
        await at.next();
        await address('reader@correo-seguro.example');
        const { keyId } = await scene.holder(at.defender);
        if (kind === 'confirmed') await desk.prisma.recipientKey.update({ where: { id: keyId }, data: { verifiedAt: new Date() } });
        const asked = await at.ask('REVIEW');
        const sealed = await message(at.defender);
        expect(await end(keyId, ending)).toBe(204);
        living[kind]?.push((await opens(asked.token)) + ((await isClosed(sealed)) ? 0 : 1));
        expect(await waiting(`REVIEW_ASKED:${asked.invitationId}:`)).toHaveLength(kind === 'unconfirmed' ? 1 : 0);
      }
    }
    const sum = (kind: string): number => (living[kind] ?? []).reduce((a, b) => a + b, 0);
    const unit = 'links and messages';
    expect(figure({ name: 'key.unconfirmed-ended-but-of-effect', value: sum('unconfirmed'), unit, bound: '== 0', seed: null })).toBe(true);
    expect(sum('confirmed'), 'twin: of a confirmed key they live on').toBe(4);
  });
});

describe('plain links that a person no longer chooses', () => {
  it('die, and what is open is asked anew, sealed', async () => {
    await address('reader@correo-seguro.example', { choseLinks: true });
    const asked = await at.ask('REVIEW');
    await address('reader@correo-seguro.example', { choseLinks: true });
    expect(await opens(asked.token), 'twin: as long as they choose them, they open').toBe(1);
    await at.put(`/persons/${at.defender}`, { choseLinks: false });
    const value = await opens(asked.token);
    expect(figure({ name: 'channel.links-not-chosen-that-open', value, unit: 'links', bound: '== 0', seed: null })).toBe(true);
    expect(await waiting(`REVIEW_ASKED:${asked.invitationId}:`)).toHaveLength(1);
  });
});

describe('a mail that nobody can read any more', () => {
  /** Damages one mail of two, as a fault of the disk would. */
  const damaged = async (contactId: string, token: string): Promise<{ bad: string; good: string }> => {
    const put = (needs: 'FULL_NAME' | null) =>
      at.inTx(async (tx) => {
        const key = randomUUID();
        const ask = needs === null ? null : { purpose: 'SHARE_WITH_ADVISORY_GROUP' as const, identifiability: needs };
        await putNotice(tx, {
          ...{ key, kind: 'REVIEW_ASKED', contactId, caseId: at.caseId, language: 'en', needs: ask },
          data: needs === null ? {} : { token },
        });
        return (await tx.db.outbox.findUniqueOrThrow({ where: { key } })).id;
      });
    const [bad, good] = [await put(null), await put('FULL_NAME')];
    await desk.prisma.$executeRaw`
      UPDATE "Outbox" SET sealed = set_byte(sealed, length(sealed) - 1, get_byte(sealed, length(sealed) - 1) # 1) WHERE id = ${bad}::uuid`;
    return { bad, good };
  };
  const stateOf = async (id: string) => (await desk.prisma.outbox.findUniqueOrThrow({ where: { id } })).state;

  it('stops no act that protects somebody: it is void, and noted', async () => {
    const acts: Readonly<Record<string, () => Promise<unknown>>> = {
      unsafe: () => at.post(`/persons/${at.defender}/unsafe`, { reason }),
      'a changed address': () => address('elsewhere@correo-seguro.example'),
      withdrawal: async () => {
        const consent = { ...(SAMPLES['recordConsent'] as Json), personId: at.defender, identifiability: 'FULL_NAME' };
        const consentId = randomUUID();
        const entry = { ...consent, id: consentId, validFrom: Date.now() - HOUR, withdrawnAt: null, reasonDocumentId: null } as never;
        await at.inTx((tx) => addConsent(tx, at.caseId, at.defender, entry));
        const order = { commandId: randomUUID(), by: desk.personId, at: Date.now(), caseId: at.caseId, consentId };
        return withdrawConsent(desk.store, order);
      },
    };
    let failed = 0;
    for (const [name, act] of Object.entries(acts)) {
      await at.next();
      await address('reader@correo-seguro.example');
      const { bad, good } = await damaged(at.defender, 'x');
      const done = await act().catch(() => null);
      if (done === null || (done instanceof Response && done.status >= 300)) failed += 1;
      expect([await stateOf(bad), await stateOf(good)], name).toEqual(['cancelled', 'cancelled']);
      expect(await scene.auditOf(bad)).toEqual(['mail.cancelled']);
    }
    const name = 'channel.protections-stopped-by-a-damaged-mail';
    expect(figure({ name, value: failed, unit: `of ${Object.keys(acts).length} acts`, bound: '== 0', seed: null })).toBe(true);
  });

  it('nor does a damaged answer', async () => {
    const [asked, other] = [await at.ask('REVIEW'), await at.ask('REVIEW')];
    for (const one of [asked, other]) await at.say(one, { choice: 'BETTER' });
    await desk.prisma.$executeRaw`
      UPDATE "Answer" SET sealed = set_byte(sealed, length(sealed) - 1, get_byte(sealed, length(sealed) - 1) # 1)
      WHERE "invitationId" = ${asked.invitationId}::uuid`;
    const since = new Date(Date.now() - HOUR).toISOString();
    expect((await at.post(`/persons/${at.defender}/unsafe`, { reason, since })).status).toBe(200);
    const where = { invitationId: { in: [asked.invitationId, other.invitationId] }, quarantinedAt: { not: null } };
    expect(await desk.prisma.answer.count({ where })).toBe(2);
  });
});

describe('a mailbox that serves several tasks', () => {
  const asAdmin = (contactId: string, act: 'unsafe' | 'safe') =>
    desk.send({ method: 'post', path: `/v1/contacts/${contactId}/${act}`, role: 'administrator', body: { reason } });
  const unsafe = async (ids: readonly string[]) =>
    (await desk.prisma.contact.findMany({ where: { id: { in: [...ids] }, unsafeSince: { not: null } } })).length;

  it('is marked for all of them, and cleared for all of them', async () => {
    const [first, second, other] = [await scene.member(), await scene.member(), await scene.member()];
    const { emailIndex } = await desk.prisma.contact.findUniqueOrThrow({ where: { id: first } });
    await desk.prisma.contact.update({ where: { id: second }, data: { emailIndex } });
    const asked = await at.ask('SIGN_ON', { contactId: second });
    const elsewhere = await at.ask('SIGN_ON', { contactId: other });
    const told = await read(asAdmin(first, 'unsafe'));
    expect(told['hint']).toEqual(expect.stringContaining('People of cases'));
    const acting = await opens(asked.token);
    expect(figure({ name: 'channel.unsafe-mailbox-links-of-other-tasks', value: acting, unit: 'links', bound: '== 0', seed: null })).toBe(
      true,
    );
    expect([await opens(elsewhere.token), await unsafe([first, second, other])], 'twin: another mailbox is another matter').toEqual([1, 2]);
    const tasks = (kind: string) => desk.prisma.task.count({ where: { kind, subjectId: { in: [first, second] }, doneAt: null } });
    expect([await tasks('CHANNEL_UNSAFE'), await tasks('MAILBOX_ELSEWHERE')]).toEqual([2, 1]);
    expect((await asAdmin(second, 'safe')).status).toBe(204);
    expect([await unsafe([first, second]), await tasks('CHANNEL_UNSAFE'), await tasks('MAILBOX_ELSEWHERE')]).toEqual([0, 0, 0]);
  });

  it('cannot be found from a case: somebody has to think of it, and is told', async () => {
    const told = await read(at.post(`/persons/${at.defender}/unsafe`, { reason }));
    expect(told['hint']).toEqual(expect.stringContaining('have it marked there too'));
    const where = { kind: 'MAILBOX_ELSEWHERE', subjectId: at.defender, caseId: at.caseId, doneAt: null };
    expect(await desk.prisma.task.count({ where })).toBe(1);
  });
});
