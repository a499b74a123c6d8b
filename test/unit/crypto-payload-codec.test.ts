import { defaultPayloadConverter, METADATA_ENCODING_KEY, type Payload, type SerializationContext } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../crypto/bytes.ts';
import { seal } from '../../crypto/envelope.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { caseOfWorkflow, codecServerCodec, type KeySource, payloadCodec } from '../../crypto/payload-codec.ts';
import { figure } from '../support/figures.ts';
import { memoryKeys } from '../support/memory-keys.ts';

const CASE = '00000000-0000-4000-8000-00000000c001';
const OTHER = '00000000-0000-4000-8000-00000000c002';
const LETTER = `case/${CASE}/letter/00000000-0000-4000-8000-00000000a001`;
const keyring = parseKeyring(newKeyringText(new Date('2026-01-02T03:04:05.000Z')));
const keys = memoryKeys(keyring);
const codec = payloadCodec(keys);

function inWorkflow(workflowId: string, namespace = 'default'): SerializationContext {
  return { type: 'workflow', namespace, workflowId };
}

function inActivity(workflowId: string): SerializationContext {
  return { type: 'activity', namespace: 'default', activityId: '1', workflowId, isLocal: false };
}

const clear: Payload = defaultPayloadConverter.toPayload({ decision: 'APPROVE', canary: 'canary-in-payload' });
const wholeText = (payload: Payload) =>
  Buffer.concat([...Object.values(payload.metadata ?? {}), payload.data ?? new Uint8Array()]).toString('latin1');

async function sealed(workflowId: string, payload: Payload = clear): Promise<Payload> {
  const [encoded] = await codec.encode([payload], inWorkflow(workflowId));
  if (encoded === undefined) throw new Error('one payload in, one out');
  return encoded;
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'accepted',
    (error) => error?.code ?? String(error),
  );
}

describe('the payload codec', () => {
  test.each([`case/${CASE}`, LETTER, 'postroom', 'sweep'])(
    'opens what it sealed for %s, in workflow and activity alike',
    async (workflowId) => {
      const encoded = await sealed(workflowId);
      expect(wholeText(encoded)).not.toContain('canary');
      expect(await codec.decode([encoded], inWorkflow(workflowId))).toMatchObject([clear]);
      expect(await codec.decode([encoded], inActivity(workflowId))).toMatchObject([clear]);
    },
  );

  test('seals empty payloads too: null and undefined do not show', async () => {
    const sizes = new Set<number>();
    for (const value of [null, undefined, 0, '', 'APPROVE', { any: ['thing'] }, new Uint8Array()]) {
      const encoded = await sealed(LETTER, defaultPayloadConverter.toPayload(value));
      sizes.add(encoded.data?.length ?? 0);
      expect(encoded.metadata?.[METADATA_ENCODING_KEY]).toEqual(utf8('binary/encrypted'));
      const [opened] = await codec.decode([encoded], inWorkflow(LETTER));
      expect(defaultPayloadConverter.fromPayload(opened as Payload)).toEqual(value);
    }
    expect(sizes.size).toBe(1);
  });

  test('needs no context for nothing', async () => {
    expect(await codec.encode([])).toEqual([]);
    expect(await codec.decode([])).toEqual([]);
  });

  test('refuses a payload in the clear', async () => {
    expect(await refusal(codec.decode([clear], inWorkflow(LETTER)))).toBe('plaintext');
    expect(await refusal(codec.decode([{}], inWorkflow(LETTER)))).toBe('plaintext');
    expect(await refusal(codec.decode([await sealed(LETTER), clear], inWorkflow(LETTER)))).toBe('plaintext');
  });

  test('refuses to seal or open without knowing the workflow', async () => {
    const standalone: SerializationContext = { type: 'activity', namespace: 'default', activityId: '1', isLocal: false };
    for (const context of [undefined, standalone, inWorkflow(''), inWorkflow(LETTER, '')]) {
      expect(await refusal(codec.encode([clear], context))).toBe('context');
      expect(await refusal(codec.decode([await sealed(LETTER)], context))).toBe('context');
    }
  });

  test('refuses a payload moved to another workflow, case or namespace, even when its label moves along', async () => {
    const targets = [inWorkflow(`case/${CASE}`), inWorkflow(`case/${OTHER}`), inWorkflow('postroom'), inWorkflow(LETTER, 'other')];
    let taken = 0;
    for (const source of [LETTER, 'sweep']) {
      const payload = await sealed(source);
      for (const target of targets) {
        const relabelled = { 'sos-workflow': utf8(target.workflowId ?? ''), 'sos-namespace': utf8(target.namespace) };
        const outcomes = [
          await refusal(codec.decode([payload], target)),
          await refusal(codec.decode([{ ...payload, metadata: { ...payload.metadata, ...relabelled } }], target)),
        ];
        taken += outcomes.filter((outcome) => outcome !== 'refused').length;
      }
    }
    expect(figure({ name: 'payloads accepted by another workflow', value: taken, unit: 'of 16', bound: '== 0', seed: null })).toBe(true);
  });

  test('refuses a payload with any byte changed, in its content or its label', async () => {
    const payload = await sealed(LETTER);
    const changed: Payload[] = [];
    const change = (bytes: Uint8Array, at: number) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
    const data = payload.data ?? new Uint8Array();
    for (let at = 0; at < data.length; at++) changed.push({ ...payload, data: change(data, at) });
    for (const [name, value] of Object.entries(payload.metadata ?? {})) {
      for (let at = 0; at < value.length; at++) changed.push({ ...payload, metadata: { ...payload.metadata, [name]: change(value, at) } });
    }
    const outcomes = await Promise.all(changed.map((each) => refusal(codec.decode([each], inWorkflow(LETTER)))));
    const value = outcomes.filter((outcome) => outcome === 'accepted').length;
    expect(figure({ name: 'payloads accepted with a changed byte', value, unit: `of ${changed.length}`, bound: '== 0', seed: null })).toBe(
      true,
    );
  });

  test('refuses a payload of a case under the key of the desk', async () => {
    const at = { table: 'temporal', column: 'payload', row: LETTER, version: 1, owner: 'default' };
    const forged = { ...(await sealed(LETTER)), data: seal(keyring.active('desk'), at, utf8('x')) };
    expect(await refusal(codec.decode([forged], inWorkflow(LETTER)))).toBe('refused');
  });

  test('does not seal with a key that is not the one of the workflow', async () => {
    const confused = payloadCodec({ keyFor: async () => keyring.active('desk'), byId: keys.byId });
    expect(await refusal(confused.encode([clear], inWorkflow(LETTER)))).toBe('key-invalid');
  });

  test('opens nothing of a case whose key was destroyed', async () => {
    const gone = `case/${OTHER}`;
    const payload = await sealed(gone);
    keys.erase(OTHER);
    expect(await refusal(codec.decode([payload], inWorkflow(gone)))).toBe('key-unknown');
  });
});

