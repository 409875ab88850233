import type { Answer } from './answer.ts'
import type { Turn } from './faults/fault.ts'
import type { Operation } from './model-request.ts'
import type { AnswerOrder } from './prompt-cues.ts'
import type { Protocol } from './protocol.ts'
import type { ReceivedRequest } from './received-request.ts'
import type { Gate, Step } from './step.ts'

/** What a test wants to happen to some requests. The latest script that matches is followed. */
export interface ScriptRule {
  readonly model?: string
  readonly case?: string
  readonly protocol?: Protocol
  /** `generate` unless said. */
  readonly operation?: Operation
  readonly when?: (request: ReceivedRequest) => boolean
  /** Wins over cues in the prompt. */
  readonly answer?: Partial<AnswerOrder>
  /** One fault for every match, or one for each match in turn (null: healthy), then healthy. */
  readonly fault?: string | readonly (string | null)[]
  /** Stops after so many tokens until `release`; 0 stops before the body. */
  readonly holdAfterTokens?: number
  /** Puts other words into the model's mouth. */
  readonly say?: (answer: Answer) => Answer
  /** A fault of the test's own. */
  readonly reply?: (healthy: readonly Step[], turn: Turn) => readonly Step[]
  /** Matches so often, then no more. */
  readonly times?: number
}

export interface Script {
  readonly matched: readonly ReceivedRequest[]
  /** Settled once an answer has stopped at its hold. */
  readonly held: Promise<void>
  /** Lets all held answers go on, now and later. */
  release(): void
  remove(): void
}

export interface ActiveScript extends Script {
  readonly rule: ScriptRule
  readonly gate: Gate
  readonly matched: ReceivedRequest[]
}

export function activeScript(rule: ScriptRule, remove: () => void): ActiveScript {
  const held = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  return {
    rule,
    matched: [],
    gate: { reached: held.resolve, opened: opened.promise },
    held: held.promise,
    release: opened.resolve,
    remove,
  }
}

export function doesMatch({ rule, matched }: ActiveScript, request: ReceivedRequest): boolean {
  return (
    (rule.model === undefined || rule.model === request.model) &&
    (rule.case === undefined || rule.case === request.case) &&
    (rule.protocol === undefined || rule.protocol === request.protocol) &&
    (rule.operation ?? 'generate') === request.operation &&
    (rule.times === undefined || matched.length < rule.times) &&
    (rule.when?.(request) ?? true)
  )
}

/** The fault for the match that comes now; undefined when the script says nothing of faults. */
export function scriptedFault({ rule, matched }: ActiveScript): string | null | undefined {
  const { fault } = rule
  if (fault === undefined || typeof fault === 'string') return fault
  return fault[matched.length] ?? null
}
