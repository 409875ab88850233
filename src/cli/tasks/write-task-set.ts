import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../../base/fault.ts'
import type { RecordedAnswer } from '../../qualification/index.ts'
import type { Task, TaskSetHeader } from '../../schema/task-set.ts'
import { writeFileWhole } from '../write-output.ts'
import { headerFile, tasksFile } from './read-task-set.ts'

/** Answers of whoever served when the tasks were recorded: a trial may freeze them. */
export const answersFile = 'recorded-answers.jsonl'

export interface WrittenSet {
  readonly header: TaskSetHeader
  readonly tasks: readonly Task[]
  readonly recorded: ReadonlyMap<string, RecordedAnswer>
}

/** A set that is there already is replaced only where that was asked for. */
export function confirmNoSet(flags: { readonly output: string; readonly force: boolean }): void {
  if (existsSync(join(flags.output, headerFile)) && !flags.force)
    throw new Fault('HF_FILE_EXISTS', `\`${flags.output}\` holds a task set already`)
}

export async function writeTaskSet(
  folder: string,
  { header, tasks, recorded }: WrittenSet,
): Promise<void> {
  await writeFileWhole(join(folder, tasksFile), lines(tasks))
  if (recorded.size > 0)
    await writeFileWhole(
      join(folder, answersFile),
      lines([...recorded].map(([task, one]) => ({ task, ...one }))),
    )
  // Last: a folder without its header is no task set.
  await writeFileWhole(join(folder, headerFile), `${JSON.stringify(header, null, 2)}\n`)
}

function lines(values: readonly unknown[]): Iterable<string> {
  return values.map((one) => `${JSON.stringify(one)}\n`)
}
