import { z } from 'zod';
import { holdsOf, liftHold, placeHold } from '../../records/erasure/legal-hold.ts';
import { caseStanding } from '../../records/presence.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { idFrom } from '../ids.ts';
import { holdSchema } from '../schemas/erasure.ts';
import { asBody } from '../schemas/mirrors.ts';
import { reasonSchema } from '../schemas/work.ts';
import { ADMINISTRATOR, caseParams, DESK_AND_ADMINISTRATOR, EVERYBODY, mustBeDone, orderOf, type RouteDeps } from './common.ts';

const tags = ['Erasure'];

/** What keeps a case from being erased. */
export const legalHoldRoutes = ({ store }: RouteDeps): Route[] => [
  route({
    method: 'get',
    path: '/v1/cases/{caseId}/legal-holds',
    operationId: 'listLegalHolds',
    noted: 'legal-holds.listed',
    summary: 'List the legal holds of the case, those that were lifted too',
    description: 'Without the reasons: the case itself shows them.',
    tags,
    roles: EVERYBODY,
    params: caseParams,
    responses: { 200: { description: 'The holds', schema: z.strictObject({ items: z.array(holdSchema) }) } },
    handler: async ({ params: { caseId } }) => {
      await caseStanding(store.prisma, caseId);
      return { status: 200, body: { items: asBody(await holdsOf(store.prisma, caseId)) } };
    },
  }),
  route({
    method: 'post',
    path: '/v1/cases/{caseId}/legal-holds',
    operationId: 'placeLegalHold',
    summary: 'Keep the case from being erased, with the reason',
    description: 'From now on, also where an erasure was accepted or has begun, as long as the keys are not destroyed.',
    tags,
    roles: DESK_AND_ADMINISTRATOR,
    params: caseParams,
    body: reasonSchema,
    idempotent: true,
    responses: { 201: { description: 'The case is kept', schema: z.strictObject({ holdId: id }) } },
    handler: async (asked) => {
      const holdId = idFrom(asked.commandId, 'hold');
      mustBeDone(await placeHold(store, { ...orderOf(asked), holdId, reason: asked.body.text }));
      return { status: 201, body: { holdId } };
    },
  }),
  route({
    method: 'post',
    path: '/v1/cases/{caseId}/legal-holds/{holdId}/lifting',
    operationId: 'liftLegalHold',
    summary: 'Let the case go, with the reason',
    description: 'An erasure that the hold stopped does not go on by itself: it is asked for anew.',
    tags,
    roles: ADMINISTRATOR,
    params: z.strictObject({ caseId: id, holdId: id }),
    body: reasonSchema,
    idempotent: true,
    responses: { 204: { description: 'Lifted' } },
    handler: async (asked) => {
      mustBeDone(await liftHold(store, { ...orderOf(asked), holdId: asked.params.holdId, reason: asked.body.text }));
      return { status: 204 };
    },
  }),
];
