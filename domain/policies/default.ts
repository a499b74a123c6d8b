// The policy a network starts with: the proposals of vocabulary 6 (review intervals) and 11 (deadlines), and where those are silent the
// nearest stated clock. It is data: an administrator replaces it by a document with another version.

const half = { parts: 1, of: 2 };
const twoThirds = { parts: 2, of: 3 };

export const DEFAULT_POLICY = {
  form: '1',
  version: 'default-1',
  // what nobody has assessed yet is treated as grave, but not so that every request wakes the secretariat within two hours
  bandUntilAssessed: 'HIGH',
  windows: {
    ACKNOWLEDGE: { CRITICAL: 'PT2H', HIGH: 'PT12H', MODERATE: 'PT48H', LOW: 'PT48H' },
    VERIFY: { CRITICAL: 'PT6H', HIGH: 'PT24H', MODERATE: 'P5D', LOW: 'P5D' },
    ASSESS: { CRITICAL: 'PT2H', HIGH: 'PT12H', MODERATE: 'PT48H', LOW: 'PT48H' },
    DECIDE: { CRITICAL: 'PT6H', HIGH: 'PT24H', MODERATE: 'P5D', LOW: 'P5D' },
    OPEN_CONSULTATION: { CRITICAL: 'PT2H', HIGH: 'PT12H', MODERATE: 'PT48H', LOW: 'PT48H' },
    ACT: { CRITICAL: 'PT6H', HIGH: 'PT24H', MODERATE: 'P5D', LOW: 'P5D' },
    REASSESS: { CRITICAL: 'PT2H', HIGH: 'PT6H', MODERATE: 'PT24H', LOW: 'PT24H' },
    CONSULT: { CRITICAL: 'PT12H', HIGH: 'PT24H', MODERATE: 'P5D', LOW: 'P5D' },
    APPROVE_LETTER: { CRITICAL: 'PT12H', HIGH: 'PT24H', MODERATE: 'P5D', LOW: 'P5D' },
    SIGN_ON: { CRITICAL: 'PT24H', HIGH: 'PT48H', MODERATE: 'P7D', LOW: 'P7D' },
    REFERRAL: { CRITICAL: 'PT6H', HIGH: 'PT24H', MODERATE: 'PT72H', LOW: 'PT72H' },
    DELIVERY: { CRITICAL: 'PT48H', HIGH: 'P7D', MODERATE: 'P21D', LOW: 'P30D' },
    HELP_CONFIRMATION: { CRITICAL: 'PT24H', HIGH: 'PT72H', MODERATE: 'P7D', LOW: 'P7D' },
    REVIEW_ANSWER: { CRITICAL: 'PT12H', HIGH: 'PT36H', MODERATE: 'P5D', LOW: 'P14D' },
  },
  reminders: [0.5, 0.85],
  escalation: [
    { to: 'BACKUP_COORDINATOR', afterShare: 0 },
    { to: 'ADMINISTRATOR', afterShare: 0.25 },
  ],
  extensions: {
    CONSULT: { times: 1, share: { CRITICAL: 1, HIGH: 1, MODERATE: 0.5, LOW: 0.5 } },
    SIGN_ON: { times: 1, share: { CRITICAL: 1, HIGH: 0.5, MODERATE: 0.5, LOW: 0.5 } },
  },
  consultation: {
    NETWORK_VOICE: {
      quorum: { share: half, count: null },
      minimumRegions: 2,
      genderBalance: true,
      pass: twoThirds,
      openObjectionStops: true,
      blockAllowed: false,
      decided: 'SETTLED',
    },
    // here each member acts in its own name, or nothing is published: nobody decides for others
    NAMED_ENDORSEMENTS: null,
    MEMBER_PETITION_CIRCULATION: null,
    CONFIDENTIAL_ADVOCACY: null,
    REFERRAL_ONLY: null,
    INFORMATION_ONLY: null,
  },
  emergency: {
    bands: ['CRITICAL'],
    rule: {
      quorum: { share: null, count: 2 },
      minimumRegions: 2,
      genderBalance: false,
      pass: twoThirds,
      openObjectionStops: true,
      blockAllowed: false,
      decided: 'MET',
    },
    ratifyWithin: 'PT72H',
  },
  signOn: { minimumToPublish: 5, longestSpacing: 'PT60S' },
  reviews: {
    every: { CRITICAL: 'PT24H', HIGH: 'PT72H', MODERATE: 'P14D', LOW: 'P60D' },
    afterEvent: 'PT0S',
    afterClosing: ['P7D', 'P30D', 'P90D'],
    calmToProposeClosing: 2,
    silencesToEscalate: 2,
  },
  verification: { provisionalBands: ['CRITICAL'], provisionalWithin: 'PT72H' },
  consent: { vitalInterestAtMost: 'PT72H', proxyReviewWithin: 'P90D' },
  links: { afterClose: 'P14D', withoutClose: 'P30D' },
  mail: { DEFAULT: { firstRetry: 'PT5M', cap: 'PT4H', giveUp: 'P5D' } },
  retention: { afterClosing: 'P1825D' },
} as const;
