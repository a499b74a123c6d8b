import { setTimeout as pause } from 'node:timers/promises';
import { COMPRESSED_POLICY } from '../../../domain/policies/compressed.ts';
import { DEFAULT_POLICY } from '../../../domain/policies/default.ts';
import type { ApiClient } from './api-client.ts';
import type { CaseFixture } from './fixture.ts';
import type { ProgressFile } from './progress.ts';

type CaseView = {
  readonly state: string;
  readonly persons: readonly { readonly personId: string; readonly key: string | null }[];
  readonly consultations: readonly { readonly result: string | null }[];
  readonly referrals: readonly { readonly referralId: string; readonly state: string }[];
  readonly reviews: readonly { readonly state: string }[];
};
type LetterView = {
  readonly state: string;
  readonly version: number;
  readonly tally: { readonly signatures: number; readonly named: number } | null;
};
type Listed = { readonly items: readonly { readonly id: string; readonly key: string }[] };

/** Who works at the desk: what one of them asks to publish, another reads and decides. */
export type Secretariat = { readonly coordinator: ApiClient; readonly standIn: ApiClient; readonly administrator: ApiClient };

export type Ending = {
  readonly caseId: string;
  readonly letterUrl: string;
  readonly signatures: number;
  readonly referral: string;
  readonly reviews: number;
};

/** What is approved and frozen is the version that was read. */
const FIRST_VERSION = { 'if-match': '"1"' };
const PATIENCE_MS = 240_000;
const LOOK_MS = 400;
/** Reached long before the window ends; the coordinator then closes early. */
const ENOUGH_SIGNATURES = 45;
const MOST_TURNS = 20;

/** One case as a coordinator would run it, through the public API alone. Every step may be said again after a crash, with the same effect. */
export class Story {
  private readonly coordinator: ApiClient;
  private readonly standIn: ApiClient;
  private readonly administrator: ApiClient;
  private readonly progress: ProgressFile;
  private readonly fixture: CaseFixture;
  private readonly tell: (line: string) => void;

  constructor(
    { coordinator, standIn, administrator }: Secretariat,
    progress: ProgressFile,
    fixture: CaseFixture,
    tell: (line: string) => void,
  ) {
    this.coordinator = coordinator;
    this.standIn = standIn;
    this.administrator = administrator;
    this.progress = progress;
    this.fixture = fixture;
    this.tell = tell;
  }

  async play(): Promise<Ending> {
    const caseId = await this.decide(COMPRESSED_POLICY);
    const at = `/cases/${caseId}`;
    const referralId = await this.refer(at);
    const { url, signatures } = await this.letter(caseId);
    const referral = await this.until(`${at}`, (view) =>
      view.referrals.some(({ referralId: id, state }) => id === referralId && state === 'CONFIRMED_BY_DEFENDER'),
    );
    this.tell('The second partner helped, and the person confirmed that the help arrived.');
    const { reviews } = await this.until(at, (view) => view.reviews.length >= 2);
    this.tell(`${reviews.length} reviews: the person was asked how things are, and answered.`);
    await this.close(at);
    return {
      caseId,
      letterUrl: url,
      signatures,
      referral: referral.referrals.find(({ referralId: id }) => id === referralId)?.state ?? '',
      reviews: reviews.length,
    };
  }

  /** From the request to the Advisory Group's decision, under this policy. @returns the id of the case */
  async decide(policy: typeof COMPRESSED_POLICY | typeof DEFAULT_POLICY): Promise<string> {
    const caseId = await this.open(policy);
    const at = `/cases/${caseId}`;
    await this.coordinator.post('acknowledge', `${at}/acknowledgement`);
    this.tell('The request is acknowledged; the requester is told.');
    await this.consent(at);
    await this.verify(at);
    await this.assess(at);
    await this.consult(at);
    return caseId;
  }

  /** The case is opened under a policy of its own; right after, the network's policy is in force again. */
  private async open(policy: typeof COMPRESSED_POLICY | typeof DEFAULT_POLICY): Promise<string> {
    await this.administrator.put('policy-of-case', '/policy', policy);
    const { caseId } = await this.coordinator.post<{ caseId: string }>('open', '/cases', this.fixture.intake);
    await this.administrator.put('policy-default', '/policy', DEFAULT_POLICY);
    await this.progress.save({ caseId });
    this.tell(policy === COMPRESSED_POLICY ? 'A case is open, under a policy that counts in seconds instead of hours.' : 'A case is open.');
    return caseId;
  }

  private async consent(at: string): Promise<void> {
    const { persons } = await this.coordinator.get<CaseView>(at);
    const partners = await this.keys('/partners');
    for (const [index, { person, recipient, ...said }] of this.fixture.consents.entries()) {
      const personId = persons.find(({ key }) => key === person)?.personId;
      const recipientId = recipient === undefined ? null : (partners.get(recipient) ?? null);
      const words = { secondPersonId: null, reason: null, reviewAt: null, validTo: null, ...said, personId, recipientId };
      await this.coordinator.post(`consent-${index}`, `${at}/consents`, words);
    }
    this.tell(`${this.fixture.consents.length} consents are on record, purpose by purpose.`);
  }

  private async verify(at: string): Promise<void> {
    for (const [index, source] of this.fixture.sources.entries()) await this.coordinator.post(`source-${index}`, `${at}/sources`, source);
    await this.coordinator.post('verification', `${at}/verification`, this.fixture.conclusion);
    this.tell(`${this.fixture.sources.length} sources are weighed; a person concluded the verification.`);
  }

