import { escapePattern } from './escape-pattern.ts'
import type { GraderSettings } from '../../schema/grader-settings.ts'
import type { Task, TaskAnswer } from '../../schema/task-set.ts'
import { answerOf, conversationOf } from './chat-messages.ts'
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
    const bySample = new Map<string, { task: Task; recorded: ReturnType<typeof recordedOf> }>()
    for (const [place, sample] of samplesOf(file)) {
      const row = readSample(sample, head, place)
      if ('problem' in row) {
        yield row
        continue
      }
      // Epochs ask the same again: their answers are collected.
      const known = bySample.get(row.task.id)
      if (known === undefined) bySample.set(row.task.id, { task: row.task, recorded: row.recorded })
      else known.task = withAnswers(known.task, row.task)
    }
    for (const { task, recorded } of bySample.values())
      yield { task, ...(recorded === undefined ? {} : { recorded }) }
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
    if (/^samples\/[^/]+\.json$/.test(path)) yield [`${file.name}: ${path}`, jsonOf(text)]
}

function readSample(
  value: unknown,
  head: Entry,
  place: string,
):
  | { readonly task: Task; readonly recorded: ReturnType<typeof recordedOf> }
  | Extract<ImportedRow, { problem: string }> {
  if (!isEntry(value)) return { place, problem: 'it is no JSON object' }
  const sample = resolved(value, isEntry(value['attachments']) ? value['attachments'] : {}) as Entry
  const request = conversationOf(askedMessages(sample) ?? sample['input'])
  if (request === null) return { place, problem: '`input` is of a form that is not known' }
  const target = sample['target']
  const { expected, graders } = gradersOf(target, head)
  const answer = answerOf(isEntry(sample['output']) ? sample['output']['choices'] : undefined)
  const verdict = verdictOf(sample['scores'])
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
    recorded: recordedOf(answer, sample),
  }
}

/** What was really sent first: solvers put instructions and choices around the input. */
function askedMessages({ messages, choices }: Entry): unknown {
  const all = entriesOf(messages)
  const firstAnswer = all.findIndex(({ role }) => role === 'assistant')
  const asked = firstAnswer < 0 ? all : all.slice(0, firstAnswer)
  // An input that is a conversation has answers of its own; then it stands for itself.
  const isWhole = asked.some(({ role }) => role === 'user')
  return isWhole &&
    (firstAnswer === all.findLastIndex(({ role }) => role === 'assistant') ||
      Array.isArray(choices))
    ? asked
    : undefined
}

function gradersOf(
  target: unknown,
  head: Entry,
): {
  readonly expected?: NonNullable<Task['expected']>
  readonly graders: readonly GraderSettings[]
} {
  // Scorers of Inspect compare without the white space around.
  const texts = (Array.isArray(target) ? target : [target])
    .flatMap((one) => (typeof one === 'string' ? [one.trim()] : []))
    .filter((one) => one !== '')
  if (texts.length === 0) return { graders: [] }
  const evaluation = isEntry(head['eval']) ? head['eval'] : {}
  const names = entriesOf(evaluation['scorers']).map(({ name }) =>
    String(name).replace(/^.*\//, ''),
  )
  const pattern = texts.map(escapePattern).join('|')
  const graders = names.flatMap((name): readonly GraderSettings[] => {
    switch (name) {
      case 'exact':
        return [{ grader: 'exact', ignoreCase: true, ignorePunctuation: true }]
      case 'includes':
        return [{ grader: 'regex', pattern, ignoreCase: true }]
      case 'match':
        return [{ grader: 'regex', pattern: `(?:${pattern})[\\s.]{0,5}$`, ignoreCase: true }]
      case 'choice':
      case 'answer':
        return [
          {
            grader: 'regex',
            pattern: `ANSWER\\s{0,5}:\\s{0,5}(?:${pattern})\\b`,
            ignoreCase: true,
          },
        ]
      case 'model_graded_qa':
      case 'model_graded_fact':
        return [{ grader: 'judge', rubric: 'PASS when the answer says what the reference says.' }]
      default:
        return []
    }
  })
  return { expected: texts.length === 1 ? (texts[0] ?? '') : texts, graders }
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
