import { type Entry, entriesOf, isEntry, unpacked, wordOf } from './importer.ts'
import { anyValue, attributesOf } from './otel-attributes.ts'

/** A message that was told by an event of its own, as until version 1.36 of the conventions. */
export interface SpokenMessage {
  readonly kind: string
  readonly message: Entry
}

export interface SpokenMessages {
  /** Undefined: no message was told. */
  readonly asked: unknown
  readonly answered: unknown
}

/** Events of a span. */
export function spokenInSpan(events: unknown): readonly SpokenMessage[] {
  return entriesOf(events).flatMap((event) =>
    spoken(event['name'], attributesOf(event['attributes'])),
  )
}

/** Log records of a document of OTLP, each with the span that it is of. */
export function* spokenInLogs(
  document: Entry,
): Iterable<{ readonly trace: unknown; readonly span: unknown; readonly message: SpokenMessage }> {
  for (const scope of entriesOf(document['resourceLogs']).flatMap((one) =>
    entriesOf(one['scopeLogs']),
  ))
    for (const record of entriesOf(scope['logRecords'])) {
      const name = record['eventName'] ?? attributesOf(record['attributes']).get('event.name')
      const body = unpacked(anyValue(record['body']))
      const members = new Map(Object.entries(isEntry(body) ? body : {}))
      for (const message of spoken(name, members))
        yield { trace: record['traceId'], span: record['spanId'], message }
    }
}

function spoken(name: unknown, members: ReadonlyMap<string, unknown>): readonly SpokenMessage[] {
  const kind = /^gen_ai\.(?<kind>system|user|assistant|tool|choice)(?:\.message)?$/.exec(
    wordOf(name),
  )?.groups?.['kind']
  if (kind === undefined) return []
  const message = unpacked(members.get('message'))
  return [
    {
      kind,
      message: {
        role: kind === 'choice' ? 'assistant' : kind,
        content: members.get('content') ?? '',
        tool_calls: unpacked(members.get('tool_calls')),
        tool_call_id: members.get('id'),
        ...(isEntry(message) ? message : {}),
      },
    },
  ]
}

/** What was asked, and the first of what was answered. */
export function spokenMessages(all: readonly SpokenMessage[]): SpokenMessages {
  const asked = all.filter(({ kind }) => kind !== 'choice').map(({ message }) => message)
  return {
    asked: asked.length === 0 ? undefined : asked,
    answered: all.find(({ kind }) => kind === 'choice')?.message,
  }
}
