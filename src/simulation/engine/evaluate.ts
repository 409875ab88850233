import type { PostContingency, WorkflowOutcome } from '../../schema/simulation.ts'
import type { Contingency } from '../contingency.ts'
import type { ElementId, Portfolio } from '../portfolio.ts'
import { type CompiledPortfolio, compilePortfolio } from './compiled-portfolio.ts'
import { type Explaining, explainOutcome } from './explain-outcome.ts'
import { type Judgement, judgeWorkflows } from './judge-workflows.ts'
import { classCount, classes, stops, wordOf } from './outcome-words.ts'
import { answersOf, deniedClasses, type PermissionAnswers } from './permission-answers.ts'
import { planCapacity } from './route-room.ts'
import { servedBefore, situationOf } from './situation.ts'

/** Nothing lost, nothing denied. */
const nothing: Contingency = { elements: [] }

export interface Evaluation {
  /** Every workflow and class, in the order of the file and of the classes. */
  readonly outcomes: readonly WorkflowOutcome[]
  readonly overloads: PostContingency['overloads']
  /** `impact` when a word is worse than it was before. */
  readonly status: PostContingency['status']
}

/**
 * What becomes of all work under a contingency. `before` is the state that words compare with: the directives in
 * force and what vendors had withdrawn under them; absent, nothing is lost or denied. The rules stand in
 * docs/decisions/0010-what-stops-means.md.
 */
export function evaluate(
  portfolio: Portfolio,
  contingency: Contingency,
  before: Contingency = nothing,
): Evaluation {
  const baseline = baselineOf(portfolio, before)
  const judged = judgeContingency(baseline, contingency)
  return {
    ...explainJudgement(baseline, contingency, judged),
    status: isWorse(judged.judgement, baseline.judgement) ? 'impact' : 'no-impact',
  }
}

/** The state before, worked out once for any number of contingencies. */
export interface Baseline {
  readonly portfolio: CompiledPortfolio
  readonly answers: PermissionAnswers
  readonly denied: Uint8Array
  /** By option the classes for which it is gone before anything is lost. */
  readonly gone: Uint8Array
  readonly served: Int32Array
  readonly plan: ReturnType<typeof planCapacity>
  /** The words before. */
  readonly judgement: Judgement
  readonly elementNames: ReadonlyMap<ElementId, string>
}

export function baselineOf(portfolio: Portfolio, before: Contingency): Baseline {
  const compiled = compilePortfolio(portfolio)
  const answers = answersOf(before.permission)
  const denied = deniedClasses(compiled, answers)
  const situation = situationOf(compiled, before, denied)
  const served = servedBefore(compiled, situation)
  const plan = planCapacity(compiled)
  const judgement = judgeWorkflows(compiled, situation, served, { plan })
  return {
    portfolio: compiled,
    answers,
    denied,
    gone: situation.gone,
    served,
    plan,
    judgement,
    elementNames: new Map(portfolio.elements.map(({ id, name }) => [id, name])),
  }
}

interface JudgedContingency {
  readonly situation: ReturnType<typeof situationOf>
  readonly answers: PermissionAnswers
  readonly judgement: Judgement
  /** The words of the rule alone; null when no directive is asked about. */
  readonly ruleAlone: Judgement | null
}

export function judgeContingency(baseline: Baseline, contingency: Contingency): JudgedContingency {
  const { portfolio, served, plan } = baseline
  const answers = answersOf(contingency.permission)
  const isSame = contingency.permission === baseline.answers.permission
  const denied = isSame ? baseline.denied : deniedClasses(portfolio, answers)
  const situation = situationOf(portfolio, contingency, denied)
  const judgement = judgeWorkflows(portfolio, situation, served, { plan })
  if (contingency.withdrawn === undefined) return { situation, answers, judgement, ruleAlone: null }
  const rule = situationOf(portfolio, { elements: contingency.elements }, denied)
  const ruleAlone = judgeWorkflows(portfolio, rule, served, { plan })
  return { situation, answers, judgement, ruleAlone }
}

/** Puts a judgement into words; `places` picks outcomes, workflow × classes + class. */
export function explainJudgement(
  baseline: Baseline,
  contingency: Contingency,
  judged: JudgedContingency,
  places?: readonly number[],
): Pick<Evaluation, 'outcomes' | 'overloads'> {
  const { portfolio } = baseline
  const explaining: Explaining = {
    portfolio,
    contingency,
    situation: judged.situation,
    answers: judged.answers,
    served: baseline.served,
    judgement: judged.judgement,
    takenBy: takersOfContingency(portfolio, contingency),
    elementNames: baseline.elementNames,
  }
  const asked = places ?? judged.judgement.words.keys()
  return {
    outcomes: Array.from(asked, (place) => outcomeOf(explaining, judged.ruleAlone, place)),
    overloads: judged.judgement.overloads.map((one) => ({ ...one, shed: [...one.shed] })),
  }
}

function isWorse(judgement: Judgement, before: Judgement): boolean {
  return judgement.words.some((word, place) => word > (before.words[place] ?? 0))
}

function outcomeOf(
  explaining: Explaining,
  ruleAlone: Judgement | null,
  place: number,
): WorkflowOutcome {
  const { portfolio, judgement } = explaining
  const number = Math.floor(place / classCount)
  const one = place % classCount
  const workflow = portfolio.portfolio.workflows[number]
  const name = classes[one] ?? 'undetermined'
  const word = judgement.words[place] ?? stops
  return {
    workflow: workflow?.id ?? '',
    class: name,
    outcome: wordOf(word),
    people: workflow?.headcount?.[name] ?? null,
    servedBy: word === stops ? [] : servedBy(explaining, number, one),
    ruleAlone: ruleAlone === null ? null : wordOf(ruleAlone.words[place] ?? stops),
    reasons: [...explainOutcome(explaining, number, one)],
  }
}

function servedBy({ portfolio, judgement }: Explaining, number: number, one: number): string[] {
  const workflow = portfolio.portfolio.workflows[number]
  const from = portfolio.firstNeed[number] ?? 0
  return (workflow?.needs ?? []).map((need, index) => {
    const chosen = judgement.chosen[(from + index) * classCount + one] ?? -1
    return need.options[chosen - (portfolio.firstOption[from + index] ?? 0)]?.id ?? ''
  })
}

/** For elements that were not asked for themselves, what was asked for that takes them. */
function takersOfContingency(
  portfolio: CompiledPortfolio,
  { elements, withdrawn = [] }: Contingency,
): ReadonlyMap<ElementId, ElementId> {
  const asked = new Set([...elements, ...withdrawn])
  const takers = new Map<ElementId, ElementId>()
  for (const taker of asked) {
    const number = portfolio.elementNumber.get(taker)
    for (const taken of number === undefined ? [] : (portfolio.lostWith[number] ?? [])) {
      const id = portfolio.elements[taken]
      if (id !== undefined && !asked.has(id) && !takers.has(id)) takers.set(id, taker)
    }
  }
  return takers
}
