import { z } from 'zod';
import { type Problem as Flaw, parsePolicy } from '../../domain/policy.ts';
import { doOnce } from '../../records/deeds.ts';
import { addPolicy, currentPolicy } from '../../records/policies.ts';
import { type InputFault, Problem } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { ADMINISTRATOR, EVERYBODY, type RouteDeps } from './common.ts';

/** Control characters and halves of characters are in no policy, and no database stores them. */
const storable = (value: unknown): boolean => {
  if (typeof value === 'string') return !/[\p{Cc}\p{Cs}]/u.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => storable(key) && storable(inner));
};

const documentSchema = z
  .record(z.string(), z.unknown())
  .refine(storable, 'Remove the control characters')
  .meta({ id: 'Policy', description: 'The policy document; `form` names its shape' });

/** `windows.CONSULT.HIGH` as a pointer. What does not look like a name of ours is left out: a pointer must not carry what was sent. */
const asFault = ({ at, say }: Flaw): InputFault => ({
  pointer: ['/body', ...at.split(/[.[\]]+/).filter((step) => /^[A-Za-z0-9_]{1,40}$/.test(step))].join('/'),
  say,
});

/** What the network decides for itself, and who the caller is. */
export const policyRoutes = ({ store }: RouteDeps): Route[] => [
  route({
    method: 'get',
    path: '/v1/policy',
    operationId: 'readPolicy',
    summary: 'Read the policy that new cases are opened under',
    tags: ['Policy'],
    roles: EVERYBODY,
    responses: {
      200: { description: 'The newest version', schema: z.strictObject({ version: z.int(), name: z.string(), document: documentSchema }) },
    },
    handler: async () => {
      const { version, name, document } = await currentPolicy(store.prisma);
      return { status: 200, body: { version, name, document: document as Record<string, unknown> } };
    },
  }),
  route({
    method: 'put',
    path: '/v1/policy',
    operationId: 'addPolicy',
    summary: 'Put a new version of the policy in force',
    description: 'For new cases: a running case keeps the version it was opened under. Every fault of the document is told at once.',
    tags: ['Policy'],
    roles: ADMINISTRATOR,
    body: documentSchema,
    idempotent: true,
    responses: { 200: { description: 'In force', schema: z.strictObject({ version: z.int() }) } },
    handler: async ({ body, holder, commandId }) => {
      const read = parsePolicy(body);
      if ('problems' in read) throw Problem.of('invalid-input', { errors: read.problems.map(asFault) });
      const deed = { commandId, by: holder.personId, at: Date.now() };
      const done = await doOnce(store, deed, async (tx) => ({ version: await addPolicy(tx, body) }));
      if (done.refused !== null) throw Problem.refused(done.refused);
      return { status: 200, body: { version: done.effects.version ?? 0 } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/me',
    operationId: 'readMe',
    summary: 'Who this token speaks for',
    tags: ['Policy'],
    roles: EVERYBODY,
    responses: { 200: { description: 'The holder', schema: z.strictObject({ personId: id, roles: z.array(z.enum(EVERYBODY)) }) } },
    handler: async ({ holder }) => ({ status: 200, body: { personId: holder.personId, roles: [...holder.roles] } }),
  }),
];