  private async assess(at: string): Promise<void> {
    const { band } = await this.coordinator.post<{ band: string }>('risk', `${at}/risk`, this.fixture.risk);
    this.tell(`The risk is ${band}; what acting may do is judged apart.`);
    const { actionMode: mode, ...plan } = this.fixture.plan;
    await this.coordinator.post('decision', `${at}/decision`, { ...plan, mode, constraintsRead: true });
  }

  private async consult(at: string): Promise<void> {
    await this.coordinator.post('consult', `${at}/consultations`, this.fixture.brief);
    this.tell('The Advisory Group is asked by e-mail link.');
    const view = await this.until(at, ({ consultations }) => consultations.some(({ result }) => result));
    this.tell(`The Advisory Group decided early: ${view.consultations.find(({ result }) => result)?.result}.`);
  }

  private async refer(at: string): Promise<string> {
    const partners = await this.keys('/partners');
    const { language, needIndex, partnerKeys, brief } = this.fixture.referral;
    const need = this.fixture.intake.needs[needIndex];
    const partnerIds = partnerKeys.map((key) => partners.get(key));
    const text = { language, need, brief, partnerIds };
    const { referralId } = await this.coordinator.post<{ referralId: string }>('refer', `${at}/referrals`, text);
    this.tell('One need is referred; the first partner is asked by e-mail link.');
    return referralId;
  }

  /** A letter of a decided case, from its draft until the members are asked to sign. @returns its path in the API */
  async askMembers(caseId: string): Promise<string> {
    const at = `/cases/${caseId}`;
    const targets = await this.keys('/targets');
    const { kind, texts, addressees } = this.fixture.letter;
    const draft = { kind, texts, addressees: addressees.map((key) => targets.get(key)) };
    const { letterId } = await this.coordinator.post<{ letterId: string }>('draft', `${at}/letters`, draft);
    const letter = `${at}/letters/${letterId}`;
    await this.coordinator.post('approval', `${letter}/approval`, undefined, FIRST_VERSION);
    this.tell('A letter in four languages is drafted; the defender is asked to approve exactly these words.');
    await this.letterIs(letter, ({ state }) => state !== 'DRAFT' && state !== 'AWAITING_APPROVAL');
    await this.coordinator.post('freeze', `${letter}/freezing`, undefined, FIRST_VERSION);
    await this.coordinator.post('sign-on', `${letter}/sign-on`, { regions: [], excludedOrganisationIds: [] });
    this.tell('Approved and frozen; the members are asked to sign.');
    return letter;
  }

  private async letter(caseId: string): Promise<{ url: string; signatures: number }> {
    const letter = await this.askMembers(caseId);
    const open = await this.letterIs(
      letter,
      ({ state, tally }) => state !== 'OPEN_FOR_SIGN_ON' || (tally?.signatures ?? 0) >= ENOUGH_SIGNATURES,
    );
    if (open.state === 'OPEN_FOR_SIGN_ON') await this.coordinator.post('sign-on-close', `${letter}/sign-on/closing`);
    const closed = await this.letterIs(letter, ({ state }) => state === 'CLOSED' || state === 'PUBLISHED');
    const signatures = closed.tally?.signatures ?? 0;
    this.tell(`${signatures} organisations signed, ${closed.tally?.named ?? 0} by name.`);
    return { url: await this.publish(caseId, letter), signatures };
  }

  private async publish(caseId: string, letter: string): Promise<string> {
    const { personId } = await this.standIn.get<{ personId: string }>('/me');
    await this.coordinator.post('add-second', `/cases/${caseId}/members`, { personId });
    const { secondPersonId } = await this.coordinator.post<{ secondPersonId: string }>('publish', `${letter}/publication`);
    this.tell('Publication is asked for; nothing is published before a second person has read it.');
    const { url } = await this.standIn.post<{ url: string }>('publish-second', `/second-person/${secondPersonId}/decision`, {
      decision: 'APPROVE',
    });
    this.tell('A second person agreed; the letter is published.');
    return url;
  }

  private async close(at: string): Promise<void> {
    // refused while the person's newest answer has not been looked at; whoever has looked closes again, which is another act
    for (let turn = 1; ; turn += 1) {
      const answer = await this.coordinator.post(`close-${turn}`, `${at}/closing`, this.fixture.closing).catch((error: unknown) => error);
      if (!(answer instanceof Error)) break;
      if (!answer.message.includes('review-answered') || turn >= MOST_TURNS) throw answer;
      await pause(LOOK_MS);
    }
    await this.until(at, ({ state }) => state === 'CLOSED');
    this.tell('The case is closed, with its outcome, the remaining risk and a lesson.');
  }

  private async keys(list: string): Promise<ReadonlyMap<string, string>> {
    const { items } = await this.coordinator.get<Listed>(`${list}?limit=100`);
    return new Map(items.map(({ key, id }) => [key, id]));
  }

  private until(path: string, holds: (view: CaseView) => boolean): Promise<CaseView> {
    return this.watch<CaseView>(path, holds);
  }

  private letterIs(path: string, holds: (view: LetterView) => boolean): Promise<LetterView> {
    return this.watch<LetterView>(path, holds);
  }

  /** Looks until it is so, as a person who reloads a page would. */
  private async watch<T>(path: string, holds: (view: T) => boolean): Promise<T> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const view = await this.coordinator.get<T>(path);
      if (holds(view)) return view;
      if (Date.now() > until) throw new Error(`Waited in vain: ${path} did not come to the expected state.`);
      await pause(LOOK_MS);
    }
  }
}
