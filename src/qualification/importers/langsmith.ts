import { parametersOf } from './call-parameters.ts'
import { type Conversation, conversationOf } from './chat-messages.ts'
import { answerOf } from './model-answer.ts'
import { toolsOf } from './tool-definitions.ts'
import { csvRows } from './csv-rows.ts'
import { expectedAnswer } from './expected-answer.ts'
import {
  type Entry,
  firstEntry,
  type ImportedRow,
  type Importer,
  type ImportFile,
  isEntry,
  jsonDocument,
  jsonLines,
  taskId,
  textOf,
  unpacked,
} from './importer.ts'

/** Datasets of LangSmith: examples with `inputs` and `outputs`, which are objects of the user's own names. */
export const langsmith: Importer = {
  id: 'langsmith',
  title:
    'LangSmith datasets and runs (JSON of its command line and API, JSONL, CSV, Parquet of bulk exports)',
  documentation: [
    'https://docs.langchain.com/langsmith/manage-datasets',
    'https://github.com/langchain-ai/langsmith-cli/blob/main/internal/cmd/dataset.go',
  ],
  fields: [
    'examples[].id',
    'examples[].inputs',
    'examples[].outputs',
    'examples[].metadata',
    'examples[].split',
    'inputs.NAME and outputs.NAME (CSV)',
    'runs[].run_type, id, trace_id, thread_id',
    'runs[].extra.{invocation_params,metadata}',
  ],
  recognises: (file) => {
    const [first] = examplesOf(file)
    return first !== undefined && isEntry(first) && isEntry(unpacked(first['inputs']))
  },
  header: (file) => {
    const document = jsonDocument(file)
    const dataset = isEntry(document) && isEntry(document['dataset']) ? document['dataset'] : {}
    const title = textOf(dataset['name'])
    return title === null ? {} : { title }
  },
  *read(file) {
    let number = 0
    let others = 0
    for (const example of examplesOf(file)) {
      number += 1
      const isRun = isEntry(example) && typeof example['run_type'] === 'string'
      // Chains and tools hold runs of models and would be asked twice.
      if (!isRun) yield readExample(example, `${file.name}: example ${number}`, number)
      else if (example['run_type'] === 'llm') yield readRun(example, `${file.name}: run ${number}`)
      else others += 1
    }
    if (number > 0 && others === number)
      yield { place: file.name, problem: 'no run is one of a model (`run_type` is `llm`)' }
  },
}

function* examplesOf(file: ImportFile): Iterable<unknown> {
  if (/\.csv$/i.test(file.name)) {
    for (const row of csvRows(file.text)) yield row === null ? null : ofRow(row)
    return
  }
  const document = jsonDocument(file)
  if (Array.isArray(document)) yield* document
  else if (isEntry(document) && Array.isArray(document['examples'])) yield* document['examples']
  else if (isEntry(document) && Array.isArray(document['runs'])) yield* document['runs']
  else if (isEntry(document) && document['inputs'] !== undefined) yield document
  else if (document === null && firstEntry(file) !== null)
    for (const { entry } of jsonLines(file.text)) yield entry
}

/** A table has `inputs` and `outputs` as JSON, or one column for each of their members. */
function ofRow(row: Readonly<Record<string, string>>): Entry {
  if (isEntry(unpacked(row['inputs']))) return row
  const membersOf = (head: string): Entry =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([name]) => name.startsWith(`${head}.`))
        .map(([name, value]) => [name.slice(head.length + 1), unpacked(value)]),
    )
  const inputs = membersOf('inputs')
  return Object.keys(inputs).length === 0 ? row : { ...row, inputs, outputs: membersOf('outputs') }
}

function readExample(example: unknown, place: string, number: number): ImportedRow {
  const inputs = isEntry(example) ? unpacked(example['inputs']) : null
  if (!isEntry(example) || !isEntry(inputs)) return { place, problem: 'no `inputs`' }
  const { request, left } = askedOf(inputs)
  if (request === null)
    return { place, problem: '`inputs` is empty, or its messages are of a form that is not known' }
  return {
    task: {
      id: taskId(example['id'] ?? `example-${number}`),
      request,
      ...expectedOf(unpacked(example['outputs'])),
      ...tagsOf(example),
    },
    place,
    notes: left.map((name) => `\`inputs.${name}\` beside the messages is left out`),
  }
}

