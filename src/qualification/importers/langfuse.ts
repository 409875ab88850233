import type { TaskRequest } from '../../schema/task-request.ts'
import { answerOf, conversationOf, toolsOf } from './chat-messages.ts'
import {
  type Entry,
  entriesOf,
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
  title: 'Langfuse observations (JSONL or JSON of the blob storage export or the API)',
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
    const [first] = observationsOf(file)
    return (
      isEntry(first) &&
      'type' in first &&
      ('trace_id' in first || 'traceId' in first) &&
      'input' in first
    )
  },
  *read(file) {
    let number = 0
    for (const observation of observationsOf(file)) {
      number += 1
      const place = `${file.name}: observation ${number}`
      if (!isEntry(observation)) yield { place, problem: 'it is no JSON object' }
      // Spans, tools and agents hold generations and would be asked twice.
      else if (observation['type'] === 'GENERATION') yield readGeneration(observation, place)
    }
  },
}

function* observationsOf(file: ImportFile): Iterable<unknown> {
  const document = jsonDocument(file)
  if (Array.isArray(document)) yield* document
  else if (isEntry(document) && Array.isArray(document['data'])) yield* entriesOf(document['data'])
  else if (firstEntry(file) !== null) for (const { entry } of jsonLines(file.text)) yield entry
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
      : { recorded: { model: textOf(row['provided_model_name'] ?? row['model']), answer } }),
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
