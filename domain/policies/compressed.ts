// The default policy with seconds for hours, so that a whole case, its follow-up and its checks after closing can be watched in about a
// minute or two. Only times and the number of signatures differ. Whoever answers promptly meets no deadline even on a slow machine; a window runs
// out only where somebody stays silent on purpose.
import { DEFAULT_POLICY } from './default.ts';

const sameForAll = (time: string) => ({ CRITICAL: time, HIGH: time, MODERATE: time, LOW: time });

export const COMPRESSED_POLICY = {
  ...DEFAULT_POLICY,
  version: 'compressed-1',
  windows: {
    ACKNOWLEDGE: sameForAll('PT60S'),
    VERIFY: sameForAll('PT60S'),
    ASSESS: sameForAll('PT60S'),
    DECIDE: sameForAll('PT60S'),
    OPEN_CONSULTATION: sameForAll('PT60S'),
    ACT: sameForAll('PT60S'),
    REASSESS: sameForAll('PT60S'),
    CONSULT: sameForAll('PT90S'),
    APPROVE_LETTER: sameForAll('PT90S'),
    SIGN_ON: sameForAll('PT90S'),
    REFERRAL: sameForAll('PT60S'),
    DELIVERY: sameForAll('PT90S'),
    HELP_CONFIRMATION: sameForAll('PT90S'),
    REVIEW_ANSWER: sameForAll('PT45S'),
  },
  emergency: { ...DEFAULT_POLICY.emergency, ratifyWithin: 'PT20S' },
  signOn: { minimumToPublish: 2, longestSpacing: 'PT0.5S' },
  reviews: { ...DEFAULT_POLICY.reviews, every: sameForAll('PT3S'), afterClosing: ['PT3S', 'PT6S', 'PT9S'] },
  verification: { ...DEFAULT_POLICY.verification, provisionalWithin: 'PT20S' },
  consent: { vitalInterestAtMost: 'PT1H', proxyReviewWithin: 'P1D' },
  links: { afterClose: 'PT10M', withoutClose: 'PT30M' },
  mail: { DEFAULT: { firstRetry: 'PT1S', cap: 'PT4S', giveUp: 'PT10M' } },
} as const;
