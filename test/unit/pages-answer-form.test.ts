import { describe, expect, it } from 'vitest';
import { readAnswer, WORDS_MAX } from '../../api/pages/answer-form.ts';
import { choiceRule, offeredChoices, QUESTION_KINDS } from '../../api/pages/choices.ts';

const read = (kind: (typeof QUESTION_KINDS)[number], form: Record<string, string>, circumstances = {}) =>
  readAnswer(kind, offeredChoices(kind, circumstances), form);

describe('the choices offered', () => {
  it('depend on what is possible', () => {
    expect(offeredChoices('ADVICE')).not.toContain('BLOCK');
    expect(offeredChoices('ADVICE', { blockAllowed: true })).toContain('BLOCK');
    expect(offeredChoices('SIGN_ON')).not.toContain('WITHDRAWN');
    expect(offeredChoices('SIGN_ON', { signedBefore: true })).toContain('WITHDRAWN');
    expect(offeredChoices('REFERRAL')).not.toContain('DELIVERED');
    expect(offeredChoices('REFERRAL', { accepted: true })).toContain('DELIVERED');
  });

  it('are looked up by their own names only', () => {
    expect(choiceRule('CONSENT', 'constructor')).toBeNull();
    expect(choiceRule('CONSENT', 'YES')).toEqual({ words: 'WELCOME' });
  });
});

describe('reading an answer', () => {
  it.each(QUESTION_KINDS)('of %s takes no silence and nothing that is not offered for a choice', (kind) => {
    for (const choice of [undefined, '', 'constructor', 'INELIGIBLE', 'CANNOT_REACH', 'approve']) {
      const form = { words: 'kept', ...(choice !== undefined && { choice }) };
      expect(read(kind, form)).toMatchObject({ faults: [{ field: 'choice', fault: 'CHOICE_MISSING' }], draft: { words: 'kept' } });
    }
  });

  it('needs words where an answer means nothing without them, and nowhere else', () => {
    for (const choice of ['APPROVE_WITH_CHANGES', 'OBJECT', 'RECUSE', 'NEED_INFO']) {
      expect(read('ADVICE', { choice, words: ' \r\n ' })).toMatchObject({ faults: [{ field: 'words', fault: 'WORDS_MISSING' }] });
      expect(read('ADVICE', { choice, words: 'a\r\nb ' })).toEqual({ answer: { choice, words: 'a\nb' } });
    }
    for (const [kind, choice] of [
      ['CONSENT', 'NO'],
      ['LETTER_APPROVAL', 'REFUSE'],
      ['HELP_CONFIRMATION', 'NOT_ARRIVED'],
      ['REVIEW', 'WORSE'],
    ] as const) {
      expect(read(kind, { choice, words: '' })).toEqual({ answer: { choice } });
    }
  });

  it('keeps only what belongs to the choice', () => {
    const form = { name: '  Tessen   River Assembly ', words: 'x', amount: '5', rejectReason: 'NO_FUNDS' };
    expect(read('SIGN_ON', { choice: 'SIGN_PUBLIC', ...form })).toEqual({
      answer: { choice: 'SIGN_PUBLIC', name: 'Tessen River Assembly' },
    });
    expect(read('SIGN_ON', { choice: 'DECLINE', ...form })).toEqual({ answer: { choice: 'DECLINE' } });
    expect(read('REFERRAL', { choice: 'REJECT', ...form })).toEqual({ answer: { choice: 'REJECT', words: 'x', rejectReason: 'NO_FUNDS' } });
  });

  it('needs a name to sign with and a reason to reject with', () => {
    expect(read('SIGN_ON', { choice: 'SIGN_PUBLIC', name: ' ' })).toMatchObject({ faults: [{ field: 'name', fault: 'NAME_MISSING' }] });
    for (const rejectReason of ['', 'UNKNOWN', 'x']) {
      expect(read('REFERRAL', { choice: 'REJECT', rejectReason })).toMatchObject({
        faults: [{ field: 'rejectReason', fault: 'REASON_MISSING' }],
      });
    }
  });

  it.each([
    ['1500', 1500],
    ['١٥٠٠', 1500],
    ['۱۲', 12],
  ])('reads the amount %s as %i', (typed, amount) => {
    expect(read('REFERRAL', { choice: 'ACCEPT', amount: typed })).toEqual({ answer: { choice: 'ACCEPT', amount } });
  });

  it.each(['1.500,00', '1500,5', '1500.50', '1 500', '-5', '0', '1e3', '0x10', '1.234', '9999999999', 'about 5'])(
    'does not guess the amount %s',
    (amount) => {
      expect(read('REFERRAL', { choice: 'ACCEPT', amount })).toMatchObject({
        faults: [{ field: 'amount', fault: 'AMOUNT_UNREADABLE' }],
        draft: { amount },
      });
    },
  );

  it('refuses what is too long or cannot be stored', () => {
    expect(read('CONSENT', { choice: 'YES', words: 'x'.repeat(WORDS_MAX + 1) })).toMatchObject({ faults: [{ fault: 'TOO_LONG' }] });
    for (const words of ['a\u0000', 'a\u001b[1m', 'a\ud800']) {
      expect(read('CONSENT', { choice: 'YES', words })).toMatchObject({ faults: [{ field: 'words', fault: 'STRANGE_CHARACTERS' }] });
    }
    expect(read('SIGN_ON', { choice: 'SIGN_PUBLIC', name: 'a\u0000' })).toMatchObject({
      faults: [{ field: 'name', fault: 'STRANGE_CHARACTERS' }],
    });
  });
});
