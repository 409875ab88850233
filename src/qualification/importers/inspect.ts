import type { Task, TaskAnswer } from '../../schema/task-set.ts'
import { conversationOf } from './chat-messages.ts'
import { answerOf } from './model-answer.ts'
import {
  type Entry,
  entriesOf,
  type ImportedRow,
  type Importer,
  type ImportFile,
  isEntry,
  jsonDocument,
  jsonOf,
  taskId,
  textOf,
} from './importer.ts'
import { scorersOf } from './inspect-scorers.ts'

/** Logs of Inspect (UK AISI): `.eval`, a zip of JSON, or one JSON document. */
export const inspect: Importer = {
  id: 'inspect',
  title: 'logs of Inspect (`.eval`, stored, deflated or zstd, or JSON)',
  documentation: [
    'https://inspect.aisi.org.uk/eval-logs.html',
    'https://inspect.aisi.org.uk/reference/inspect_ai.log.html',
  ],
  fields: [
    'eval.task',
    'eval.scorers[].name',
    'eval.scorers[].options',
    'samples[].id',
    'samples[].epoch',
    'samples[].input',
    'samples[].choices',
    'samples[].target',
    'samples[].messages',
    'samples[].attachments',
    'samples[].output',
    'samples[].scores',
  ],
  recognises: (file) => headOf(file) !== null,
  header: (file) => {
    const evaluation = headOf(file)?.['eval']
    const title = isEntry(evaluation) ? textOf(evaluation['task']) : null
    return title === null ? {} : { title }
  },
  *read(file) {
    const head = headOf(file) ?? {}
    const bySample = new Map<string, ReadSample>()
    for (const [place, sample] of samplesOf(file)) {
      const row = readSample(sample, head, place)
      if ('problem' in row) {
        yield row
        continue
      }
      // Epochs ask the same again: their answers are collected. Ids that read alike stay apart.
      const id = JSON.stringify((sample as Entry)['id'])
      const known = bySample.get(id)
      bySample.set(
        id,
        known === undefined ? row : { ...known, task: withAnswers(known.task, row.task) },
      )
    }
    yield* bySample.values()
  },
}

function headOf(file: ImportFile): Entry | null {
  const text = file.members.get('header.json') ?? file.members.get('_journal/start.json')
  const head = text === undefined ? jsonDocument(file) : jsonOf(text)
  return isEntry(head) && isEntry(head['eval']) && 'version' in head ? head : null
}

function* samplesOf(file: ImportFile): Iterable<readonly [string, unknown]> {
  if (file.members.size === 0) {
    const samples = headOf(file)?.['samples']
    for (const [index, sample] of (Array.isArray(samples) ? samples : []).entries())
      yield [`${file.name}: sample ${index + 1}`, sample]
    return
  }
  for (const [path, text] of file.members)
    // Ids such as `HumanEval/0` are part of the path as they are.
    if (/^samples\/.+\.json$/.test(path)) yield [`${file.name}: ${path}`, jsonOf(text)]
}

type ReadSample = Exclude<ImportedRow, { readonly problem: string }>

function readSample(value: unknown, head: Entry, place: string): ImportedRow {
  if (!isEntry(value)) return { place, problem: 'it is no JSON object' }
  const sample = resolved(value, isEntry(value['attachments']) ? value['attachments'] : {}) as Entry
  const request = conversationOf(askedMessages(sample) ?? sample['input'])
  if (request === null || request.messages.every(({ content }) => content === ''))
    return {
      place,
      problem: '`input` is empty, of a form that is not known, or has attachments by address',
    }
  const { expected, graders, notes } = scorersOf(sample['target'], head)
  const answer = answerOf(isEntry(sample['output']) ? sample['output']['choices'] : undefined)
  const verdict = verdictOf(sample['scores'])
  const recorded = recordedOf(answer, sample)
  return {
    task: {
      id: taskId(sample['id']),
      request,
      ...(expected === undefined ? {} : { expected }),
      ...(graders.length === 0 ? {} : { graders: [...graders] }),
      ...(answer === null || verdict === null
        ? {}
        : verdict
          ? { knownGood: [answer] }
          : { knownBad: [answer] }),
    },
    ...(recorded === undefined ? {} : { recorded }),
    place,
    notes: [...notes, ...leftOf(sample)],
  }
}

/** What a trial, which asks once, has not. */
function leftOf({ messages, files, sandbox }: Entry): readonly string[] {
  const calls = entriesOf(messages).filter(({ role }) => role === 'tool').length
  return [
    ...(calls > 0 ? ['it was solved with tools, which the task has not; a trial asks once'] : []),
    ...(isEntry(files) || (sandbox !== undefined && sandbox !== null)
      ? ['its files or its sandbox are left out']
      : []),
  ]
}

/**
 * What was really sent first: solvers put instructions and choices around the input. An input that is a conversation has
 * answers of its own; what is asked ends before the first one after these.
 */
function askedMessages({ input, messages }: Entry): unknown {
  const all = entriesOf(messages)
  const given = entriesOf(input).filter(({ role }) => role === 'assistant').length
  const answers = all.flatMap(({ role }, index) => (role === 'assistant' ? [index] : []))
  const asked = all.slice(0, answers[given])
  return asked.some(({ role }) => role === 'user') ? asked : undefined
}

/** Correct and incorrect, in the ways in which scorers say it; anything between is left out. Null: not said. */
function verdictOf(scores: unknown): boolean | null {
  const values = Object.values(isEntry(scores) ? scores : {})
    .filter(isEntry)
    .map(({ value }) => value)
  if (values.length === 0) return null
  if (values.every((one) => one === 'C' || one === 1 || one === true)) return true
  return values.some((one) => one === 'I' || one === 0 || one === false) ? false : null
}

function withAnswers(known: Task, more: Task): Task {
  const all = (a: readonly TaskAnswer[] = [], b: readonly TaskAnswer[] = []) => [
    ...new Map([...a, ...b].map((one) => [JSON.stringify(one), one])).values(),
  ]
  const [good, bad] = [all(known.knownGood, more.knownGood), all(known.knownBad, more.knownBad)]
  return {
    ...known,
    ...(good.length === 0 ? {} : { knownGood: good }),
    ...(bad.length === 0 ? {} : { knownBad: bad }),
  }
}

function recordedOf(answer: TaskAnswer | null, { output }: Entry) {
  return answer === null
    ? undefined
    : { model: isEntry(output) ? textOf(output['model']) : null, answer }
}

/** Long texts stand once, under `attachments`, and are referred to. */
function resolved(value: unknown, attachments: Entry): unknown {
  if (typeof value === 'string') {
    const id = value.startsWith('attachment://') ? value.slice('attachment://'.length) : null
    return id !== null && typeof attachments[id] === 'string' ? attachments[id] : value
  }
  if (Array.isArray(value)) return value.map((one) => resolved(one, attachments))
  if (!isEntry(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'events' && name !== 'attachments' && name !== 'store')
      .map(([name, member]) => [name, resolved(member, attachments)]),
  )
}