describe('the report of a failure', () => {
  const failure = defaultPayloadConverter.toPayload({ message: 'canary-in-message', stack_trace: 'canary-in-stack' });
  const gone = memoryKeys(keyring);
  const cut: KeySource = {
    keyFor: async (workflowId) => (workflowId === LETTER ? Promise.reject(new Error('no database')) : gone.keyFor(workflowId)),
    byId: gone.byId,
  };

  test('goes under the key of its workflow, like any payload', async () => {
    expect(await codec.decode([await sealed(LETTER, failure)], inWorkflow(LETTER))).toMatchObject([failure]);
  });

  test('is emptied, not refused, where its key is not at hand, and opens in its workflow only', async () => {
    const [report] = (await payloadCodec(cut).encode([failure], inActivity(LETTER))) as [Payload];
    const [opened] = await payloadCodec(cut).decode([report], inWorkflow(LETTER));
    expect(defaultPayloadConverter.fromPayload(opened as Payload)).toEqual({ message: expect.stringContaining('log'), stack_trace: '' });
    expect(await refusal(codec.decode([report], inWorkflow(`case/${CASE}`)))).toBe('refused');
    const relabelled = { ...report, metadata: { ...report.metadata, 'sos-kind': utf8('payload') } };
    expect(await refusal(codec.decode([relabelled], inWorkflow(LETTER)))).toBe('refused');
  });

  test('is emptied where its workflow is not named, and then opens at the codec server only', async () => {
    const [report] = (await codec.encode([failure])) as [Payload];
    expect(await refusal(codec.decode([report], inWorkflow('sweep')))).toBe('refused');
    const [opened] = await codecServerCodec(keys, 'default').decode([report]);
    expect(Buffer.from(opened?.data ?? []).toString()).not.toContain('canary');
  });

  test('is the only thing that is emptied', async () => {
    expect(await refusal(payloadCodec(cut).encode([clear], inWorkflow(LETTER)))).toContain('no database');
    expect(await refusal(payloadCodec(cut).encode([failure, clear], inWorkflow(LETTER)))).toContain('no database');
  });
});

describe('the codec of the codec server', () => {
  const server = codecServerCodec(keys, 'default');

  test('opens without a context what carries its own name', async () => {
    expect(await server.decode([await sealed(LETTER), await sealed('postroom')])).toMatchObject([clear, clear]);
  });

  test('refuses another namespace, a false name and payloads in the clear', async () => {
    const payload = await sealed(LETTER);
    expect(await refusal(codecServerCodec(keys, 'other').decode([payload]))).toBe('refused');
    const misnamed = { ...payload, metadata: { ...payload.metadata, 'sos-workflow': utf8(`case/${CASE}`) } };
    expect(await refusal(server.decode([misnamed]))).toBe('refused');
    expect(await refusal(server.decode([clear]))).toBe('plaintext');
    const unnamed = { ...payload, metadata: { [METADATA_ENCODING_KEY]: utf8('binary/encrypted') } };
    expect(await refusal(server.decode([unnamed]))).toBe('malformed');
  });

  test('seals nothing', async () => {
    expect(await refusal(server.encode([clear], inWorkflow(LETTER)))).toBe('decode-only');
  });
});

describe('the case of a workflow', () => {
  test.each([
    [`case/${CASE}`, CASE],
    [LETTER, CASE],
    ['postroom', null],
    ['sweep', null],
  ])('%s belongs to %s', (workflowId, caseId) => {
    expect(caseOfWorkflow(workflowId)).toBe(caseId);
  });

  test.each(['case', 'case/', 'case/1', `case/${CASE}x`, `case/${CASE.replace('c001', 'C001')}`])('%s is refused', (workflowId) => {
    expect(() => caseOfWorkflow(workflowId)).toThrow(expect.objectContaining({ code: 'place' }));
  });
});
