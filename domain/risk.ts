// Risk = threat × vulnerability ÷ capacity, with floors that no average lowers. Source: product stage 2, vocabulary 6.
import { type Refusal, refuse } from './refusal.ts';
import { BANDS, type Band } from './vocabulary.ts';

/** Stored with every assessment: an old score is read by the method that made it. */
const RISK_METHOD_VERSION = '1';

const HOURS = 3_600_000;

/** What sets a band whatever the score. `within`: for so long after it happened (ms); null: for as long as it is stated. */
export const FLOORS = {
  DEATH_THREAT_WITH_MEANS_OR_DATE: { band: 'CRITICAL', within: null, say: 'a credible death threat with means or a date' },
  ENFORCED_DISAPPEARANCE: { band: 'CRITICAL', within: 72 * HOURS, say: 'an enforced disappearance less than 72 hours ago' },
  INCOMMUNICADO_WITH_TORTURE_FEAR: { band: 'CRITICAL', within: null, say: 'incommunicado detention with fear of torture' },
  IMMINENT_DEPORTATION_OR_EXECUTION: { band: 'CRITICAL', within: null, say: 'an imminent deportation or execution' },
  EARLIER_ATTACK: { band: 'HIGH', within: 365 * 24 * HOURS, say: 'an attack on the person or a colleague within twelve months' },
  THREAT_TO_CHILDREN: { band: 'HIGH', within: null, say: 'a threat to children' },
  HOME_DOXXED: { band: 'HIGH', within: null, say: 'a home address made public' },
  SUBJECT_IS_A_CHILD: { band: 'HIGH', within: null, say: 'the person is a child' },
} as const satisfies Readonly<Record<string, { readonly band: Band; readonly within: number | null; readonly say: string }>>;

export type Floor = keyof typeof FLOORS;
export const FLOOR_KEYS = Object.keys(FLOORS) as readonly Floor[];
export const isFloor = (value: unknown): value is Floor => typeof value === 'string' && Object.hasOwn(FLOORS, value);

/** A fact that sets a floor, and since when (epoch ms); without a date it counts as recent. */
export type Ground = { readonly floor: Floor; readonly at: number | null };

/** Scores are whole numbers from 1 to 5; their reasons are texts and lie in the records. Factors a person declares never enter here. */
export type RiskInputs = {
  readonly threat: number;
  readonly vulnerability: number;
  readonly capacity: number;
  readonly grounds: readonly Ground[];
  readonly assessedAt: number;
};

export type Assessment = {
  /** 0.2 to 25 */
  readonly score: number;
  readonly band: Band;
  /** the floors that hold, in the order of FLOORS */
  readonly floors: readonly Floor[];
  readonly methodVersion: string;
  readonly reasons: readonly string[];
};

const graver = (a: Band, b: Band): Band => (BANDS.indexOf(a) >= BANDS.indexOf(b) ? a : b);

const bandOfScore = (score: number): Band => {
  if (score >= 12) return 'CRITICAL';
  if (score >= 6) return 'HIGH';
  return score >= 2 ? 'MODERATE' : 'LOW';
};

const holds = (ground: Ground, assessedAt: number): boolean => {
  const { within } = FLOORS[ground.floor];
  return within === null || ground.at === null || assessedAt - ground.at < within;
};

/** The lowest band that these floors allow; null when there are none. */
const floorBand = (floors: readonly Floor[]): Band | null =>
  floors
    .map((floor): Band => FLOORS[floor].band)
    .reduce<Band | null>((gravest, band) => (gravest === null ? band : graver(gravest, band)), null);

/** The assessment that follows from the inputs, or why they cannot be used. */
export const assess = (inputs: RiskInputs): Assessment | Refusal => {
  const { threat, vulnerability, capacity, grounds, assessedAt } = inputs;
  if (![threat, vulnerability, capacity].every((score) => Number.isInteger(score) && score >= 1 && score <= 5)) {
    return refuse('SCORE_OUT_OF_RANGE', 'Score threat, vulnerability and capacity with whole numbers from 1 to 5.');
  }
  const score = (threat * vulnerability) / capacity;
  const floors = FLOOR_KEYS.filter((floor) => grounds.some((ground) => ground.floor === floor && holds(ground, assessedAt)));
  const scored = bandOfScore(score);
  const band = graver(scored, floorBand(floors) ?? scored);
  const reasons = [
    `Threat ${threat} × vulnerability ${vulnerability} ÷ capacity ${capacity} = ${Number(score.toFixed(2))}: ${scored}.`,
    ...floors.map((floor) => `At least ${FLOORS[floor].band}: ${FLOORS[floor].say}.`),
  ];
  return { score, band, floors, methodVersion: RISK_METHOD_VERSION, reasons };
};

/**
 * May the band change so? The software raises alone; only a person, with a reason, lowers; and nobody lowers it beneath a floor that
 * still holds: whoever doubts the fact behind it takes that back in an assessment, where it can be seen. `current` is null before the first.
 */
export const bandMayBecome = (
  current: Band | null,
  proposed: Band,
  by: 'SOFTWARE' | 'PERSON',
  reasonGiven: boolean,
  floors: readonly Floor[],
): Refusal | null => {
  const floor = floorBand(floors);
  if (floor !== null && graver(proposed, floor) !== proposed) {
    return refuse(
      'BELOW_FLOOR',
      `A fact in the assessment keeps this case at ${floor} or above. Assess again if that fact no longer holds.`,
    );
  }
  if (current === null || graver(proposed, current) === proposed) return null;
  if (by === 'SOFTWARE') return refuse('BAND_LOWERED_BY_SOFTWARE', 'Only a person lowers a risk band: confirm it yourself, with a reason.');
  return reasonGiven ? null : refuse('BAND_LOWERED_WITHOUT_REASON', 'Give the reason for lowering the risk band.');
};
