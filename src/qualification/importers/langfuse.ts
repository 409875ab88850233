import type { TaskRequest } from '../../schema/task-request.ts'
import { answerOf, conversationOf, toolsOf } from './chat-messages.ts'
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
    for (const observation of observationsOf(file)) {
      number += 1
      const place = `${file.name}: observation ${number}`
      if (!isEntry(observation)) yield { place, problem: 'it is no JSON object' }
      // Spans, tools and agents hold generations and would be asked twice.
      else if (String(observation['type']).toUpperCase() === 'GENERATION')
        yield readGeneration(observation, place)
    }
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
  const request = conversationOf(input)
  if (request === null) return { place, problem: '`input` is empty or of a form that is not known' }
  const tools = [
    ...toolsOf(row['tool_definitions'] ?? row['toolDefinitions']),
    ...(isEntry(input) ? toolsOf(input['tools']) : []),
  ]
  const answer = answerOf(row['output'])
  const cluster =
    textOf(row['session_id'] ?? row['sessionId']) ?? textOf(row['trace_id'] ?? row['traceId'])
  return {
    task: {
      id: taskId(row['id']),
      ...(cluster === null ? {} : { cluster }),
      request: {
        ...request,
        ...(tools.length === 0 ? {} : { tools }),
        ...parametersOf(unpacked(row['model_parameters'] ?? row['modelParameters'])),
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

function parametersOf(value: unknown): Pick<TaskRequest, 'parameters'> {
  if (!isEntry(value)) return {}
  const [temperature, maxOutputTokens] = [value['temperature'], value['max_tokens']].map(Number)
  const parameters = {
    ...(value['temperature'] !== undefined &&
    temperature !== undefined &&
    temperature >= 0 &&
    temperature <= 2
      ? { temperature }
      : {}),
    ...(Number.isSafeInteger(maxOutputTokens) && Number(maxOutputTokens) > 0
      ? { maxOutputTokens: Number(maxOutputTokens) }
      : {}),
  }
  return Object.keys(parameters).length === 0 ? {} : { parameters }
}
