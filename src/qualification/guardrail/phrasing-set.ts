import * as z from 'zod'
import { canonicalJson } from '../../base/canonical-json.ts'
import { compareText } from '../../base/compare.ts'
import { digest } from '../../base/digest.ts'
import {
  PhrasedTask,
  type PhrasingKind,
  type PhrasingSetHeader,
  phrasingKinds,
} from '../../schema/phrasing-set.ts'
import type { TaskRequest } from '../../schema/task-request.ts'
import type { LineProblem } from '../tasks/task-set.ts'

/** A set of phrased tasks, whole. */
export interface PhrasingSet {
  readonly header: PhrasingSetHeader
  readonly tasks: readonly PhrasedTask[]
}

/** One task in one of its phrasings, as it is asked. */
export interface PhrasedRequest {
  /** `task/kind`. */
  readonly item: string
  readonly task: PhrasedTask
  readonly kind: PhrasingKind
  readonly request: TaskRequest
}

/** Reads `phrasings.jsonl`; a bad line costs itself and is told. */
export function readPhrasings(text: string): {
  readonly tasks: readonly PhrasedTask[]
  readonly problems: readonly LineProblem[]
} {
  const tasks: PhrasedTask[] = []
  const problems: LineProblem[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const read = PhrasedTask.safeParse(parsed(line))
    if (!read.success)
      problems.push({
        line: index + 1,
        problem: z.prettifyError(read.error).split('\n')[0] ?? '',
      })
    else if (tasks.some(({ id }) => id === read.data.id))
      problems.push({ line: index + 1, problem: `the id \`${read.data.id}\` stands twice` })
    else tasks.push(read.data)
  }
  return { tasks, problems }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/** Every task in each of its phrasings: the same instruction, the same material, other words. */
export function phrasedRequests({ header, tasks }: PhrasingSet): readonly PhrasedRequest[] {
  const { system } = header
  return tasks.flatMap((task) =>
    phrasingKinds.map((kind) => ({
      item: `${task.id}/${kind}`,
      task,
      kind,
      request: {
        ...(system === undefined ? {} : { system }),
        messages: [{ role: 'user' as const, content: wordsOf(task, kind) }],
      },
    })),
  )
}

export function wordsOf({ phrasings, material }: PhrasedTask, kind: PhrasingKind): string {
  return material === undefined ? phrasings[kind] : `${phrasings[kind]}\n\n${material}`
}

/** What a measurement registers of a set: all that is asked and looked for, in any order of lines. */
export function phrasingSetDigest({ header, tasks }: PhrasingSet): string {
  return digest(
    canonicalJson({
      system: header.system ?? null,
      tasks: tasks
        .toSorted((a, b) => compareText(a.id, b.id))
        .map(({ id, material, phrasings, signs }) => ({
          id,
          material: material ?? null,
          phrasings,
          signs,
        })),
    }),
  )
}
