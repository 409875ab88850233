import { canonicalJson } from '../../base/canonical-json.ts'
import {
  type Conversation,
  measureConsistency,
  outcomeQuestion,
  type PhrasedRequest,
  phrasedRequests,
  type PhrasingSet,
  type PlannedCall,
  readOutcome,
  readOutcomeVerdict,
} from '../../qualification/index.ts'
import { type GuardrailModel, GuardrailRegistration } from '../../schema/guardrail-report.ts'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { KeptQuestion } from './kept-run.ts'

/** A registered measurement of one model, with what it asks. */
export interface GuardrailMeasurement {
  readonly record: TrialRecord
  readonly registration: GuardrailRegistration
  readonly set: PhrasingSet
}

/** Null: not made, or lost. */
export type AnswerOf = (call: PlannedCall) => ModelAnswer | null

export function openMeasurement(record: TrialRecord, set: PhrasingSet): GuardrailMeasurement {
  return { record, registration: GuardrailRegistration.parse(record.registration), set }
}

/** What a registration asks, without the seed, which only its moment decided. */
export function questionOfMeasurement({ seed: _seed, ...asked }: GuardrailRegistration): string {
  return canonicalJson(asked)
}

/** One session: a phrasing of a task, asked for the so-and-so-many-th time. */
interface Session {
  readonly phrased: PhrasedRequest
  readonly call: PlannedCall
  readonly judgement: PlannedCall
}

function sessionsOf({ registration, set }: GuardrailMeasurement): readonly Session[] {
  return phrasedRequests(set).flatMap((phrased) =>
    Array.from({ length: registration.sessions }, (_, index) => {
      const { item } = phrased
      const attempt = index + 1
      return {
        phrased,
        call: { item, arm: 'candidate' as const, attempt },
        judgement: { item, arm: 'judge-candidate' as const, attempt },
      }
    }),
  )
}

export function sessionQuestions(measurement: GuardrailMeasurement): readonly KeptQuestion[] {
  return sessionsOf(measurement).map(({ call, phrased: { request } }) => ({ call, request }))
}

/** What a judge is asked of the answers that are there; nothing where none is registered. */
export function judgeQuestions(
  measurement: GuardrailMeasurement,
  answerOf: AnswerOf,
): readonly KeptQuestion[] {
  if (measurement.registration.judge === null) return []
  return sessionsOf(measurement).flatMap(({ phrased, call, judgement }) => {
    const answer = answerOf(call)
    if (answer === null || readOutcome(phrased.task, answer).isSure) return []
    const { system, user } = outcomeQuestion(askedText(phrased), answer.text)
    return [{ call: judgement, request: { system, messages: [{ role: 'user', content: user }] } }]
  })
}

function askedText({ request }: PhrasedRequest): string {
  const [message] = request.messages
  return typeof message?.content === 'string' ? message.content : ''
}

/** All figures of a model, from the answers that are there. */
export function measuredModel(
  measurement: GuardrailMeasurement,
  answerOf: AnswerOf,
  lost: number,
): GuardrailModel {
  const { record, registration } = measurement
  const sessions = sessionsOf(measurement)
  const read = sessions.map((session) => readSession(session, answerOf))
  const answered = read.filter(({ conversation }) => conversation.answer !== null).length
  return {
    trial: record.id,
    registration,
    registrationDigest: record.registrationDigest,
    createdAt: record.createdAt,
    state: answered + lost >= sessions.length ? 'finished' : 'unfinished',
    calls: {
      planned: sessions.length,
      answered,
      lost,
      judged: read.filter(({ judged }) => judged !== 'not-asked').length,
      judgeErrors: read.filter(({ judged }) => judged === 'error').length,
      unsure: read.filter(({ isUnsure }) => isUnsure).length,
    },
    ...measureConsistency(
      read.map(({ conversation }) => conversation),
      registration,
    ),
  }
}

interface ReadSession {
  readonly conversation: Conversation
  readonly judged: 'verdict' | 'error' | 'not-asked'
  /** Rules that were not sure have the last word. */
  readonly isUnsure: boolean
}

function readSession({ phrased, call, judgement }: Session, answerOf: AnswerOf): ReadSession {
  const { task, kind } = phrased
  const answer = answerOf(call)
  const { outcome, isSure } = readOutcome(task, answer)
  const reply = isSure ? null : answerOf(judgement)
  const verdict = reply?.outcome === 'answered' ? readOutcomeVerdict(reply.text) : null
  return {
    conversation: { task, kind, answer, outcome: verdict ?? outcome },
    judged: reply === null ? 'not-asked' : verdict === null ? 'error' : 'verdict',
    isUnsure: !isSure && verdict === null,
  }
}
