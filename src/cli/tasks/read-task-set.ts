import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { compareText } from '../../base/compare.ts'
import { Fault, messageOf } from '../../base/fault.ts'
import { readTasks, type TaskSet, taskSetBytesMax } from '../../qualification/index.ts'
import { TaskSetHeader } from '../../schema/task-set.ts'
import { dataPath } from '../installation.ts'

export const headerFile = 'task-set.json'
export const tasksFile = 'tasks.jsonl'

/** A folder that was named, or a set that ships with holdfast by its id. */
export function taskSetFolder(name: string): string {
  if (existsSync(join(name, headerFile))) return name
  const shipped = dataPath('tasks', name)
  if (/^[\w.-]+$/.test(name) && existsSync(join(shipped, headerFile))) return shipped
  throw new Fault('HF_TASKS_INVALID', `there is no task set \`${name}\``, {
    expected: `a folder with \`${headerFile}\`, or one of ${shippedTaskSets().join(', ')}`,
  })
}

/** Sets that ship with holdfast, by their ids. */
export function shippedTaskSets(): readonly string[] {
  return setsIn(dataPath('tasks'))
}

/** Names of the folders in a folder that are task sets. */
export function setsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, headerFile)))
    .toSorted(compareText)
}

/** A whole set: one bad line refuses it, for a trial on a part of the tasks would be another trial. */
export async function readTaskSet(name: string): Promise<TaskSet> {
  const folder = taskSetFolder(name)
  const header = await readHeader(join(folder, headerFile))
  const path = join(folder, tasksFile)
  const { set, problems } = await readTasks(header, linesOf(path))
  const [first, ...others] = problems
  if (first === undefined) return set
  throw new Fault('HF_TASKS_INVALID', first.problem, {
    place: { path, line: first.line },
    expected: 'one task a line: schema/task.schema.json',
    others: others.slice(0, 10).map(({ line, problem }) => `${path}:${line} ${problem}`),
  })
}

async function readHeader(path: string): Promise<TaskSetHeader> {
  const text = await limitedText(path)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Fault('HF_TASKS_INVALID', messageOf(error), { place: { path }, expected: 'JSON' })
  }
  const read = TaskSetHeader.safeParse(value)
  if (read.success) return read.data
  throw new Fault('HF_TASKS_INVALID', z.prettifyError(read.error).split('\n')[0] ?? '', {
    place: { path },
    expected: 'schema/task-set.schema.json',
  })
}

async function limitedText(path: string): Promise<string> {
  try {
    await confirmSize(path)
    return await readFile(path, 'utf8')
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** A line at a time, without its end. */
async function* linesOf(path: string): AsyncGenerator<string> {
  try {
    await confirmSize(path)
    let rest = ''
    for await (const part of createReadStream(path, 'utf8') as AsyncIterable<string>) {
      const [first = '', ...others] = part.split('\n')
      const last = others.pop()
      // A line that goes on is only added to: it may be long.
      if (last === undefined) rest += first
      else {
        yield rest + first
        yield* others
        rest = last
      }
    }
    yield rest
  } catch (error) {
    throw unreadable(path, error)
  }
}

async function confirmSize(path: string): Promise<void> {
  const { size } = await stat(path)
  if (size > taskSetBytesMax) throw new Error(`it has more than ${taskSetBytesMax} bytes`)
}

function unreadable(path: string, error: unknown): Fault {
  return new Fault('HF_TASKS_INVALID', `cannot read \`${path}\`: ${messageOf(error)}`, {
    cause: error,
  })
}
