import { z } from 'zod';
import { addMember, membersOf, removeMember, standIn } from '../../records/access/members.ts';
import { listPeople } from '../../records/access/staff.ts';
import { type Route, route } from '../http/route.ts';
import { id, instant } from '../http/schemas.ts';
import { reasonSchema } from '../schemas/work.ts';
import { COORDINATOR, caseParams, DESK_AND_ADMINISTRATOR, mustBeDone, orderOf, type RouteDeps } from './common.ts';

const tags = ['Members of a case'];
const added = z.strictObject({ personId: id });

/** Who of the secretariat works on a case. Nobody else reads it. */
export const memberRoutes = ({ store, door }: RouteDeps): Route[] => [
  route({
    method: 'get',
    path: '/v1/staff',
    operationId: 'listStaff',
    noted: 'staff.listed',
    summary: 'List who works here',
    tags,
    roles: DESK_AND_ADMINISTRATOR,
    responses: {
      200: {
        description: 'Everybody who may be added to a case',
        schema: z.strictObject({
          items: z.array(z.strictObject({ personId: id, name: z.string(), language: z.string(), standsIn: z.boolean() })),
        }),
      },
    },
    handler: async () => {
      const active = (await listPeople(store.prisma, store.seals)).filter(({ disabledAt }) => disabledAt === null);
      const items = active.map(({ personId, name, language, backup }) => ({ personId, name, language, standsIn: backup }));
      return { status: 200, body: { items } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/cases/{caseId}/members',
    operationId: 'listMembers',
    noted: 'members.listed',
    summary: 'List who works on the case',
    description: 'With the reason of whoever took it up alone; an administrator sees that they did, and not why.',
    tags,
    roles: DESK_AND_ADMINISTRATOR,
    params: caseParams,
    responses: {
      200: {
        description: 'The members',
        schema: z.strictObject({
          items: z.array(
            z.strictObject({
              ...{ personId: id, name: z.string(), how: z.enum(['OPENED', 'ADDED', 'STOOD_IN']), reason: z.string().nullable() },
              ...{ addedBy: id, addedAt: instant },
              active: z.boolean().meta({ description: 'false: has left the secretariat' }),
            }),
          ),
        }),
      },
    },
    handler: async ({ params: { caseId }, holder }) => {
      const members = await membersOf(store.prisma, store.seals, caseId, holder.roles.includes('coordinator'));
      return { status: 200, body: { items: members.map(({ addedAt, ...member }) => ({ ...member, addedAt: addedAt.toISOString() })) } };
    },
  }),
  route({
    method: 'post',
    path: '/v1/cases/{caseId}/members',
    operationId: 'addMember',
    summary: 'Let somebody of the secretariat into the case',
    description:
      'By a member, or by an administrator, who does not come to see the case by it. Nobody adds themselves. They, the members and the administrators are told.',
    tags,
    roles: DESK_AND_ADMINISTRATOR,
    params: caseParams,
    body: added,
    idempotent: true,
    responses: { 201: { description: 'They are a member', schema: added } },
    handler: async (asked) => {
      const { personId } = asked.body;
      mustBeDone(await addMember(store, { ...orderOf(asked), personId }));
      await door.ringPostroom();
      return { status: 201, body: { personId } };
    },
  }),
  route({
    method: 'post',
    path: '/v1/cases/{caseId}/members/{personId}/removal',
    operationId: 'removeMember',
    summary: 'Take somebody out of the case',
    description:
      'They see nothing of it from their next request on. The last one who can act stays, and whoever stood in takes nobody out who was there before. They, the members and the administrators are told.',
    tags,
    roles: COORDINATOR,
    params: z.strictObject({ caseId: id, personId: id }),
    idempotent: true,
    responses: { 204: { description: 'Taken out' } },
    handler: async (asked) => {
      mustBeDone(await removeMember(store, { ...orderOf(asked), personId: asked.params.personId }));
      await door.ringPostroom();
      return { status: 204 };
    },
  }),
  route({
    method: 'post',
    path: '/v1/cases/{caseId}/standing-in',
    operationId: 'standIn',
    summary: 'Take a case up alone, with the reason',
    description:
      'For those who are marked as stand-ins, when a case cannot wait for its members. Nobody is asked first; the members and the administrators are told at once, and the reason is kept.',
    tags,
    roles: COORDINATOR,
    forStandIns: true,
    params: caseParams,
    body: reasonSchema,
    idempotent: true,
    responses: { 201: { description: 'You are a member', schema: added } },
    handler: async (asked) => {
      mustBeDone(await standIn(store, { ...orderOf(asked), reason: asked.body }));
      await door.ringPostroom();
      return { status: 201, body: { personId: asked.holder.personId } };
    },
  }),
];
