import { z } from 'zod';
import type { Effects } from '../../domain/commands.ts';
import type { askSecond } from '../../records/access/second-person.ts';
import type { Reader } from '../../records/audit/reading.ts';
import type { CaseOrder } from '../../records/cases/constraints.ts';
import type { Done } from '../../records/deeds.ts';
import type { Store } from '../../records/store.ts';
import type { Desk } from '../desk.ts';
import type { Door } from '../door.ts';
import type { Holder } from '../http/authenticate.ts';
import { Problem } from '../http/problem.ts';
import { id } from '../http/schemas.ts';

/** What the routes work with. */
export interface RouteDeps {
  readonly store: Store;
  readonly door: Door;
  readonly desk: Desk;
  /** Origin of the pages, without a trailing slash. */
  readonly publicUrl: string;
}

/** Who works on cases. */
export const COORDINATOR = ['coordinator'] as const;
/** Who sees that something is there, without its content. */
export const OVERSEERS = ['coordinator', 'auditor'] as const;
export const ADMINISTRATOR = ['administrator'] as const;
export const DESK_AND_ADMINISTRATOR = ['coordinator', 'administrator'] as const;
export const EVERYBODY = ['coordinator', 'administrator', 'auditor'] as const;

/** How a list that is ordered by ids marks where a page ended. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const caseParams = z.strictObject({ caseId: id });
export const letterParams = z.strictObject({ caseId: id, letterId: id });
export const referralParams = z.strictObject({ caseId: id, referralId: id });
export const consultationParams = z.strictObject({ caseId: id, consultationId: id });

interface Asked {
  readonly holder: Holder;
  readonly commandId: string;
  readonly params: { readonly caseId: string };
}

/** For the records: an act that no workflow has to decide. */
export const orderOf = ({ holder, commandId, params }: Asked): CaseOrder => ({
  commandId,
  by: holder.personId,
  at: Date.now(),
  caseId: params.caseId,
});

/** @throws Problem 409 for what a rule refused */
export const mustBeDone = (done: Done): Effects => {
  if (done.refused !== null) throw Problem.refused(done.refused);
  return done.effects;
};

/** What is answered when an act was asked for that a second person has to approve. */
export const awaitingSecond = ({ expiresAt, ...standing }: Awaited<ReturnType<typeof askSecond>>) => ({
  ...standing,
  expiresAt: expiresAt.toISOString(),
});

/** For the records: who reads, noted with what is read. */
export const readerOf = (store: Store, holder: Holder): Reader => ({ store, by: holder.personId, at: Date.now() });

export const etag = (version: number): string => `"${version}"`;

/** The version that the caller read. @throws Problem 412 for anything but one of our ETags: it can only be of something else */
export function versionOf(ifMatch: string | undefined): number {
  const version = /^"([1-9]\d{0,8})"$/.exec(ifMatch ?? '')?.[1];
  if (version === undefined)
    throw Problem.of('precondition-failed', { detail: 'Send If-Match with the ETag of the letter, just as you got it.' });
  return Number(version);
}
