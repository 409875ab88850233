import { sampledItems } from '../../qualification/index.ts'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import type { Task } from '../../schema/task-set.ts'
import type { TaskPart } from '../../schema/task-request.ts'
import type { Excerpt, TrialDisagreement, TrialReport } from '../../schema/trial-report.ts'
import type { ReportParts } from './report-parts.ts'
import type { GradedUnit } from './grade-look.ts'
import { answersOfItem } from './trial-journal.ts'

const shownMax = 20
const excerptLengthMax = 4_000

/** Where both sides differ: all of it counted, and some side by side that nobody has chosen. */
export async function disagreementsOf(parts: ReportParts): Promise<TrialReport['disagreements']> {
  const { finished } = parts
  const { trial, ran } = finished
  const counts = { incumbentBetter: 0, candidateBetter: 0, alike: 0 }
  const both = { pass: 0, neither: 0 }
  const differing = new Map<string, GradedUnit>()
  for (const one of ran.graded) {
    const difference = differenceOf(one)
    if (difference === null) continue
    if (difference === 0) {
      counts.alike += 1
      if (scoreOf(one.candidate) === 1) both.pass += 1
      else both.neither += 1
    } else {
      if (difference > 0) counts.candidateBetter += 1
      else counts.incumbentBetter += 1
      differing.set(one.unit.id, one)
    }
  }
  const isGraded = trial.registration.gates.quality.measure === 'graded'
  const chosen = sampledItems(`${trial.registration.seed}\nshown`, [...differing.keys()], shownMax)
  const shown: TrialDisagreement[] = []
  for (const id of chosen) {
    const one = differing.get(id)
    if (one !== undefined) shown.push(await side(parts, one))
  }
  return {
    ...counts,
    bothPass: isGraded ? null : both.pass,
    neitherPass: isGraded ? null : both.neither,
    shown,
  }
}

const unscored: ReadonlySet<string> = new Set(['judge-error', 'runner-error'])
const absent: ReadonlySet<string> = new Set([...unscored, 'missing', 'reroute', 'provider-error'])

/** Null: nothing to compare, by the rule of the verdict. */
function differenceOf({ candidate, incumbent }: GradedUnit): number | null {
  if (unscored.has(candidate.outcome.kind) || absent.has(incumbent.outcome.kind)) return null
  return scoreOf(candidate) - scoreOf(incumbent)
}

function scoreOf({ outcome }: GradedUnit['candidate']): number {
  return outcome.score ?? 0
}

async function side(
  { finished, store }: ReportParts,
  { unit, candidate, incumbent }: GradedUnit,
): Promise<TrialDisagreement> {
  const { trial } = finished
  const task = trial.tasks.get(unit.item)
  const answers = await answersOfItem(store, trial.record.id, unit.item)
  const own = answers.answer('incumbent', unit.attempt) ?? answers.answer('incumbent', 1)
  return {
    task: unit.id,
    cluster: unit.cluster,
    better: scoreOf(candidate) > scoreOf(incumbent) ? 'candidate' : 'incumbent',
    prompt: excerpt(task === undefined ? '' : promptOf(task)),
    incumbent: sideOf(incumbent, own),
    candidate: sideOf(candidate, answers.answer('candidate', unit.attempt)),
  }
}

function sideOf(
  { outcome, grade }: GradedUnit['candidate'],
  answer: ModelAnswer | null,
): TrialDisagreement['candidate'] {
  const calls = answer?.toolCalls ?? []
  return {
    kind: outcome.kind,
    score: outcome.score,
    servedModel: answer?.providerModel ?? null,
    answer: excerpt(
      answer === null ? '' : answer.text === '' ? (answer.problem ?? '') : answer.text,
    ),
    toolCalls:
      calls.length === 0
        ? null
        : excerpt(calls.map(({ name, arguments: given }) => `${name} ${given}`).join('\n')),
    grades: (grade?.results ?? []).slice(0, 20).map((result) => ({
      grader: result.grader,
      outcome: result.outcome,
      score: result.score,
      reason: excerpt(result.reason),
    })),
  }
}

function promptOf({ request: { system, messages } }: Task): string {
  const turns = messages.map(({ role, content }) => {
    const text =
      typeof content === 'string' ? content : content.map((part) => partText(part)).join('\n')
    return messages.length === 1 ? text : `${role}: ${text}`
  })
  return [...(system === undefined ? [] : [`system: ${system}`]), ...turns].join('\n\n')
}

function partText(part: TaskPart): string {
  switch (part.kind) {
    case 'text':
    case 'tool-result':
      return part.text
    case 'tool-call':
      return `${part.name} ${part.arguments}`
    case 'image':
      return `(an image, ${part.mediaType})`
  }
}

function excerpt(text: string): Excerpt {
  return {
    text: text.slice(0, excerptLengthMax),
    leftOut: Math.max(0, text.length - excerptLengthMax),
  }
}
