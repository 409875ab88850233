import type { Preregistration } from '../../schema/preregistration.ts'
import type { GateResult } from '../../schema/trial-result.ts'
import { newcombeInterval } from '../../base/statistics/newcombe-interval.ts'
import { robustLowerBound } from '../../base/statistics/clustered-mean.ts'
import { tangoInterval } from '../../base/statistics/tango-score.ts'
import { costFinding } from './cost-finding.ts'
import { differenceFinding, sumsOf, tableOf } from './difference-finding.ts'
import { type Finding, type GateSample, isClustered, type Risks } from './gate-sample.ts'
import { shareFinding } from './share-finding.ts'
import { differenceTasksNeeded, shareTasksNeeded } from './tasks-needed.ts'
import type { TrialPair, TrialTask } from './trial-evidence.ts'

/** Every registered gate, tested on the pairs there are. Each at α: a candidate must pass them all (Berger 1982). */
export function buildGates(
  registration: Preregistration,
  tasks: readonly TrialTask[],
  pairs: readonly TrialPair[],
): readonly GateResult[] {
  const bench = new GateBench(registration, tasks, pairs)
  const { gates } = registration
  return [
    bench.quality(),
    ...(gates.refusal === null ? [] : [bench.refusalCap(), bench.refusalDifference()]),
    ...(gates.format === null ? [] : [bench.floor('format', gates.format.floor)]),
    ...(gates.toolCalls === null ? [] : [bench.floor('tool-calls', gates.toolCalls.floor)]),
    ...(gates.contextFit === null ? [] : [bench.contextFit()]),
    ...(gates.latency === null ? [] : [bench.latency()]),
    ...(gates.cost === null ? [] : [bench.cost()]),
    bench.servedModel(),
  ]
}

/** Pairs with a value each: a large trial has no room for an object of both. */
interface Valued {
  readonly pairs: readonly TrialPair[]
  readonly values: readonly number[]
}

function valued(pairs: readonly TrialPair[], valueOf: (pair: TrialPair) => number): Valued {
  return { pairs, values: pairs.map(valueOf) }
}

class GateBench {
  readonly #registration: Preregistration
  readonly #risks: Risks
  readonly #pairs: readonly TrialPair[]
  readonly #largestCluster: number
  readonly #completeClusters: ReadonlySet<string>