/** Messages with what belongs to a request; else the inputs, each with its name. */
function askedOf(inputs: Entry): {
  readonly request: Conversation | null
  readonly left: readonly string[]
} {
  const isChat = inputs['messages'] !== undefined
  const [only, ...more] = Object.keys(inputs).filter((name) => name !== 'tools')
  const given = isChat
    ? inputs
    : only !== undefined && more.length === 0 && conversationOf(inputs[only]) !== null
      ? inputs[only]
      : writtenInputs(inputs)
  const request = conversationOf(given)
  const tools = isChat ? [] : toolsOf(inputs['tools'])
  return {
    request: request === null || tools.length === 0 ? request : { ...request, tools: [...tools] },
    left: isChat
      ? Object.keys(inputs).filter((name) => name !== 'messages' && !ofRequest.has(name))
      : [],
  }
}

/** What stands beside messages in the body of a request and is carried over, or is of the call alone. */
const ofRequest: ReadonlySet<string> = new Set([
  'tools',
  'system',
  'model',
  'temperature',
  'max_tokens',
  'stream',
])

/** What was recorded of a run: its output is what somebody answered, and nobody says that it is right. */
function readRun(run: Entry, place: string): ImportedRow {
  const inputs = unpacked(run['inputs'])
  const request = isEntry(inputs)
    ? (conversationOf(inputs) ?? conversationOf(inputs['input'] ?? inputs['prompts']))
    : null
  if (!isEntry(inputs) || request === null)
    return { place, problem: '`inputs` has no messages of a form that is known' }
  const extra = entryOf(run['extra'])
  const parameters = entryOf(extra['invocation_params'])
  const metadata = entryOf(extra['metadata'])
  const tools = request.tools ?? toolsOf(parameters['tools'])
  const cluster =
    textOf(run['thread_id']) ?? textOf(metadata['thread_id']) ?? textOf(run['trace_id'])
  const outputs = unpacked(run['outputs'])
  const model =
    servedModel(outputs) ??
    textOf(metadata['ls_model_name']) ??
    textOf(parameters['model']) ??
    textOf(parameters['model_name'])
  const answer = answerOf(isEntry(outputs) ? (outputs['messages'] ?? outputs) : outputs)
  return {
    task: {
      id: taskId(run['id'] ?? run['run_id']),
      ...(cluster === null ? {} : { cluster }),
      request: {
        ...request,
        ...(tools.length === 0 ? {} : { tools: [...tools] }),
        ...parametersOf({ ...inputs, ...parameters }),
      },
    },
    ...(answer === null ? {} : { recorded: { model, answer } }),
  }
}

/** What answered may be another model than was asked for: providers and LangChain write it in what was answered. */
function servedModel(outputs: unknown): string | null {
  if (!isEntry(outputs)) return null
  const details = isEntry(outputs['llm_output']) ? outputs['llm_output'] : {}
  return textOf(outputs['model']) ?? textOf(details['model_name']) ?? textOf(details['model'])
}

/** An object, or one that stands there as JSON in a text. */
function entryOf(value: unknown): Entry {
  const read = unpacked(value)
  return isEntry(read) ? read : {}
}

/** Several inputs are written with their names; one alone is the text. */
function writtenInputs(inputs: Entry): string {
  const members = Object.entries(inputs).filter(([name]) => name !== 'tools')
  const [only] = members
  if (members.length === 1 && typeof only?.[1] === 'string') return only[1]
  return members
    .map(
      ([name, value]) => `${name}:\n${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join('\n\n')
}

function expectedOf(outputs: unknown): ReturnType<typeof expectedAnswer> {
  if (!isEntry(outputs)) return {}
  const isChat = ['messages', 'message', 'generations', 'choices'].some((name) => name in outputs)
  const answer = isChat ? answerOf(outputs['messages'] ?? outputs) : null
  if (typeof answer === 'string') return expectedAnswer(answer)
  if (answer?.toolCalls !== undefined)
    return { expected: answer.toolCalls, graders: [{ grader: 'tool-calls' }] }
  return Object.keys(outputs).length === 0 ? {} : expectedAnswer(outputs)
}

function tagsOf({ split, metadata }: Entry): { readonly tags?: string[] } {
  const splits = Array.isArray(split) ? split : [split]
  const inner = isEntry(metadata) ? metadata['dataset_split'] : undefined
  const all = [...splits, ...(Array.isArray(inner) ? inner : [inner])]
  const tags = [
    ...new Set(all.filter((one): one is string => typeof one === 'string' && one !== '')),
  ]
  return tags.length === 0 ? {} : { tags }
}
