import { seededSource } from '../../src/base/statistics/random-source.ts'
import { Preregistration } from '../../src/schema/preregistration.ts'
import type { OutcomeKind, ScoredOutcome } from '../../src/schema/scored-outcome.ts'
import type { TrialEvidence } from '../../src/qualification/index.ts'

const digest = `sha256:${'a'.repeat(64)}`

export function registration(
  change: Partial<Preregistration> = {},
  gates: Partial<Preregistration['gates']> = {},
): Preregistration {
  return Preregistration.parse({
    schemaVersion: 1,
    workflow: 'orchard-review',
    candidate: { model: 'pear/pear-2', route: 'pear-eu', servedModel: 'pear-2-0601' },
    incumbent: { model: 'apple/apple-9', route: 'apple-us', servedModel: 'apple-9-0101' },
    digests: {
      tasks: digest,
      prompt: digest,
      tools: digest,
      graders: digest,
      prices: null,
      policy: null,
    },
    judge: null,
    samplingFrame: 'reviews of May',
    parameters: {},
    mode: 'fixed-n',
    alpha: 0.05,
    beta: 0.2,
    tasksPlanned: 300,
    clustersMin: 30,
    unscoredShareMax: 0.02,
    gates: {
      quality: { measure: 'pass-fail', margin: 0.05, reason: 'one review in twenty' },
      refusal: { cap: 0.05, margin: 0.05 },
      format: { floor: 0.95 },
      toolCalls: null,
      contextFit: { windowTokens: 100_000, outputReserveTokens: 4_000 },
      latency: { objectiveMs: 20_000, overShareMax: 0.05 },
      cost: { ratioMax: 1.5, perTaskMax: 0.1 },
      ...gates,
    },
    controls: {
      negative: { kind: 'scrambled-answers' },
      incumbentFloor: 0.7,
      repeat: { flipShareMax: 0.1 },
      repeatWaived: null,
    },
    seed: 1,
    validityDays: 30,
    decideBefore: '2026-12-31T00:00:00.000Z',
    ...change,
  })
}

export function outcome(
  task: string,
  score: number,
  change: Partial<ScoredOutcome> = {},
): ScoredOutcome {
  const kind: OutcomeKind = change.kind ?? 'answered'
  return {
    task,
    servedModel: 'pear-2-0601',
    formatValid: true,
    toolCallsValid: null,
    contextTokens: 2_000,
    latencyMs: 3_000,
    cost: 0.01,
    inputTokens: 2_000,
    outputTokens: 300,
    ...change,
    kind,
    score: kind === 'answered' ? score : null,
  }
}

/** 300 tasks, of which the incumbent passes nine in ten, and a candidate that differs from it on few. */
export function evidence(change: Partial<TrialEvidence> = {}, lost = 3, won = 4): TrialEvidence {
  const plan = change.registration ?? registration()
  const random = seededSource(7)
  const tasks = Array.from({ length: plan.tasksPlanned }, (_, at) => ({
    id: `task-${at}`,
    cluster: `repository-${at}`,
  }))
  const passed = tasks.map((_, at) => at % 10 !== 9)
  const losers = new Set(tasks.flatMap((_, at) => (passed[at] === true ? at : [])).slice(0, lost))
  const winners = new Set(tasks.flatMap((_, at) => (passed[at] === true ? [] : at)).slice(0, won))
  const score = (is: boolean | undefined): number => (is === true ? 1 : 0)
  return {
    registration: plan,
    registrationDigest: digest,
    tasks,
    incumbent: tasks.map(({ id }, at) => outcome(id, score(passed[at]))),
    candidate: tasks.map(({ id }, at) =>
      outcome(id, score(passed[at] === true ? !losers.has(at) : winners.has(at)), {
        cost: 0.008 + 0.002 * random(),
      }),
    ),
    negative: tasks.slice(0, 60).map(({ id }) => outcome(id, 0)),
    repeat: tasks.slice(0, 60).map(({ id }, at) => outcome(id, score(passed[at]))),
    isFinished: true,
    decidedAt: '2026-11-25T12:00:00.000Z',
    ...change,
  }
}

export function changed(
  outcomes: readonly ScoredOutcome[],
  count: number,
  kind: OutcomeKind,
): readonly ScoredOutcome[] {
  return outcomes.map((one, at) => (at < count ? { ...one, kind, score: null } : one))
}
