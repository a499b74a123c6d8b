import type { Answer, Temper } from './people.ts';

/** A number between 0 and 99 that is always the same for the same address: the same people do the same at every run. */
const bent = (to: string): number => [...to].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 10_007, 7) % 100;

/** What members do with a letter: most sign, some are counted only, a few decline, and a few say nothing until they are reminded. */
const member = (to: string, reminded: boolean): Answer | null => {
  const share = bent(to);
  if (share < 70) return { choice: 'SIGN_PUBLIC' };
  if (share < 80) return { choice: 'SIGN_COUNT_ONLY' };
  if (share < 88) return { choice: 'DECLINE' };
  return reminded ? { choice: 'SIGN_PUBLIC' } : null;
};

/** The people of the demonstration, told apart by what their page offers them. */
export const tempers = (): Temper => {
  const askedToSign = new Map<string, number>();
  const helpAsked = new Set<string>();
  let reviews = 0;
  return (offered, to) => {
    if (offered.has('SIGN_PUBLIC')) {
      const times = (askedToSign.get(to) ?? 0) + 1;
      askedToSign.set(to, times);
      return offered.has('WITHDRAWN') ? null : member(to, times > 1);
    }
    if (offered.has('ABSTAIN')) return { choice: 'APPROVE' };
    if (offered.has('ARRIVED')) return { choice: 'ARRIVED' };
    if (offered.has('BETTER')) {
      reviews += 1;
      return { choice: reviews === 1 ? 'SAME' : 'BETTER' };
    }
    if (offered.has('DELIVERED')) return { choice: 'DELIVERED' };
    if (offered.has('ACCEPT')) {
      // the first partner who is asked cannot help, the next one can
      if (helpAsked.size === 0 || helpAsked.has(to)) {
        helpAsked.add(to);
        return { choice: 'REJECT', rejectReason: 'NO_CAPACITY' };
      }
      return { choice: 'ACCEPT' };
    }
    return offered.has('REFUSE') ? { choice: 'APPROVE' } : null;
  };
};
