import type { Outcome } from '../../schema/simulation.ts'
import type { ElementId } from '../portfolio.ts'
import type { HomeRegion } from './home-region.ts'
import { namesOf, outsidersOf, unknownNeeds } from './outsiders.ts'
import {
  hasOutcome,
  optionsOf,
  peopledClasses,
  type PortfolioEvidence,
  type WorkflowEvidence,
} from './portfolio-evidence.ts'
import { shown, type ShownAnswer, undecided } from './shown-answer.ts'
import type { WorkInQuestion } from './work-in-question.ts'

/**
 * SOV-1.8 and SOV-4.6, whose answers have the same words: what becomes of critical work when one outsider of the
 * given kinds is lost. The first answer whose condition holds, from the worst up.
 */
export function cutOffAnswer(
  evidence: PortfolioEvidence,
  work: WorkInQuestion,
  home: HomeRegion,
  kinds: RegExp,
): ShownAnswer {
  if (work.critical.length === 0) return undecided('no work is known', 5)
  const answer = answerOf({ evidence, home, kinds }, work.critical)
  const unknown = unknownNeeds(work.critical)
  if (unknown.length === 0 || answer.answer === 1) return answer
  return undecided(
    'the model of critical work is not known, so what hits it cannot be told',
    answer.atMost,
    unknown,
  )
}

interface Question {
  readonly evidence: PortfolioEvidence
  readonly home: HomeRegion
  readonly kinds: RegExp
}

function answerOf(question: Question, critical: readonly WorkflowEvidence[]): ShownAnswer {
  const { evidence, home } = question
  const stopped = critical.filter(({ workflow, before }) => hasOutcome(workflow, before, ['stops']))
  if (stopped.length > 0) {
    return shown(
      1,
      stopped.map(({ workflow }) => `${workflow.id} stops already, before anything is lost`),
    )
  }
  const hit = (outcome: Outcome, words: string): readonly string[] =>
    critical.flatMap((own) => {
      const elements = hittersOf(question, own, outcome)
      return elements.length === 0
        ? []
        : [`${own.workflow.id} ${words} without ${anyOf(elements, evidence, home)}`]
    })
  const stops = hit('stops', 'stops')
  if (stops.length > 0) return shown(1, stops)
  const atRisk = [
    ...critical
      .filter(({ workflow, before }) => hasOutcome(workflow, before, ['at-risk']))
      .map(({ workflow }) => `${workflow.id} is at risk already, before anything is lost`),
    ...hit('at-risk', 'has only unqualified fallbacks left'),
    ...(evidence.areLossesWhole ? [] : ['there are more outcomes than can be looked through']),
  ]
  if (atRisk.length > 0) return shown(2, atRisk)
  const degraded = hit('degraded', 'goes on below full service')
  if (degraded.length > 0) return shown(3, degraded)
  const dependent = dependence(question, critical)
  if (dependent.length > 0) {
    return shown(4, ['no single loss outside home hits critical work', ...dependent])
  }
  return shown(5, [
    `nothing outside home is in a cut set of critical work, up to ${evidence.depth} losses at once, and critical work goes on when all of it is lost together`,
  ])
}

/** Outsiders whose single loss has this outcome. Cut sets are asked too: they are whole when outcomes are not. */
function hittersOf(
  { evidence, home, kinds }: Question,
  { workflow, losses, cutSets }: WorkflowEvidence,
  outcome: Outcome,
): readonly ElementId[] {
  const classes = peopledClasses(workflow)
  const elements = [
    ...losses
      .filter((one) => one.outcome === outcome && classes.includes(one.class))
      .map((one) => one.element),
    ...(outcome === 'stops'
      ? cutSets
          .filter((one) => one.elements.length === 1 && classes.includes(one.class))
          .flatMap((one) => one.elements)
      : []),
  ]
  return [...new Set(outsidersOf(elements, evidence, home, kinds))]
}

/** Why critical work is not fully autonomous although no single loss hits it. */
function dependence(question: Question, critical: readonly WorkflowEvidence[]): readonly string[] {
  const { evidence, home, kinds } = question
  const facts = critical.flatMap(({ workflow, cutSets, withoutAbroad }) => {
    const classes = peopledClasses(workflow)
    const cuts = cutSets
      .filter(
        (one) =>
          classes.includes(one.class) &&
          outsidersOf(one.elements, evidence, home, kinds).length > 0,
      )
      .map((one) => `${one.elements.join(' + ')} together stop ${workflow.id}`)
    const after = withoutAbroad.get(home.anchor) ?? []
    return [
      ...cuts.slice(0, 3),
      ...(after.length === 0 || hasOutcome(workflow, after, ['stops', 'at-risk'])
        ? [`${workflow.id} does not go on when everything outside home is lost together`]
        : []),
    ]
  })
  if (evidence.areCutSetsWhole) return facts
  // What is not listed can only hold elements of the options.
  const used = critical.flatMap(({ workflow }) =>
    optionsOf(workflow).flatMap((one) => one.elements),
  )
  return outsidersOf(used, evidence, home, kinds).length === 0
    ? facts
    : [...facts, 'there are more cut sets than can be looked through']
}

function anyOf(
  elements: readonly ElementId[],
  evidence: PortfolioEvidence,
  home: HomeRegion,
): string {
  const shownElements = elements.slice(0, 6)
  const left = elements.length - shownElements.length
  const names = namesOf(shownElements, evidence, home)
  return `${elements.length === 1 ? '' : 'any one of '}${names}${left > 0 ? ` and ${left} more` : ''}`
}
