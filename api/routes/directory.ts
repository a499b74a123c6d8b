import { z } from 'zod';
import { IMPORT_LIMITS } from '../../records/directory/directory-csv.ts';
import { importCsv } from '../../records/directory/directory-import.ts';
import {
  listAdvisors,
  listOrganisations,
  listPartners,
  listTargets,
  type Page,
  type Part,
} from '../../records/directory/directory-lists.ts';
import { decodeMark, encodeMark, pageOf, pageQuery } from '../http/cursor.ts';
import { type Route, route } from '../http/route.ts';
import { asBody } from '../schemas/mirrors.ts';
import { advisorSchema, importReportSchema, organisationSchema, partnerSchema, targetSchema } from '../schemas/network.ts';
import { ADMINISTRATOR, DESK_AND_ADMINISTRATOR, type RouteDeps, UUID } from './common.ts';

const tags = ['Directory'];

type Asked = { readonly limit: number; readonly cursor?: string | undefined };

const partOf = (operationId: string, { limit, cursor }: Asked): Part => ({ after: decodeMark(operationId, cursor, UUID), limit });

const pageBody = <T>(operationId: string, { items, next }: Page<T>) => ({
  items: asBody(items),
  next: next === null ? null : encodeMark(operationId, next),
});

/** The network's own people: members, advisors, partners, and those whom letters go to. */
export const directoryRoutes = ({ store, door }: RouteDeps): Route[] => [
  route({
    method: 'get',
    path: '/v1/organisations',
    operationId: 'listOrganisations',
    noted: 'organisations.listed',
    summary: 'List the organisations of the network',
    tags,
    roles: DESK_AND_ADMINISTRATOR,
    query: z.strictObject({ ...pageQuery, role: z.enum(['MEMBER', 'PARTNER']).optional() }),
    responses: { 200: { description: 'A page of organisations', schema: pageOf(organisationSchema) } },
    handler: async ({ query }) => {
      const part = { ...partOf('listOrganisations', query), ...(query.role === undefined ? {} : { role: query.role }) };
      return { status: 200, body: pageBody('listOrganisations', await listOrganisations(store.prisma, store.seals, part)) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/advisors',
    operationId: 'listAdvisors',
    noted: 'advisors.listed',
    summary: 'List the Advisory Group',
    tags,
    roles: DESK_AND_ADMINISTRATOR,
    query: z.strictObject(pageQuery),
    responses: { 200: { description: 'A page of advisors', schema: pageOf(advisorSchema) } },
    handler: async ({ query }) => ({
      status: 200,
      body: pageBody('listAdvisors', await listAdvisors(store.prisma, store.seals, partOf('listAdvisors', query), Date.now())),
    }),
  }),
  route({
    method: 'get',
    path: '/v1/partners',
    operationId: 'listPartners',
    noted: 'partners.listed',
    summary: 'List those who can help',
    tags,
    roles: DESK_AND_ADMINISTRATOR,
    query: z.strictObject(pageQuery),
    responses: { 200: { description: 'A page of partners', schema: pageOf(partnerSchema) } },
    handler: async ({ query }) => ({
      status: 200,
      body: pageBody('listPartners', await listPartners(store.prisma, store.seals, partOf('listPartners', query), Date.now())),
    }),
  }),
  route({
    method: 'get',
    path: '/v1/targets',
    operationId: 'listTargets',
    noted: 'targets.listed',
    summary: 'List those to whom letters go',
    tags,
    roles: DESK_AND_ADMINISTRATOR,
    query: z.strictObject(pageQuery),
    responses: { 200: { description: 'A page of targets', schema: pageOf(targetSchema) } },
    handler: async ({ query }) => ({
      status: 200,
      body: pageBody('listTargets', await listTargets(store.prisma, store.seals, partOf('listTargets', query))),
    }),
  }),
  route({
    method: 'post',
    path: '/v1/directory/{kind}',
    operationId: 'importDirectory',
    summary: 'Import a file of the directory',
    description:
      'UTF-8, commas or semicolons, one line per entry. Every good line is taken, every other one reported by its number; the same file again changes nothing. Import the members first. Advisors and partners who have no key are invited to make one.',
    tags,
    roles: ADMINISTRATOR,
    params: z.strictObject({ kind: z.enum(['members', 'advisors', 'partners', 'targets']) }),
    bytes: { mediaType: 'text/csv', limit: IMPORT_LIMITS.bytes },
    idempotent: true,
    responses: { 200: { description: 'What was taken and what was not', schema: importReportSchema } },
    handler: async ({ params, holder, bytes }) => {
      const report = await importCsv(store, holder.personId, Date.now(), params.kind, bytes);
      await door.ringPostroom();
      return { status: 200, body: asBody(report) };
    },
  }),
];
