import * as z from 'zod'
import { inThread } from '../in-thread.ts'
import { idIn, KeptId } from '../kept-name.ts'
import { adminLimits } from '../limits.ts'
import { actingRoles, everyRole, noQuery, resource } from '../resource.ts'
import { CapturedList, CheckedTasks, ShownTask, ShownTaskSet, TaskSetList } from '../shown-tasks.ts'

const share = z.number().gt(0).lt(1)

const WhatIsChecked = z.strictObject({
  sets: z.array(KeptId).min(1).max(20).describe('Ids of task sets'),
  grade: z
    .boolean()
    .default(false)
    .describe('Grades the known answers too; tests among the graders are run'),
  need: z
    .union([z.literal(true), z.int().min(1).max(1_000_000)])
    .optional()
    .describe('`true`: tells how many tasks a trial needs; a number: checks against that one'),
  workflow: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Plans for the `trial` of this workflow'),
  margin: share.optional().describe('Largest loss of quality that is accepted'),
  alpha: share.optional().describe('Risk of a false qualification'),
  power: share.optional().describe('Chance that a trial shows it where both sides are alike'),
  discordance: share.optional().describe('Share of tasks on which only one side passes'),
  correlation: z.number().min(0).max(1).optional().describe('How far tasks of a cluster are alike'),
})

/** The same as `holdfast tasks list | show | check | capture list`, of sets that ship or lie in `tasks/`. */
export const taskResources = [
  resource({
    method: 'GET',
    path: '/api/v1/task-sets',
    id: 'listTaskSets',
    summary: 'Task sets that ship, and those in `tasks/` beside holdfast.yaml',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: TaskSetList,
    handle: async (context, { signal }) =>
      await inThread(context, ['tasks', 'list'], null, { signal }),
  }),
  resource({
    method: 'GET',
    path: '/api/v1/task-sets/{id}/task',
    id: 'showTask',
    summary: 'One task of a set, whole',
    // What is asked and what is the right answer: whoever knows both can prepare a model for it.
    roles: actingRoles,
    parameters: { id: 'Id of a task set' },
    query: z.strictObject({ task: z.string().min(1).max(500).describe('Id of the task') }),
    body: null,
    answer: ShownTask,
    handle: async (context, { parameters, query, signal }) => {
      const asked = { set: idIn(parameters, 'task set'), task: query.task }
      return await inThread(context, ['tasks', 'showTask'], asked, { signal })
    },
  }),
  resource({
    method: 'GET',
    path: '/api/v1/task-sets/{id}',
    id: 'showTaskSet',
    summary: 'A task set: where it comes from, how it is judged, which tasks it has',
    roles: everyRole,
    parameters: { id: 'Id of a task set' },
    query: noQuery,
    body: null,
    answer: ShownTaskSet,
    handle: async (context, { parameters, signal }) => {
      const asked = { set: idIn(parameters, 'task set') }
      return await inThread(context, ['tasks', 'show'], asked, { signal })
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/task-sets/check',
    id: 'checkTaskSets',
    summary: 'What is wrong with task sets before a trial: duplicates, leaks, clusters, power',
    roles: actingRoles,
    query: noQuery,
    body: WhatIsChecked,
    isChange: false,
    answer: CheckedTasks,
    handle: async (context, { body, signal }) => {
      const timeMs = adminLimits.longWorkMs
      return await inThread(context, ['tasks', 'check'], body, { signal, timeMs })
    },
  }),
  resource({
    method: 'GET',
    path: '/api/v1/captures',
    id: 'listCaptures',
    summary: 'How much is captured of which workflow; nothing is opened',
    roles: actingRoles,
    query: noQuery,
    body: null,
    answer: CapturedList,
    handle: async (context, { signal }) =>
      await inThread(context, ['tasks', 'captured'], null, { signal }),
  }),
]
