import { z } from 'zod';
import { quarantinedOf } from '../../records/keys/quarantine.ts';
import { confirmKey, endKey, inviteContact } from '../../records/keys/recipient-keys-change.ts';
import { listKeys } from '../../records/keys/recipient-keys-list.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { endingSchema, fingerprintSchema, keyListSchema } from '../schemas/keys.ts';
import { asBody } from '../schemas/mirrors.ts';
import { mustBeDone, type RouteDeps } from './common.ts';
import { isoOrNull, orderIn, SCOPES, type Scope } from './contact-scope.ts';

const tags = ['Keys and channels'];
const noted = { 204: { description: 'Done' } } as const;

/** By which keys people are written to. */
export const keyRoutes = (deps: RouteDeps): Route[] => SCOPES.flatMap((scope) => keysOf(scope, deps));

const keysOf = (scope: Scope, { store, door }: RouteDeps): Route[] => {
  const { base, of, roles, witnesses, ids } = scope;
  const params = z.strictObject(ids);
  const keyParams = z.strictObject({ ...ids, keyId: id });
  const orderOf = orderIn(scope);
  return [
    route({
      method: 'get',
      path: `${base}/keys`,
      operationId: `list${of}Keys`,
      summary: 'List the keys that messages are sealed to',
      tags,
      roles: witnesses,
      params,
      responses: { 200: { description: 'All of them, oldest first, those that have ended too', schema: keyListSchema } },
      handler: async ({ holder, params: given }) => {
        const { keys, invitedUntil } = await listKeys(store, { by: holder.personId, at: Date.now(), ...scope.who(given) });
        const body = keys.map(({ createdAt, activeAt, expiresAt, verifiedAt, endedAt, ...key }) => ({
          ...key,
          createdAt: createdAt.toISOString(),
          ...{
            activeAt: isoOrNull(activeAt),
            expiresAt: isoOrNull(expiresAt),
            verifiedAt: isoOrNull(verifiedAt),
            endedAt: isoOrNull(endedAt),
          },
        }));
        return { status: 200, body: asBody({ keys: body, invitedUntil: isoOrNull(invitedUntil) }) };
      },
    }),
    route({
      method: 'post',
      path: `${base}/key-invitations`,
      operationId: `invite${of}ToKey`,
      summary: 'Invite to make a key',
      description: 'By mail to the registered address; an earlier invitation dies.',
      tags,
      roles,
      params,
      idempotent: true,
      responses: noted,
      handler: async (asked) => {
        mustBeDone(await inviteContact(store, orderOf(asked)));
        await door.ringPostroom();
        return { status: 204 };
      },
    }),
    route({
      method: 'post',
      path: `${base}/keys/{keyId}/confirmation`,
      operationId: `confirm${of}Key`,
      summary: 'Confirm a key by the fingerprint that its holder read out',
      description:
        'By telephone or face to face, never by mail. A change of keys waits for this; a first key works before, and is then known to be theirs. Of the network never by whoever ended a key or changed the address before.',
      tags,
      roles: witnesses,
      params: keyParams,
      body: fingerprintSchema,
      idempotent: true,
      responses: noted,
      handler: async (asked) => {
        const { fingerprint } = asked.body;
        mustBeDone(await confirmKey(store, { ...orderOf(asked), keyId: asked.params.keyId, fingerprint }));
        await door.ringPostroom();
        return { status: 204 };
      },
    }),
    route({
      method: 'post',
      path: `${base}/keys/{keyId}/ending`,
      operationId: `end${of}Key`,
      summary: 'End a key',
      description:
        'A key that is LOST or NOT_THEIRS closes what was sealed to it: links that lie in mail die, open questions are asked anew once there is another key, and the person is invited to make one. So does every end of a key that nobody ever confirmed. NOT_THEIRS, where somebody else registered it: answers given since it was sealed to do not count until the person has confirmed them; who made it could read the mailbox, so mark the channel as unsafe too.',
      tags,
      roles,
      params: keyParams,
      body: endingSchema,
      idempotent: true,
      responses: noted,
      handler: async (asked) => {
        const order = orderOf(asked);
        const { reason } = asked.body;
        mustBeDone(await endKey(store, { ...order, keyId: asked.params.keyId, ending: reason }));
        // whoever had counted an answer that counts no longer has to look again
        const doubtful = reason === 'NOT_THEIRS' ? await quarantinedOf(store.prisma, [order.contactId]) : [];
        for (const { workflowId, answerId } of doubtful) door.tell(workflowId, answerId);
        await door.ringPostroom();
        return { status: 204 };
      },
    }),
  ];
};
