import type { Answer, Protocol, Stop, StreamEvent } from '../protocols/index.ts'
import type { Call } from './call.ts'
import type { Outcome } from './outcome.ts'

/** What was answered, as far as a task tells it: texts in a row, and calls of tools. Thoughts are no part of it. */
export interface CapturedAnswer {
  readonly text: string
  readonly refusal: string
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[]
  /** Null: the provider did not say. */
  readonly stop: Stop['reason'] | null
}

/** A call that was drawn to become a task: what was asked and what was answered, and nothing of who asked. */
export interface CapturedCall {
  /** By which it was drawn; it is not kept, for the ledger knows by it who asked. */
  readonly call: string
  readonly workflow: string
  readonly protocol: Protocol
  /** The body as it came. */
  readonly request: Uint8Array
  /** What the caller says that such calls have in common; null: nothing. */
  readonly cluster: string | null
  readonly answer: CapturedAnswer
  readonly model: string
  /** As the provider wrote it; null: it did not say. */
  readonly providerModel: string | null
  readonly outcome: Exclude<Outcome, 'denied'>
  /** When the answer was whole. */
  readonly at: number
}

/** Where calls go that become tasks. It never throws and never waits. */
export interface CallCapture {
  /** Whether a call is drawn, by its id alone. */
  readonly isDrawn: (workflow: string, rate: number, call: string) => boolean
  readonly take: (call: CapturedCall) => void
}

/** A call that names its route is one of a trial or a drill, and no work. */
export function isCaptured(capture: CallCapture | null, { id, workflow, route }: Call): boolean {
  if (workflow === null || workflow.captureRate === 0) return false
  return (
    route === null && capture !== null && capture.isDrawn(workflow.id, workflow.captureRate, id)
  )
}

export function answerOfParts({ parts, stop }: Pick<Answer, 'parts' | 'stop'>): CapturedAnswer {
  return {
    text: parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join(''),
    refusal: parts.flatMap((part) => (part.kind === 'refusal' ? [part.text] : [])).join(''),
    toolCalls: parts.flatMap((part) =>
      part.kind === 'tool-call' ? [{ name: part.name, arguments: part.arguments }] : [],
    ),
    stop: stop.reason,
  }
}

/** The same of a stream, out of what has reached the caller. */
export function answerOfEvents(events: readonly StreamEvent[], stop: Stop | null): CapturedAnswer {
  let text = ''
  let refusal = ''
  const calls = new Map<number, { readonly name: string; arguments: string }>()
  for (const event of events) {
    if (event.kind === 'text') text += event.text
    else if (event.kind === 'refusal') refusal += event.text
    else if (event.kind === 'part-start' && event.part.kind === 'tool-call')
      calls.set(event.index, { name: event.part.name, arguments: event.part.arguments })
    else if (event.kind === 'arguments') {
      const call = calls.get(event.index)
      if (call !== undefined) call.arguments += event.text
    }
  }
  return { text, refusal, toolCalls: [...calls.values()], stop: stop?.reason ?? null }
}
