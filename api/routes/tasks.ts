import { z } from 'zod';
import { caseOfTask, completeTask, openTasks } from '../../records/cases/task-list.ts';
import { decodeMark, encodeMark, pageOf, pageQuery } from '../http/cursor.ts';
import { type Route, route } from '../http/route.ts';
import { id } from '../http/schemas.ts';
import { taskSchema } from '../schemas/views.ts';
import { DESK_AND_ADMINISTRATOR, type RouteDeps, UUID } from './common.ts';

/** What is to be done, and that it was done. */
export const taskRoutes = ({ store }: RouteDeps): Route[] => [
  route({
    method: 'get',
    path: '/v1/tasks',
    operationId: 'listTasks',
    noted: 'tasks.listed',
    summary: 'List what is to be done, most urgent first',
    description:
      'Of your cases and of no case. Of other cases, what went up to those who stand in or to administrators, by kind and case alone: `subjectId` is then null.',
    tags: ['Tasks'],
    roles: DESK_AND_ADMINISTRATOR,
    query: z.strictObject(pageQuery),
    responses: { 200: { description: 'A page of open tasks', schema: pageOf(taskSchema) } },
    handler: async ({ query, holder }) => {
      const after = decodeMark('listTasks', query.cursor, UUID);
      const rows = await openTasks(store.prisma, holder, after, query.limit + 1);
      const items = rows
        .slice(0, query.limit)
        .map(({ id: taskId, caseId, kind, urgency, escalation, subjectId, contactId, createdAt, dueAt }) => ({
          ...{ taskId, caseId, kind, urgency, escalation, subjectId, contactId },
          createdAt: createdAt.toISOString(),
          dueAt: dueAt?.toISOString() ?? null,
        }));
      const last = rows.length > query.limit ? items.at(-1) : undefined;
      return { status: 200, body: { items, next: last ? encodeMark('listTasks', last.taskId) : null } };
    },
  }),
  route({
    method: 'post',
    path: '/v1/tasks/{taskId}/completion',
    operationId: 'completeTask',
    summary: 'Mark a task as done',
    description: 'Most tasks end by themselves when the thing itself is done; this is for those that only a person can tick off.',
    tags: ['Tasks'],
    roles: DESK_AND_ADMINISTRATOR,
    params: z.strictObject({ taskId: id }),
    caseOf: ({ taskId }) => caseOfTask(store.prisma, taskId),
    idempotent: true,
    responses: { 200: { description: 'Done', schema: z.strictObject({ taskId: id, doneAt: z.string() }) } },
    handler: async ({ params, holder }) => {
      const doneAt = await store.transact(holder.personId, Date.now(), (tx) => completeTask(tx, params.taskId, holder));
      return { status: 200, body: { taskId: params.taskId, doneAt: doneAt.toISOString() } };
    },
  }),
];
