import * as z from 'zod'
import { Task, TaskSetHeader } from '../../schema/task-set.ts'

/** What the admin API tells of task sets, and of how much is captured. */

export const TaskSetList = z.object({
  sets: z
    .array(
      z.object({
        name: z.string().describe('Id of the set'),
        tasks: z.int().describe('Tasks in it'),
        clusters: z.int().describe('Groups of tasks that belong together'),
        kind: z.string().describe('Kind of work'),
        title: z.string().describe('Title'),
      }),
    )
    .describe('Sets that ship, and those in `tasks/` beside holdfast.yaml'),
})

export const ShownTaskSet = z.object({
  header: TaskSetHeader.describe('Where it comes from and how it is judged'),
  digests: z.looseObject({}).describe('Of its tasks and its graders'),
  tasks: z.array(z.string()).describe('Ids of its tasks'),
})

export const ShownTask = Task

export const CheckedTasks = z.object({
  sets: z
    .array(
      z.object({
        name: z.string().describe('Id of the set'),
        tasks: z.int().describe('Tasks in it'),
        corpus: z.string().describe('Digest of its tasks'),
        problems: z
          .array(
            z.object({
              weight: z.enum(['error', 'warning']).describe('How much it matters'),
              kind: z.string().describe('What kind of problem'),
              message: z.string().describe('What is wrong'),
              tasks: z.array(z.string()).describe('Tasks that it concerns'),
            }),
          )
          .describe('What is wrong with it'),
        knownAnswers: z.int().nullable().describe('Known answers; null: graders were not measured'),
        accuracy: z
          .looseObject({})
          .nullable()
          .describe('How often graders are right; null: as above'),
        misgraded: z.array(z.looseObject({})).describe('Known answers that got another verdict'),
        plan: z
          .looseObject({})
          .nullable()
          .describe('What a trial with it can show; null: not asked'),
      }),
    )
    .describe('Each set'),
})

export const CapturedList = z.object({
  workflows: z
    .array(
      z.object({
        workflow: z.string().describe('Workflow of holdfast.yaml'),
        rate: z.number().nullable().describe('Share of calls; null: it captures no more'),
        calls: z.int().describe('Calls that are kept'),
        bytes: z.number().describe('Bytes of them'),
        from: z.string().nullable().describe('First day; null: nothing is kept'),
        to: z.string().nullable().describe('Last day'),
        keptUntil: z.string().nullable().describe('Day on which the last is gone'),
      }),
    )
    .describe('Workflows of which something is captured; nothing is opened'),
})
