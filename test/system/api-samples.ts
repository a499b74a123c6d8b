import { randomUUID } from 'node:crypto';
import { DEFAULT_POLICY } from '../../domain/policies/default.ts';
import { directoryFile, loadCase } from '../data/load.ts';

const { intake, sources, conclusion, risk, plan, brief, letter, closing, referral } = loadCase(
  'eviction-land-defender',
) as unknown as Record<string, never> & {
  intake: { needs: unknown[] };
  sources: unknown[];
  plan: { actionMode: string };
  letter: { kind: string; texts: object };
  referral: { language: string; brief: string };
};

const { actionMode: mode, ...planned } = plan;
const consent = {
  personId: randomUUID(),
  purpose: 'SHARE_WITH_ADVISORY_GROUP',
  recipientId: null,
  identifiability: 'ROLE_ONLY',
  basis: 'INFORMED_CONSENT',
  method: 'SIGNED',
  language: 'es',
  explained: ['RISKS_OF_PUBLICITY'],
  givenBy: 'Themselves',
  secondPersonId: null,
  reason: null,
  reviewAt: null,
  validTo: null,
};
const text = { kind: letter.kind, addressees: [randomUUID()], texts: letter.texts };

/** A body that fits, for every operation that takes one. */
export const SAMPLES: Readonly<Record<string, unknown>> = {
  openCase: intake,
  recordConsent: consent,
  addSource: sources[0],
  concludeVerification: conclusion,
  assessRisk: risk,
  decideAction: { ...planned, mode, constraintsRead: true },
  openConsultation: brief,
  draftLetter: text,
  reviseLetter: text,
  openSignOn: { regions: ['AFRICA'], excludedOrganisationIds: [] },
  refer: { language: referral.language, need: intake.needs[0], brief: referral.brief, partnerIds: [randomUUID()] },
  endReferral: { text: 'The person found help elsewhere.' },
  closeCase: closing,
  cancelCase: { text: 'Outside the mandate.' },
  addPerson: { key: 'sister', kind: 'FAMILY', name: 'Iluminada Quintuy', role: 'FAMILY_OF_VICTIM', language: 'es' },
  correctPerson: {
    name: 'Marisol Quintuy',
    email: null,
    language: 'es',
    otherNames: ['ماريسول كينتوي'],
    safeWay: 'Por la vecina.',
    choseLinks: true,
  },
  addConstraint: { what: 'PUBLISH_PLACE', text: 'Nobody may learn where the family is.' },
  recordAnswer: { choice: 'SAME', text: 'As before.', method: 'VIA_TRUSTED_CONTACT', givenBy: 'Her neighbour' },
  confirmPersonKey: { fingerprint: 'x25519:0123 4567 89ab cdef 0123 4567 89ab cdef 0123 4567' },
  confirmContactKey: { fingerprint: '0123456789ABCDEF0123456789ABCDEF01234567' },
  endPersonKey: { reason: 'LOST' },
  endContactKey: { reason: 'REPLACED' },
  markPersonUnsafe: { reason: 'The telephone was taken.', since: '2021-05-01T08:00:00.000Z', keysToo: true },
  markContactUnsafe: { reason: 'Somebody else reads the mailbox.' },
  markPersonSafe: { reason: 'There is a new mailbox.' },
  markContactSafe: { reason: 'The password was changed.' },
  confirmAnswer: { theirs: true, method: 'IN_PERSON_WITNESSED' },
  confirmContactAnswer: { theirs: true, method: 'IN_PERSON_WITNESSED' },
  retractLetter: { text: 'The person took the consent back.' },
  reopenCase: { text: 'Something new happened.' },
  endConsultation: { text: 'Something new happened.' },
  addMember: { personId: randomUUID() },
  standIn: { text: 'Nobody answers, and the hearing is tomorrow.' },
  askExport: { text: 'The person asked for all that we hold.' },
  askErasure: { basis: 'REQUEST_OF_PERSON', reason: 'The person asked for it.' },
  placeLegalHold: { text: 'A court has asked for the file.' },
  liftLegalHold: { text: 'The proceedings have ended.' },
  decideSecondPerson: { decision: 'REFUSE', reason: 'The name of the village stands in it.' },
  addPolicy: DEFAULT_POLICY,
};

/** A file that fits, for every operation that takes bytes. */
export const FILES: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = { importDirectory: new Uint8Array(directoryFile('members')) };

/** What to put for a path parameter that is no id. */
export const FIXED: Readonly<Record<string, string>> = { kind: 'members', needIndex: '0' };
