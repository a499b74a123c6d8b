import {
  defaultPayloadConverter,
  METADATA_ENCODING_KEY,
  type Payload,
  type PayloadCodec,
  type SerializationContext,
} from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../crypto/bytes.ts';
import { newCaseKey } from '../../crypto/case-keys.ts';
import { seal } from '../../crypto/envelope.ts';
import { caseKeyId, type NamedKey } from '../../crypto/key-id.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { caseOfWorkflow, codecServerCodec, type KeySource, payloadCodec } from '../../crypto/payload-codec.ts';
import { SEAL_CODES } from '../../crypto/seal-error.ts';
import { figure } from '../support/figures.ts';
import { everyBitFlipped } from '../support/refusals.ts';

const [CASE, OTHER] = ['00000000-0000-4000-8000-00000000c001', '00000000-0000-4000-8000-00000000c002'] as const;
const [LETTER, LETTER_OF_OTHER] = [`case/${CASE}/letter/1`, `case/${OTHER}/letter/1`] as const;
const keyring = parseKeyring(newKeyringText(new Date('2026-01-02T03:04:05.000Z')));

/** Case keys of several versions, as a case has them after a rotation: the newest seals, all open. */
const caseKeys = new Map<string, NamedKey>();
for (const caseId of [CASE, OTHER]) {
  for (const version of [1, 2]) caseKeys.set(caseKeyId(caseId, version), { id: caseKeyId(caseId, version), key: newCaseKey() });
}

function keysAt(version: number): KeySource {
  return {
    async keyFor(workflowId) {
      const caseId = caseOfWorkflow(workflowId);
      return caseId === null ? keyring.active('desk') : (caseKeys.get(caseKeyId(caseId, version)) ?? keyring.active('desk'));
    },
    byId: async (id) => caseKeys.get(id) ?? keyring.byId(id),
  };
}

const codec = payloadCodec(keysAt(2));
const clear: Payload = defaultPayloadConverter.toPayload({ decision: 'APPROVE' });

function inWorkflow(workflowId: string, namespace = 'default'): SerializationContext {
  return { type: 'workflow', namespace, workflowId };
}

async function sealed(workflowId: string, version = 2): Promise<Payload> {
  const [encoded] = await payloadCodec(keysAt(version)).encode([clear], inWorkflow(workflowId));
  if (encoded === undefined) throw new Error('one payload in, one out');
  return encoded;
}

interface Forgery {
  readonly payload: Payload;
  readonly at: SerializationContext;
}

function labelled(payload: Payload, labels: Readonly<Record<string, string>>): Payload {
  const changed = Object.entries(labels).map(([name, value]) => [name, utf8(value)]);
  return { ...payload, metadata: { ...payload.metadata, ...Object.fromEntries(changed) } };
}

/** The envelope with another key id of the same length written into its header. */
function naming(payload: Payload, from: string, to: string): Payload {
  const data = Buffer.from(payload.data ?? []);
  data.write(to, data.indexOf(from), 'latin1');
  return { ...payload, data: new Uint8Array(data) };
}

/** Every bit of every byte: of the envelope, of each label, and of its name. */
function flipped(payload: Payload): Forgery[] {
  const metadata = payload.metadata ?? {};
  const copies: Payload[] = Array.from(everyBitFlipped(payload.data ?? new Uint8Array()), (data) => ({ ...payload, data }));
  for (const [name, value] of Object.entries(metadata)) {
    for (const copy of everyBitFlipped(value)) copies.push({ ...payload, metadata: { ...metadata, [name]: copy } });
    const { [name]: _, ...others } = metadata;
    copies.push({ ...payload, metadata: others }, { ...payload, metadata: { ...others, [`${name}x`]: value } });
  }
  return copies.map((copy) => ({ payload: copy, at: inWorkflow(LETTER) }));
}

/** Between cases, workflows of a case, the desk and namespaces, with the label left or moved along, or the envelope only. */
async function swapped(): Promise<Forgery[]> {
  const owners = [LETTER, `case/${CASE}`, LETTER_OF_OTHER, `case/${OTHER}`, 'postroom'];
  const forgeries: Forgery[] = [];
  for (const from of owners) {
    const payload = await sealed(from);
    for (const to of owners.filter((owner) => owner !== from)) {
      const there = await sealed(to);
      forgeries.push({ payload, at: inWorkflow(to) });
      forgeries.push({ payload: labelled(payload, { 'sos-workflow': to }), at: inWorkflow(to) });
      forgeries.push({ payload: { ...there, data: payload.data ?? null }, at: inWorkflow(to) });
      forgeries.push({ payload: { ...there, data: payload.data ?? null }, at: inWorkflow(from) });
    }
    forgeries.push({ payload: labelled(payload, { 'sos-namespace': 'other' }), at: inWorkflow(from, 'other') });
    forgeries.push({ payload: labelled(payload, { 'sos-kind': 'report' }), at: inWorkflow(from) });
  }
  return forgeries;
}

