import type { EntryBody } from '../../src/schema/ledger-entry.ts'

/** Decisions such as a gateway records, with members in canonical order, as its hot path builds them. */
export function generatedDecision(number: number, principals: number): EntryBody {
  const person = (number * 2_654_435_761) % principals
  const isTouched = number % 50 === 0
  return {
    answerDigest: isTouched ? null : `hmac:${digits(number + 7)}`,
    class: {
      commitment: `sha256:${digits(number)}`,
      period: '2026-06',
      sealed: `${digits(number)}${digits(number + 1)}`,
    },
    countries: number % 3 === 0 ? ['DE'] : ['US'],
    directives: isTouched ? ['us-bis-2026-06-12'] : [],
    endedAt: '2026-06-12T21:21:01.000Z',
    hop: 0,
    kind: 'decision',
    model: 'anthropic/claude-fable-5',
    outcome: isTouched ? 'denied' : 'direct',
    principal: pseudonymOf(person),
    principalKind: 'person',
    provider: 'anthropic',
    purpose: 'code-review',
    reasons: [isTouched ? 'authorisation-required' : 'base-permit'],
    request: `01977f2e-${String(number).padStart(12, '0')}`,
    requestDigest: `hmac:${digits(number + 3)}`,
    requestedModel: 'anthropic/claude-fable-5',
    route: 'anthropic',
    servedModel: isTouched ? null : 'claude-fable-5',
    snapshot: '12-7fd1a60b',
    startedAt: '2026-06-12T21:21:00.000Z',
    tokens: { input: number % 4000, output: number % 700 },
    verdict: isTouched ? 'deny' : 'allow',
    workflow: 'pr-security-review',
  }
}

export function pseudonymOf(person: number): string {
  return `hmac:${digits(person)}`
}

/** 64 hex digits that differ from number to number, made cheaply: the benchmark is not about them. */
function digits(number: number): string {
  return (number >>> 0).toString(16).padStart(8, '0').repeat(8)
}
