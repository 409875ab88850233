import type { TracedCall } from '../../src/gateway/index.ts'
import { TracedAttempt } from '../../src/gateway/traces/traced-attempt.ts'

type Parts = TracedCall['parts']

/** Facts of a call that nobody was asked for, changed as a test wants them. */
export function madeCall(
  changed: Partial<Omit<TracedCall, 'parts'>> & { readonly parts?: Partial<Parts> } = {},
): TracedCall {
  const parts: Parts = {
    id: '01998a3c-1f2e-7c4d-9a5b-6c7d8e9fa0b1',
    endpoint: 'generate',
    method: 'POST',
    path: '/v1/messages',
    parent: null,
    traceState: null,
    isSampled: true,
    isPropagated: false,
    facts: { servedModel: null, route: null, outcome: null, decision: null, isBroken: false },
    startedAt: 1_780_000_000_000,
    newSpan: () => '00f067aa0ba902b7',
    ...changed.parts,
  }
  const { trace, span } = {
    trace: '01998a3c1f2e7c4d9a5b6c7d8e9fa0b1',
    span: '00f067aa0ba902b7',
  }
  const call: Omit<TracedCall, 'identified' | 'understood' | 'denied' | 'attempt' | 'headersOf'> = {
    trace,
    span,
    parent: null,
    traceState: null,
    attempts: [],
    model: null,
    workflow: null,
    isStream: false,
    directive: null,
    endedAt: 1_780_000_000_250,
    status: 200,
    isWhole: true,
    ...changed,
    parts,
  }
  return call as TracedCall
}

/** Facts of a request to a provider that has ended. */
export function madeAttempt(changed: Partial<TracedAttempt> = {}): TracedAttempt {
  const route = {
    id: 'bedrock',
    provider: 'aws-bedrock',
    protocol: 'bedrock-converse',
    baseUrl: new URL('https://bedrock.example'),
  } as const
  const judged = {
    hop: { model: 'anthropic/claude-fable-5', wireModel: 'fable', route },
    decision: { allowed: true, reasons: [], subjects: [] } as never,
    snapshot: '7',
  }
  const facts = { span: 'b9c7c989f97918e1', judged, hop: 0, startedAt: 1_780_000_000_010 }
  return Object.assign(new TracedAttempt(facts), { endedAt: 1_780_000_000_200, ...changed })
}
