import { type TraceParent, traceParentText } from './trace-context.ts'
import { TracedAttempt, type TracedHop } from './traced-attempt.ts'

/** What an answer says of itself, read when the call has ended. */
interface TracedAnswer {
  readonly servedModel: string | null
  readonly route: string | null
  readonly outcome: string | null
  /** `<snapshot>/<reason>`. */
  readonly decision: string | null
  readonly isBroken: boolean
}

interface TracedCallParts {
  readonly id: string
  readonly endpoint: string
  readonly method: string
  readonly path: string
  readonly parent: TraceParent | null
  readonly traceState: string | null
  readonly isSampled: boolean
  /** Providers hear of the trace. */
  readonly isPropagated: boolean
  readonly facts: TracedAnswer
  readonly startedAt: number
  /** 16 hex digits, another each time. */
  readonly newSpan: () => string
}

interface Understood {
  readonly model: string | null
  readonly workflow: { readonly id: string } | null
  readonly isStream: boolean
}

/** Facts of one call, gathered on its way: never what was asked or answered, who asked, or of which class it is. */
export class TracedCall {
  readonly parts: TracedCallParts
  /** 32 hex digits: those of the request, or of its caller's own trace. */
  trace: string
  /** 16 hex digits. */
  readonly span: string
  /** Where the caller's own trace goes on here; null: it has none, or nobody knows the caller. */
  parent: TraceParent | null = null
  /** What else belongs to that trace, as the caller wrote it. */
  traceState: string | null = null
  readonly attempts: TracedAttempt[] = []
  /** `vendor/name` that was asked for; null: nobody knows it, or it was not understood. */
  model: string | null = null
  workflow: string | null = null
  isStream = false
  /** One that kept a model from the caller; null: none did. */
  directive: string | null = null
  endedAt = 0
  /** Null: the caller left before an answer began. */
  status: number | null = null
  isWhole = false

  constructor(parts: TracedCallParts) {
    this.parts = parts
    this.trace = parts.id.replaceAll('-', '')
    this.span = parts.newSpan()
  }

  /** The caller is known: only then it may go on with a trace, so that nobody else writes into those of others. */
  identified(): void {
    const { parent, traceState } = this.parts
    if (parent === null) return
    this.trace = parent.trace
    this.parent = parent
    this.traceState = traceState
  }

  understood({ model, workflow, isStream }: Understood): void {
    this.model = model
    this.workflow = workflow?.id ?? null
    this.isStream = isStream
  }

  denied({ decision }: Pick<TracedHop, 'decision'>): void {
    this.directive ??= decision.reasons.find((one) => one.directive !== null)?.directive ?? null
  }

  attempt(judged: TracedHop, hop: number, startedAt: number): TracedAttempt {
    const attempt = new TracedAttempt({ span: this.parts.newSpan(), judged, hop, startedAt })
    this.attempts.push(attempt)
    return attempt
  }

  /** Header lines with which a provider can go on with the trace. */
  headersOf({ span }: TracedAttempt): Readonly<Record<string, string>> {
    const { trace, traceState } = this
    const traceparent = traceParentText({ trace, span, isSampled: this.parts.isSampled })
    return traceState === null ? { traceparent } : { traceparent, tracestate: traceState }
  }
}
