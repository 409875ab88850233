import { createHash } from 'node:crypto'
import * as z from 'zod'
import { canonicalJson } from '../../base/canonical-json.ts'
import { compareText } from '../../base/compare.ts'
import { Task, type TaskSetHeader } from '../../schema/task-set.ts'
import { taskLineLengthMax, tasksMax } from '../limits.ts'

/** A task set as trials use it: what the header says for all stands in each task. */
export interface TaskSet {
  readonly header: TaskSetHeader
  readonly tasks: readonly Task[]
}

/** A line that is no task. Lines count from 1. */
export interface LineProblem {
  readonly line: number
  readonly problem: string
}

/** Reads the lines of `tasks.jsonl` as they come: a large set is never held as text. A bad line costs itself and is told. */
export async function readTasks(
  header: TaskSetHeader,
  lines: AsyncIterable<string>,
): Promise<{ readonly set: TaskSet; readonly problems: readonly LineProblem[] }> {
  const tasks: Task[] = []
  const problems: LineProblem[] = []
  const seen = new Set<string>()
  let number = 0
  for await (const line of lines) {
    number += 1
    if (line.trim() === '') continue
    const read = readTask(line)
    if ('problem' in read) problems.push({ line: number, problem: read.problem })
    else if (seen.has(read.task.id))
      problems.push({ line: number, problem: `the id \`${read.task.id}\` stands twice` })
    else if (tasks.length >= tasksMax)
      problems.push({ line: number, problem: `a set holds at most ${tasksMax} tasks` })
    else {
      seen.add(read.task.id)
      tasks.push(wholeTask(header, read.task))
    }
  }
  return { set: { header, tasks }, problems }
}

function readTask(line: string): { readonly task: Task } | { readonly problem: string } {
  if (line.length > taskLineLengthMax) return { problem: 'the line is too long' }
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { problem: 'the line is no JSON' }
  }
  const read = Task.safeParse(value)
  return read.success
    ? { task: read.data }
    : { problem: z.prettifyError(read.error).split('\n')[0] ?? '' }
}

/** A task with what the header says for those that say nothing. */
export function wholeTask(header: TaskSetHeader, task: Task): Task {
  const { system, tools, output, parameters } = { ...header, ...withoutAbsent(task.request) }
  const graders = task.graders ?? header.graders
  return {
    ...task,
    request: {
      ...task.request,
      ...withoutAbsent({ system, tools, output, parameters }),
    },
    ...(graders === undefined ? {} : { graders }),
  }
}

function withoutAbsent<T extends object>(
  object: T,
): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>
  }
}

/** What a trial registers of its tasks: the same tasks in any order, and with any spacing, have the same digests. */
export interface TaskSetDigests {
  /** All that is asked, expected and judged, and which tasks belong together. */
  readonly corpus: string
  readonly prompts: string
  readonly tools: string
  readonly graders: string
}

export function taskSetDigests({ tasks }: TaskSet): TaskSetDigests {
  const inOrder = tasks.toSorted((a, b) => compareText(a.id, b.id))
  return {
    corpus: listDigest(inOrder, ({ id, cluster, request, files, expected, graders }) => ({
      id,
      cluster: cluster ?? null,
      request,
      ...(files === undefined ? {} : { files }),
      expected: expected ?? null,
      graders: graders ?? [],
    })),
    prompts: listDigest(inOrder, ({ id, request: { system, messages, output, parameters } }) => ({
      id,
      system: system ?? null,
      messages,
      output: output ?? null,
      parameters: parameters ?? {},
    })),
    tools: listDigest(inOrder, ({ id, request: { tools, toolChoice } }) => ({
      id,
      tools: tools ?? [],
      toolChoice: toolChoice ?? null,
    })),
    graders: listDigest(inOrder, ({ id, graders }) => ({ id, graders: graders ?? [] })),
  }
}

/** Digest of a list in canonical JSON, item by item: the whole text of a large set is never held. */
function listDigest<T>(items: readonly T[], of: (item: T) => unknown): string {
  const sum = createHash('sha256')
  for (const [at, item] of items.entries())
    sum.update(`${at === 0 ? '[' : ','}${canonicalJson(of(item))}`)
  return `sha256:${sum.update(items.length === 0 ? '[]' : ']').digest('hex')}`
}
