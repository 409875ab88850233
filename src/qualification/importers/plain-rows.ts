import * as z from 'zod'
import { Task } from '../../schema/task-set.ts'
import { conversationOf } from './chat-messages.ts'
import { csvRows } from './csv-rows.ts'
import { expectedAnswer } from './expected-answer.ts'
import {
  type Entry,
  firstEntry,
  type ImportedRow,
  type Importer,
  jsonDocument,
  jsonLines,
  leftOut,
  entriesOf,
  taskId,
  textOf,
} from './importer.ts'

const inputNames = ['messages', 'input', 'prompt', 'question', 'query', 'instruction', 'text']
const expectedNames = ['expected', 'ideal', 'answer', 'target', 'reference', 'label', 'output']
const clusterNames = ['cluster', 'group', 'conversation', 'session', 'repository', 'customer']

/** Rows of one's own: whatever names the task and what is expected. */
export const plainRows: Importer = {
  id: 'plain',
  title: 'plain rows: JSONL, a JSON list, or CSV with a header line',
  documentation: ['https://www.rfc-editor.org/rfc/rfc4180', 'https://jsonlines.org'],
  fields: [
    inputNames.join(' | '),
    expectedNames.join(' | '),
    clusterNames.join(' | '),
    'id',
    'system',
    'a whole task, as in `tasks.jsonl`',
  ],
  recognises: (file) => {
    const first =
      firstEntry(file) ??
      entriesOf(jsonDocument(file))[0] ??
      (isTable(file.name) ? csvRows(file.text)[0] : null)
    return (
      first !== null &&
      first !== undefined &&
      ('request' in first ||
        Object.keys(first).some((name) => inputNames.includes(name.trim().toLowerCase())))
    )
  },
  *read(file) {
    const list = jsonDocument(file)
    if (Array.isArray(list)) {
      for (const [index, row] of list.entries())
        yield readRow(row as Entry, `${file.name}[${index}]`, index + 1)
    } else if (isTable(file.name)) {
      let number = 0
      for (const row of csvRows(file.text)) {
        number += 1
        yield row === null
          ? { place: `${file.name}: row ${number}`, problem: 'it has more cells than the header' }
          : readRow(row, `${file.name}: row ${number}`, number)
      }
    } else {
      for (const { line, entry } of jsonLines(file.text))
        yield entry === null
          ? { place: `${file.name}:${line}`, problem: 'it is no JSON object' }
          : readRow(entry, `${file.name}:${line}`, line)
    }
  },
}

function isTable(name: string): boolean {
  return /\.[ct]sv$/i.test(name)
}

function readRow(row: Entry, place: string, number: number): ImportedRow {
  if (typeof row !== 'object' || row === null) return { place, problem: 'it is no object' }
  if ('request' in row) {
    const whole = Task.safeParse(row)
    return whole.success
      ? { task: whole.data }
      : { place, problem: z.prettifyError(whole.error).split('\n')[0] ?? 'it is no task' }
  }
  const request = conversationOf(valueOf(row, inputNames))
  if (request === null)
    return { place, problem: `none of ${inputNames.join(', ')} is a text or messages` }
  const system = textOf(valueOf(row, ['system']))
  const cluster = valueOf(row, clusterNames)
  return {
    task: {
      id: taskId(valueOf(row, ['id']) ?? `row-${number}`),
      ...(typeof cluster === 'string' || typeof cluster === 'number'
        ? { cluster: String(cluster) }
        : {}),
      request: system === null ? request : { ...request, system },
      ...expectedAnswer(valueOf(row, expectedNames)),
    },
    place,
    notes: leftOf(row),
  }
}

/** Members that hold something and are no part of a task; of several that mean the same the first is taken. */
function leftOf(row: Entry): readonly string[] {
  const members = membersOf(row)
  const used = [inputNames, expectedNames, clusterNames, ['system'], ['id']].map((names) =>
    names.find((one) => members.has(one)),
  )
  return leftOut([...members.keys()].filter((name) => !used.includes(name)))
}

function membersOf(row: Entry): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(row)
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([name, value]) => [name.trim().toLowerCase(), value]),
  )
}

/** Tables write `Question` as often as `question`. */
function valueOf(row: Entry, names: readonly string[]): unknown {
  const members = membersOf(row)
  const name = names.find((one) => members.has(one))
  return name === undefined ? undefined : members.get(name)
}
