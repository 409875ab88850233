import type { ModelAnswer } from '../../schema/model-answer.ts'
import type { OutcomeKind, ScoredOutcome } from '../../schema/scored-outcome.ts'
import type { Task } from '../../schema/task-set.ts'
import { answeredJson } from '../graders/answered-json.ts'
import { type AnswerGrade, gradeAnswer } from '../graders/grade-answer.ts'
import type { GraderTools } from '../graders/grader.ts'
import { graders } from '../graders/graders.ts'
import { validatorOf } from '../graders/json-schema.ts'
import { readRefusal } from '../graders/refusal-rules.ts'
import { argumentsOf, type GivenAnswer } from '../tasks/given-answer.ts'

/** An answer with what became of it. */
export interface ScoredAnswer {
  readonly outcome: ScoredOutcome
  /** Null: nothing was graded. */
  readonly grade: AnswerGrade | null
}

export interface ScoringParts {
  /** Comparison it stands in. */
  readonly unit: string
  readonly measure: 'pass-fail' | 'graded'
  readonly tools: GraderTools
  /** In the currency of the price table; null: not known. */
  readonly cost: number | null
}

/** What an answer of a trial counts as. Null: it was lost with a process, which says nothing of who was asked. */
export async function scoreAnswer(
  task: Task,
  answer: ModelAnswer | null,
  { unit, measure, tools, cost }: ScoringParts,
): Promise<ScoredAnswer> {
  if (answer === null) return { outcome: lostOutcome(unit), grade: null }
  const given = givenOf(answer)
  const base = measured(task, answer, given, { unit, cost })
  const failure = failureOf(task, answer)
  if (failure !== null) return { outcome: { ...base, kind: failure }, grade: null }
  if (base.formatValid === false)
    return { outcome: { ...base, kind: 'invalid-format' }, grade: null }
  const grade = await gradeAnswer(task, given, tools)
  return { outcome: { ...base, ...countedAs(task, given, grade, measure) }, grade }
}

/** What a trial counts that is not there, and whose absence is nobody's failure. */
function lostOutcome(unit: string): ScoredOutcome {
  return {
    task: unit,
    kind: 'runner-error',
    score: null,
    servedModel: null,
    formatValid: null,
    toolCallsValid: null,
    contextTokens: null,
    latencyMs: null,
    cost: null,
    inputTokens: null,
    outputTokens: null,
  }
}

/** What graders see of an answer that was kept. */
export function givenOf({ outcome, text, toolCalls }: ModelAnswer): GivenAnswer {
  return {
    text,
    toolCalls: toolCalls.map(({ name, arguments: written }) => ({
      name,
      arguments: argumentsOf(written),
    })),
    stop:
      outcome === 'refused-by-api'
        ? 'refusal'
        : outcome === 'truncated'
          ? 'max-tokens'
          : toolCalls.length > 0
            ? 'tool-calls'
            : 'stop',
    refusal: '',
  }
}

const failures: Readonly<Record<ModelAnswer['outcome'], OutcomeKind | null>> = {
  answered: null,
  'refused-by-api': 'refusal',
  truncated: 'truncation',
  'timed-out': 'timeout',
  'context-overflow': 'context-overflow',
  rerouted: 'reroute',
  rejected: 'provider-error',
  crashed: 'provider-error',
  failed: 'provider-error',
}

/** Null: there is something to grade. Where a refusal is what is wanted, it is graded too. */
function failureOf(task: Task, { outcome }: ModelAnswer): OutcomeKind | null {
  if (outcome === 'refused-by-api' && isRefusalWanted(task)) return null
  return failures[outcome]
}

function isRefusalWanted({ graders: all = [] }: Task): boolean {
  return all.some((one) => one.grader === 'refusal' && one.expect === 'refusal')
}

function countedAs(
  task: Task,
  given: GivenAnswer,
  grade: AnswerGrade,
  measure: ScoringParts['measure'],
): Pick<ScoredOutcome, 'kind' | 'score'> {
  if (grade.outcome === 'unscored') {
    const broken = grade.results.find(({ outcome }) => outcome === 'unscored')
    const isJudge = broken !== undefined && graders[broken.grader].needs === 'judge'
    return { kind: isJudge ? 'judge-error' : 'runner-error', score: null }
  }
  const isRefused =
    grade.outcome === 'fail' && !isRefusalWanted(task) && readRefusal(given) === 'refused'
  if (isRefused) return { kind: 'refusal', score: null }
  const passed = grade.outcome === 'pass' ? 1 : 0
  return { kind: 'answered', score: measure === 'graded' ? (grade.score ?? passed) : passed }
}

function measured(
  task: Task,
  answer: ModelAnswer,
  given: GivenAnswer,
  { unit, cost }: Pick<ScoringParts, 'unit' | 'cost'>,
): ScoredOutcome {
  const isAnswer = answer.outcome === 'answered'
  return {
    ...lostOutcome(unit),
    servedModel: answer.servedModel,
    formatValid: isAnswer ? formatValid(task, given) : null,
    toolCallsValid: isAnswer ? toolCallsValid(task, given) : null,
    contextTokens: answer.usage?.input ?? null,
    latencyMs: answer.outcome === 'failed' ? null : answer.ms,
    cost,
    inputTokens: answer.usage?.input ?? null,
    outputTokens: answer.usage?.output ?? null,
  }
}

/** Null: the task asks for no form, or tools were called instead. */
function formatValid({ request: { output } }: Task, given: GivenAnswer): boolean | null {
  if (output === undefined || output.kind === 'text' || given.toolCalls.length > 0) return null
  const json = answeredJson(given.text)
  if (json === null) return false
  return output.kind === 'json' || validatorOf(output.schema)(json.value)
}

/** Null: the task has no tools. */
function toolCallsValid(
  { request: { tools = [], toolChoice } }: Task,
  { toolCalls }: GivenAnswer,
): boolean | null {
  if (tools.length === 0) return null
  const isCallWanted = toolChoice === 'required' || typeof toolChoice === 'object'
  if (toolCalls.length === 0) return !isCallWanted
  return toolCalls.every(({ name, arguments: given }) => {
    const tool = tools.find((one) => one.name === name)
    return tool !== undefined && given !== null && validatorOf(tool.parameters)(given)
  })
}
