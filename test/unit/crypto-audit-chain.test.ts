import { beforeAll, describe, expect, test } from 'vitest';
import {
  AUDIT_START,
  type AuditAct,
  type AuditEntry,
  type ChainHead,
  commitTo,
  isCommittedTo,
  nextHash,
  verifyChain,
} from '../../crypto/audit-chain.ts';
import { newCaseKey } from '../../crypto/case-keys.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { figure } from '../support/figures.ts';

const CASE = '00000000-0000-4000-8000-00000000c001';
const LENGTH = 60;
const keyring = parseKeyring(newKeyringText(new Date('2026-01-02T03:04:05.000Z')));
const caseKey = { id: `case:${CASE}:1`, key: newCaseKey() };

interface Link {
  entry: AuditEntry;
  hash: Uint8Array;
}

function act(seq: number): AuditAct {
  return {
    seq,
    at: new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString(),
    actor: 'person-1',
    action: 'read',
    caseId: CASE,
    subjectId: null,
  };
}

function entry(seq: number): AuditEntry {
  return { ...act(seq), commitment: commitTo(caseKey, act(seq), { why: 'the weekly review' }) };
}

function chain(entries: readonly AuditEntry[]): Link[] {
  let previous: Uint8Array = AUDIT_START;
  return entries.map((each) => {
    previous = nextHash(previous, each);
    return { entry: each, hash: previous };
  });
}

let whole: Link[];

beforeAll(() => {
  whole = chain(Array.from({ length: LENGTH }, (_, at) => entry(at + 1)));
});

const replaced = (at: number, by: Link): Link[] => whole.map((link, index) => (index === at ? by : link));

describe('the audit chain', () => {
  test('verifies when whole, in one piece or in batches', () => {
    const verdict = verifyChain(whole);
    expect(verdict).toMatchObject({ whole: true, head: { seq: LENGTH } });
    let head: ChainHead = { seq: 0, hash: AUDIT_START };
    for (let at = 0; at < LENGTH; at += 7) {
      const batch = verifyChain(whole.slice(at, at + 7), head);
      if (!batch.whole) throw new Error('the chain was made whole');
      head = batch.head;
    }
    expect(verdict).toEqual({ whole: true, head });
  });

  test('names the first break after a change, a deletion, an insertion or a swap anywhere', () => {
    let undetected = 0;
    let tried = 0;
    const expectBreakAt = (links: readonly Link[], at: number) => {
      tried += 1;
      const verdict = verifyChain(links);
      if (verdict.whole || verdict.brokenAt !== at) undetected += 1;
    };
    for (const [at, link] of whole.entries()) {
      const seq = at + 1;
      const changes: Partial<AuditEntry>[] = [
        { at: '2025-01-01T00:00:00.000Z' },
        { actor: 'person-2' },
        { action: 'export' },
        { caseId: null },
        { subjectId: 'subject-1' },
        { commitment: commitTo(caseKey, act(seq), { why: 'another reason' }) },
      ];
      for (const change of changes) expectBreakAt(replaced(at, { ...link, entry: { ...link.entry, ...change } }), seq);
      expectBreakAt(replaced(at, { ...link, hash: AUDIT_START }), seq);
      expectBreakAt([...whole.slice(0, at), link, ...whole.slice(at)], seq + 1);
      const next = whole[at + 1];
      if (next === undefined) continue;
      expectBreakAt([...whole.slice(0, at), ...whole.slice(at + 1)], seq);
      expectBreakAt([...whole.slice(0, at), next, link, ...whole.slice(at + 2)], seq);
      // Rewriting an entry and its own hash moves the break to the entry after it: the forger must rewrite everything that follows.
      const forged = { ...link.entry, actor: 'person-2' };
      const before = whole[at - 1]?.hash ?? AUDIT_START;
      expectBreakAt(replaced(at, { entry: forged, hash: nextHash(before, forged) }), seq + 1);
    }
    const name = 'alterations of the audit chain not detected at their place';
    expect(figure({ name, value: undetected, unit: `of ${tried}`, bound: '== 0', seed: null })).toBe(true);
  });

  test('cut at its end is whole, and its head tells', () => {
    expect(verifyChain(whole.slice(0, -1))).toMatchObject({ whole: true, head: { seq: LENGTH - 1 } });
  });

  test('tells a gap, an ill-formed entry and a wrong hash apart', () => {
    const first = whole[0] as Link;
    expect(verifyChain(whole.slice(1))).toEqual({ whole: false, brokenAt: 1, reason: 'sequence' });
    expect(verifyChain([{ ...first, entry: { ...first.entry, at: 'yesterday' } }])).toEqual({ whole: false, brokenAt: 1, reason: 'form' });
    expect(verifyChain([{ ...first, hash: AUDIT_START }])).toEqual({ whole: false, brokenAt: 1, reason: 'hash' });
  });

  test('takes no entry without a well-formed commitment, instant and number', () => {
    const wrong: Partial<AuditEntry>[] = [{ commitment: 'in clear' }, { at: '2026-01-01T00:00:00Z' }, { seq: 0 }, { seq: 1.5 }];
    for (const change of wrong)
      expect(() => nextHash(AUDIT_START, { ...entry(1), ...change })).toThrow(expect.objectContaining({ code: 'canonical' }));
    expect(() => nextHash(new Uint8Array(31), entry(1))).toThrow(expect.objectContaining({ code: 'canonical' }));
  });
});

describe('the commitment of an entry', () => {
  const detail = { why: 'the weekly review', rows: 3 };

  test('is opened by the detail, the act and the key it was made with, and by nothing else', () => {
    const made: AuditEntry = { ...act(1), commitment: commitTo(caseKey, act(1), detail) };
    expect(isCommittedTo(caseKey, made, detail)).toBe(true);
    expect(isCommittedTo(caseKey, made, { ...detail, rows: 4 })).toBe(false);
    expect(isCommittedTo(caseKey, { ...made, seq: 2 }, detail)).toBe(false);
    expect(isCommittedTo({ ...caseKey, key: newCaseKey() }, made, detail)).toBe(false);
    expect(isCommittedTo(keyring.active('audit'), made, detail)).toBe(false);
  });

  test('does not show that two acts had the same detail', () => {
    expect(commitTo(caseKey, act(1), detail)).not.toBe(commitTo(caseKey, act(2), detail));
  });

  test('is not needed, nor its key, to verify the chain: an erased case leaves it whole', () => {
    const erasable = { id: `case:${CASE}:1`, key: newCaseKey() };
    const made = chain([{ ...act(1), commitment: commitTo(erasable, act(1), detail) }]);
    erasable.key.fill(0);
    expect(verifyChain(made).whole).toBe(true);
  });
});
