import { parametersOf } from './call-parameters.ts'
import { type Conversation, conversationOf, withSystem } from './chat-messages.ts'
import { answerOf } from './model-answer.ts'
import { toolsOf } from './tool-definitions.ts'
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

/** Observations of Langfuse, as its blob storage export and its API write them. */
export const langfuse: Importer = {
  id: 'langfuse',
  title:
    'Langfuse observations (JSONL, JSON or Parquet of the blob storage export, or JSON of the API)',
  documentation: [
    'https://langfuse.com/docs/api-and-data-platform/features/blob-storage-export-fields',
  ],
  fields: [
    'id',
    'type',
    'trace_id',
    'session_id',
    'input',
    'output',
    'provided_model_name',
    'model_parameters',
    'tool_definitions',
  ],
  recognises: (file) => {
    for (const one of observationsOf(file))
      return (
        isEntry(one) &&
        /^(?:generation|span|event|agent|tool|chain|retriever|evaluator|embedding|guardrail)$/i.test(
          String(one['type']),
        ) &&
        ['trace_id', 'traceId', 'parentObservationId', 'parent_observation_id'].some(
          (name) => name in one,
        )
      )
    return false
  },
  *read(file) {
    let number = 0
    let generations = 0
    for (const observation of observationsOf(file)) {
      number += 1
      const place = `${file.name}: observation ${number}`
      if (!isEntry(observation)) yield { place, problem: 'it is no JSON object' }
      // Spans, tools and agents hold generations and would be asked twice.
      else if (String(observation['type']).toUpperCase() === 'GENERATION') {
        generations += 1
        yield readGeneration(observation, place)
      }
    }
    if (generations === 0) yield { place: file.name, problem: 'no observation is a generation' }
  },
}

function* observationsOf(file: ImportFile): Iterable<unknown> {
  const document = jsonDocument(file)
  if (Array.isArray(document)) for (const one of document) yield* withinTrace(one)
  else if (isEntry(document) && Array.isArray(document['data']))
    for (const one of document['data']) yield* withinTrace(one)
  else if (isEntry(document)) yield* withinTrace(document)
  else if (firstEntry(file) !== null)
    for (const { entry } of jsonLines(file.text)) yield* withinTrace(entry)
}

/** A trace has its observations within it, and the session that they are of. */
function* withinTrace(one: unknown): Iterable<unknown> {
  if (!isEntry(one) || !Array.isArray(one['observations'])) {
    yield one
    return
  }
  const trace = isEntry(one['trace']) ? one['trace'] : one
  const session = trace['sessionId'] ?? trace['session_id']
  for (const observation of one['observations'])
    yield isEntry(observation)
      ? {
          traceId: trace['id'],
          ...(typeof session === 'string' ? { sessionId: session } : {}),
          ...observation,
        }
      : observation
}

function readGeneration(row: Entry, place: string): ImportedRow {
  const input = unpacked(row['input'])
  if (input === null || input === undefined || input === '')
    return { place, problem: '`input` is empty: contents were not recorded' }
  const conversation = askedOf(input)
  if (conversation === null)
    return {
      place,
      problem: '`input` is of a form that is not known, or has attachments by address',
    }
  const output = unpacked(row['output'])
  const request = withResponse(conversation, output)
  const tools = request.tools ?? toolsOf(row['tool_definitions'] ?? row['toolDefinitions'])
  const answer = answerOf(output)
  const cluster =
    textOf(row['session_id'] ?? row['sessionId']) ?? textOf(row['trace_id'] ?? row['traceId'])
  return {
    task: {
      id: taskId(row['id']),
      ...(cluster === null ? {} : { cluster }),
      request: {
        ...request,
        ...(tools.length === 0 ? {} : { tools: [...tools] }),
        ...parametersOf(row['model_parameters'] ?? row['modelParameters']),
      },
    },
    ...(answer === null
      ? {}
      : {
          recorded: {
            model: textOf(row['provided_model_name'] ?? row['providedModelName'] ?? row['model']),
            answer,
          },
        }),
  }
}

/** What a decorated function was called with stands in `args` and `kwargs`. */
function askedOf(input: unknown): Conversation | null {
  if (!isEntry(input) || !Array.isArray(input['args'])) return conversationOf(input)
  const named = isEntry(input['kwargs']) ? input['kwargs'] : {}
  return input['args'].length === 1 && Object.keys(named).length === 0
    ? conversationOf(input['args'][0])
    : input['args'].length === 0
      ? conversationOf(named)
      : null
}

/** Answers of the Responses API say again what they were asked with beside the messages. */
function withResponse(conversation: Conversation, output: unknown): Conversation {
  if (!isEntry(output) || output['object'] !== 'response') return conversation
  const asked =
    conversation.system === undefined
      ? withSystem(conversation, output['instructions'])
      : conversation
  const tools = asked.tools ?? toolsOf(output['tools'])
  return tools.length === 0 ? asked : { ...asked, tools: [...tools] }
}