async function inPlaintext(): Promise<Forgery[]> {
  const payload = await sealed(LETTER);
  const encodings = ['json/plain', 'binary/null', 'binary/plain', 'json/protobuf', 'binary/encrypted', ''];
  const bodies = [clear.data, undefined, new Uint8Array(), utf8('{}'), clear.metadata?.[METADATA_ENCODING_KEY]];
  const payloads = encodings.flatMap((encoding) =>
    bodies.flatMap((data) => [labelled({ data: data ?? null }, { encoding }), labelled({ ...payload, data: data ?? null }, { encoding })]),
  );
  return [clear, {}, { ...clear, metadata: payload.metadata ?? null }, ...payloads].map((each) => ({
    payload: each,
    at: inWorkflow(LETTER),
  }));
}

async function underOtherKeys(): Promise<Forgery[]> {
  const payload = await sealed(LETTER);
  const own = caseKeyId(CASE, 2);
  const place = { table: 'temporal', column: 'payload', row: LETTER, version: 1, owner: 'default' };
  const stranger = (id: string) => ({ ...payload, data: seal({ id, key: newCaseKey() }, place, utf8('x')) });
  const known = [...caseKeys.values()].filter(({ id }) => !id.startsWith(`case:${CASE}:`));
  const named = [caseKeyId(CASE, 1), caseKeyId(CASE, 9), caseKeyId(OTHER, 2), caseKeyId(OTHER, 9)].map((id) => naming(payload, own, id));
  return [
    ...named,
    ...[own, caseKeyId(CASE, 7), caseKeyId(OTHER, 2), 'desk:1', 'desk:9', 'wrap:1', 'directory:1'].map(stranger),
    ...[...known, keyring.active('desk'), keyring.active('wrap')].map((key) => ({ ...payload, data: seal(key, place, utf8('x')) })),
  ].map((each) => ({ payload: each, at: inWorkflow(LETTER) }));
}

/** How many are opened. Anything but a refusal from the closed list is a fault of the program, and is thrown. */
async function opened(by: PayloadCodec, forgeries: readonly Forgery[]): Promise<number> {
  let count = 0;
  for (const { payload, at } of forgeries) {
    try {
      await by.decode([payload], at);
      count += 1;
    } catch (error) {
      const { code } = error as { code?: string };
      if (!SEAL_CODES.some((known) => known === code)) throw error;
    }
  }
  return count;
}

describe('a forged payload', () => {
  test.each<[string, () => Promise<Forgery[]> | Forgery[]]>([
    ['with a changed bit', async () => flipped(await sealed(LETTER))],
    ['swapped between cases, workflows and namespaces', swapped],
    ['replaced by plaintext', inPlaintext],
    ['under an unknown or foreign key id', underOtherKeys],
  ])('%s is never accepted', async (kind, forge) => {
    const forgeries = await forge();
    const value = await opened(codec, forgeries);
    expect(figure({ name: `payloads accepted ${kind}`, value, unit: `of ${forgeries.length}`, bound: '== 0', seed: null })).toBe(true);
  });

  test('would be counted: a codec that is not told the workflow takes swapped ones, one without the seal takes plaintext', async () => {
    const unbound = codecServerCodec(keysAt(2), 'default');
    expect(await opened(unbound, await swapped())).toBeGreaterThan(0);
    const trusting: PayloadCodec = { encode: async (payloads) => payloads, decode: async (payloads) => payloads };
    const plain = await inPlaintext();
    expect(await opened(trusting, plain)).toBe(plain.length);
    const whole = [LETTER, LETTER_OF_OTHER, 'postroom'].map(async (at) => ({ payload: await sealed(at), at: inWorkflow(at) }));
    expect(await opened(codec, await Promise.all(whole))).toBe(3);
  });

  test('is not what was sealed under an older version of the key of its case: that still opens', async () => {
    for (const version of [1, 2]) expect(await codec.decode([await sealed(LETTER, version)], inWorkflow(LETTER))).toMatchObject([clear]);
  });
});
