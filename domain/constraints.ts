import type { MustNot } from './content.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Identifiability, TargetKind } from './vocabulary.ts';

/** What an outgoing text would do, in the terms in which people say what must not be done. */
export type Outgoing = {
  readonly shows: Identifiability;
  readonly namesPlace: boolean;
  readonly addressees: readonly TargetKind[];
};

/** Those who answer for the State: writing to them is contacting the authorities. */
const AUTHORITIES: ReadonlySet<TargetKind> = new Set<TargetKind>([
  'HEAD_OF_STATE',
  'MINISTRY',
  'PROSECUTOR',
  'COURT',
  'POLICE_PRISON',
  'MISSION_GENEVA_NEW_YORK',
  'LOCAL_AUTHORITY',
  'PARLIAMENT',
]);

const FORBIDS: { readonly [M in MustNot]: { readonly breaks: (out: Outgoing) => boolean; readonly say: string } } = {
  PUBLISH_NAME: {
    breaks: (out) => out.shows === 'FULL_NAME',
    say: 'At intake it was said that the name must not be published, and this text holds it or a part of it: take it out.',
  },
  PUBLISH_PLACE: {
    breaks: (out) => out.namesPlace,
    say: 'At intake it was said that the place must not be published, and this text names it: take it out.',
  },
  CONTACT_AUTHORITIES: {
    breaks: (out) => out.addressees.some((kind) => AUTHORITIES.has(kind)),
    say: 'At intake it was said that the authorities must not be contacted, and this letter is addressed to one: choose other addressees.',
  },
  // only a person can judge these: the coordinator confirms having read them with every decision
  OTHER: { breaks: () => false, say: '' },
};

/** What was said at intake must not be done, and this would do; or null. Source: product rule 3 (do no harm). */
export const forbidden = (mustNot: readonly MustNot[], out: Outgoing): Refusal | null => {
  const broken = mustNot.find((constraint) => FORBIDS[constraint].breaks(out));
  return broken === undefined ? null : refuse(`MUST_NOT_${broken}`, FORBIDS[broken].say);
};