  constructor(
    registration: Preregistration,
    tasks: readonly TrialTask[],
    pairs: readonly TrialPair[],
  ) {
    this.#registration = registration
    this.#risks = registration
    this.#pairs = pairs
    const sizes = new Map<string, number>()
    for (const { cluster } of tasks) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1)
    this.#largestCluster = Math.max(...sizes.values())
    for (const { task } of pairs) sizes.set(task.cluster, (sizes.get(task.cluster) ?? 0) - 1)
    this.#completeClusters = new Set([...sizes].flatMap(([name, left]) => (left === 0 ? name : [])))
  }

  #sample({ pairs, values }: Valued): GateSample {
    return {
      values,
      clusters: pairs.map(({ task }) => task.cluster),
      largestCluster: this.#largestCluster,
      completeClusters: this.#completeClusters,
    }
  }

  quality(): GateResult {
    const { margin, measure } = this.#registration.gates.quality
    return this.#difference('quality', margin, {
      valueOf: ({ scores }) => (scores === null ? -1 : scores.candidate - scores.incumbent),
      isPassFail: measure === 'pass-fail',
    })
  }

  refusalDifference(): GateResult {
    const margin = this.#registration.gates.refusal?.margin ?? 0
    const refuses = (pair: TrialPair, side: 'candidate' | 'incumbent'): number =>
      pair[side].kind === 'refusal' ? 1 : 0
    return this.#difference('refusal-difference', margin, {
      valueOf: (pair) =>
        pair.scores === null ? -1 : refuses(pair, 'incumbent') - refuses(pair, 'candidate'),
      isPassFail: true,
    })
  }

  /** `valueOf` gives a pair without scores the worst that it could be. */
  #difference(
    gate: string,
    margin: number,
    of: { readonly valueOf: (pair: TrialPair) => number; readonly isPassFail: boolean },
  ): GateResult {
    const scored = this.#pairs.filter(({ scores }) => scores !== null)
    const sample = this.#sample(valued(scored, of.valueOf))
    if (sample.values.length === 0) return untested(gate, margin, 'no task is scored')
    const finding = differenceFinding(sample, margin, this.#risks)
    const worst =
      scored.length === this.#pairs.length
        ? null
        : differenceFinding(this.#sample(valued(this.#pairs, of.valueOf)), margin, this.#risks)
    return this.#result(gate, margin, finding, {
      counted: sample.values.length,
      worst,
      sensitivity: this.#sensitivity(sample, of.isPassFail),
      tasksNeeded: differenceTasksNeeded(sample, margin, finding, this.#risks),
      say: `difference ${figure(finding.estimate)}, at least ${figure(finding.lower)} with ${percent(1 - this.#risks.alpha)} confidence; the margin is −${margin}`,
    })
  }

  #sensitivity(sample: GateSample, isPassFail: boolean): GateResult['sensitivity'] {
    if (this.#risks.mode === 'e-process') return []
    const confidence = 1 - 2 * this.#risks.alpha
    const plain = isClustered(sample) ? 'cluster-robust t' : 'paired t'
    const lower = robustLowerBound(sumsOf(sample), this.#risks.alpha)
    const negated = { ...sample, values: sample.values.map((value) => -value) }
    const upper = -robustLowerBound(sumsOf(negated), this.#risks.alpha)
    const robust = Number.isFinite(lower) ? [{ method: plain, lower, upper }] : []
    if (!isPassFail) return robust
    const table = this.#fullTable()
    return [
      ...robust,
      { method: 'Newcombe 10', ...newcombeInterval(table, confidence) },
      ...(isClustered(sample)
        ? [
            {
              method: 'Tango, clusters ignored',
              ...tangoInterval(tableOf(sample.values), confidence),
            },
          ]
        : []),
    ]
  }

  #fullTable(): Parameters<typeof newcombeInterval>[0] {
    const counts = { bothPass: 0, candidateOnly: 0, incumbentOnly: 0, neitherPass: 0 }
    for (const { scores } of this.#pairs) {
      if (scores === null) continue
      if (scores.candidate > 0) counts[scores.incumbent > 0 ? 'bothPass' : 'candidateOnly']++
      else counts[scores.incumbent > 0 ? 'incumbentOnly' : 'neitherPass']++
    }
    return counts
  }

  refusalCap(): GateResult {
    const cap = this.#registration.gates.refusal?.cap ?? 0
    const counted = this.#pairs.filter(({ candidate }) => candidate.kind !== 'runner-error')
    const isBad = ({ candidate }: TrialPair): boolean => candidate.kind === 'refusal'
    return this.#share('refusal-cap', cap, counted, isBad)
  }

  /** A task asks for a format where either side was checked for it; an answer that never came is not valid. */
  floor(gate: 'format' | 'tool-calls', floor: number): GateResult {
    const field = gate === 'format' ? 'formatValid' : 'toolCallsValid'
    const counted = this.#pairs.filter(
      ({ candidate, incumbent }) =>
        candidate.kind !== 'runner-error' &&
        (candidate[field] !== null ||
          incumbent[field] !== null ||
          (gate === 'format' && candidate.kind === 'invalid-format')),
    )
    const isBad = ({ candidate }: TrialPair): boolean =>
      candidate[field] !== true && !(candidate.kind === 'judge-error' && candidate[field] === null)
    return this.#share(gate, floor, counted, isBad, true)
  }

  latency(): GateResult {
    const gate = this.#registration.gates.latency
    const counted = this.#pairs.filter(({ candidate }) => candidate.kind !== 'runner-error')
    const isBad = ({ candidate }: TrialPair): boolean =>
      candidate.latencyMs === null ||
      candidate.kind === 'timeout' ||
      candidate.latencyMs > (gate?.objectiveMs ?? 0)
    return this.#share('latency', gate?.overShareMax ?? 0, counted, isBad)
  }

  #share(
    gate: string,
    limit: number,
    counted: readonly TrialPair[],
    isBad: (pair: TrialPair) => boolean,
    isFloor = false,
  ): GateResult {
    if (counted.length === 0) return untested(gate, limit, 'no task asks for this')
    const sample = this.#sample(valued(counted, (pair) => (isBad(pair) ? -1 : 0)))
    const cap = isFloor ? 1 - limit : limit
    const finding = shareFinding(sample, cap, this.#risks)
    const shown = isFloor
      ? {
          ...finding,
          estimate: 1 - finding.estimate,
          lower: 1 - finding.upper,
          upper: 1 - finding.lower,
        }
      : finding
    return this.#result(gate, limit, shown, {
      counted: counted.length,
      worst: null,
      sensitivity: [],
      tasksNeeded: shareTasksNeeded(sample, cap, finding, this.#risks),
      say: isFloor
        ? `${percent(shown.estimate)} valid, at least ${percent(shown.lower)}; the floor is ${percent(limit)}`
        : `${percent(shown.estimate)} of tasks, at most ${percent(shown.upper)}; the cap is ${percent(limit)}`,
    })
  }

  contextFit(): GateResult {
    const gate = this.#registration.gates.contextFit
    const room = (gate?.windowTokens ?? 0) - (gate?.outputReserveTokens ?? 0)
    const counted = this.#pairs.filter(
      ({ candidate }) => candidate.contextTokens !== null || candidate.kind === 'context-overflow',
    )
    if (counted.length === 0) return untested('context-fit', room, 'no task’s tokens are known')
    const over = counted.filter(
      ({ candidate }) =>
        candidate.kind === 'context-overflow' || (candidate.contextTokens ?? 0) > room,
    ).length
    const tokens = counted.map(({ candidate }) => candidate.contextTokens ?? 0)
    const sorted = tokens.toSorted((a, b) => a - b)
    const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0
    return {
      ...deterministic('context-fit', room, over, counted.length),
      say: `${over} of ${counted.length} tasks do not fit into ${room} tokens; 99% need at most ${p99}`,
    }
  }

  cost(): GateResult {
    const gate = this.#registration.gates.cost ?? { ratioMax: 1, perTaskMax: null }
    const counted = this.#pairs.filter(({ candidate }) => candidate.kind !== 'runner-error')
    const unknown = counted.filter(
      ({ candidate, incumbent }) =>
        (candidate.cost ?? gate.perTaskMax) === null || incumbent.cost === null,
    ).length
    if (unknown > 0 || counted.length === 0)
      return untested('cost', gate.ratioMax, `the cost of ${unknown} tasks is not known`)
    const costs = {
      candidate: counted.map(({ candidate }) => candidate.cost ?? gate.perTaskMax ?? 0),
      incumbent: counted.map(({ incumbent }) => incumbent.cost ?? 0),
    }
    if (costs.incumbent.every((cost) => cost === 0))
      return untested('cost', gate.ratioMax, 'the incumbent cost nothing, so there is no ratio')
    const sample = this.#sample(valued(counted, () => 0))
    const finding = costFinding(sample, costs, gate, this.#risks)
    const result = this.#result('cost', gate.ratioMax, finding, {
      counted: counted.length,
      worst: null,
      sensitivity: [],
      tasksNeeded: null,
      say: `${figure(finding.estimate)} times the incumbent’s cost; at most ${gate.ratioMax} is accepted`,
    })
    return Number.isFinite(finding.upper) ? result : { ...result, interval: null }
  }

  /** A reroute never qualifies: what answered was another model. */
  servedModel(): GateResult {
    const expected = this.#registration.candidate.servedModel
    const strangers = this.#pairs.filter(
      ({ candidate }) =>
        candidate.kind === 'reroute' ||
        (candidate.kind === 'answered' && candidate.servedModel !== expected),
    ).length
    return {
      ...deterministic('served-model', 0, strangers, this.#pairs.length),
      say: `${strangers} of ${this.#pairs.length} answers did not come from ${expected}`,
    }
  }

  #result(
    gate: string,
    limit: number,
    finding: Finding,
    more: {
      readonly counted: number
      readonly worst: Finding | null
      readonly sensitivity: GateResult['sensitivity']
      readonly tasksNeeded: number | null
      readonly say: string
    },
  ): GateResult {
    return {
      gate,
      state: finding.state,
      estimate: finding.estimate,
      interval: {
        lower: finding.lower,
        upper: finding.upper,
        confidence: 1 - 2 * this.#risks.alpha,
        method: finding.method,
      },
      limit,
      test: finding.test,
      p: finding.p,
      logE: finding.logE,
      counted: more.counted,
      designEffect: finding.designEffect,
      worstCase: more.worst === null ? null : { state: more.worst.state, p: more.worst.p },
      sensitivity: more.sensitivity,
      tasksNeeded: finding.state === 'undecided' ? more.tasksNeeded : null,
      say: more.say,
    }
  }
}

function untested(gate: string, limit: number, say: string): GateResult {
  return { ...deterministic(gate, limit, 0, 0), state: 'not-tested', estimate: null, say }
}

function deterministic(gate: string, limit: number, bad: number, of: number): GateResult {
  return {
    gate,
    state: bad > 0 ? 'failed' : 'passed',
    estimate: of === 0 ? null : bad / of,
    interval: null,
    limit,
    test: 'count: none may fail',
    p: null,
    logE: null,
    counted: of,
    designEffect: 1,
    worstCase: null,
    sensitivity: [],
    tasksNeeded: null,
    say: '',
  }
}

function figure(value: number): string {
  return value.toFixed(4).replace('-', '−')
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`
}
