import type {
  CriterionAssessment,
  SovereigntyAssessment,
  SovereigntyContradiction,
  SovereigntyFramework,
  WeightProfile,
  WorkflowSovereignty,
} from '../../schema/sovereignty.ts'
import type { PortfolioWorkflow } from '../portfolio.ts'
import { catalogueAnswers } from './catalogue-answers.ts'
import type { AttestedAnswer } from './check-answers.ts'
import { layerExposures } from './concentration.ts'
import { europeanHome, type HomeRegion, homeRegionOf } from './home-region.ts'
import type { PortfolioEvidence } from './portfolio-evidence.ts'
import { scoreCriteria, scoreObjectives } from './score-criteria.ts'
import { simulatedAnswers } from './simulated-answers.ts'
import { isCritical, wholeWork, type WorkInQuestion, workOf } from './work-in-question.ts'

export interface SovereigntyInput {
  readonly version: string
  readonly organisation: string
  /** RFC 3339, UTC. */
  readonly at: string
  readonly framework: SovereigntyFramework
  readonly weightProfile: WeightProfile
  /** As holdfast.yaml states it; null: nobody said. */
  readonly homeJurisdiction: string | null
  /** Checked by `checkAnswers` before. */
  readonly answers: readonly AttestedAnswer[]
  /** Null: no work is known, and only attestations count. */
  readonly evidence: PortfolioEvidence | null
  readonly requiredSeals: readonly { readonly workflow: string; readonly seal: number }[]
  /** Enforced directives, with the day on which their text was read. */
  readonly directives: SovereigntyAssessment['directives']
  readonly notices: readonly string[]
}

/** The anchors that an assessment asks about: SOV-1 is industrial policy of the Union and stays there. */
export function homesOf(homeJurisdiction: string | null): readonly HomeRegion[] {
  const home = homeRegionOf(homeJurisdiction)
  return home.anchor === europeanHome.anchor ? [europeanHome] : [europeanHome, home]
}

/** Criteria, objectives, score and level, each a reading of its own of the same answers. */
export function assessSovereignty(input: SovereigntyInput): SovereigntyAssessment {
  const { framework, evidence, homeJurisdiction, weightProfile } = input
  const home = homeRegionOf(homeJurisdiction)
  const isReanchored = home.anchor !== europeanHome.anchor
  const answered = answerCriteria(input, home, wholeWork(evidence))
  const objectives = scoreObjectives(framework, answered.criteria, weightProfile, home)
  const counted = objectives.filter((one) => one.counts)
  const result = scoreCriteria(framework, counted, answered.criteria, weightProfile)
  const governing = answered.criteria.find((one) => one.criterion === result.governedBy[0])
  return {
    schemaVersion: 1,
    tool: { name: 'holdfast', version: input.version },
    organisation: input.organisation,
    at: input.at,
    framework: {
      id: framework.id,
      title: framework.title,
      attribution: framework.attribution,
      criteria: framework.objectives.reduce((sum, one) => sum + one.criteria.length, 0),
      criteriaStated: framework.criteriaStated,
    },
    homeJurisdiction: homeJurisdiction?.toUpperCase() ?? null,
    anchor: home.anchor,
    label: isReanchored ? `CSF method re-anchored to ${home.anchor}` : 'SEAL',
    weightProfile,
    score: result.score,
    overallSeal: isReanchored ? null : result.level,
    level: result.level,
    governingCriterion:
      governing === undefined || governing.answer === null || governing.seal === null
        ? null
        : {
            criterion: governing.criterion,
            answer: governing.answer,
            label: governing.label,
            seal: governing.seal,
          },
    governedBy: result.governedBy,
    objectives,
    criteria: answered.criteria,
    gaps: answered.criteria.filter((one) => one.answer === null).map((one) => one.criterion),
    contradictions: answered.contradictions,
    workflows: input.requiredSeals.flatMap((one) => workflowLevel(input, home, one)),
    aiExtension: {
      note: 'Concentration and cut-off exposure of work done by models. It is no part of the framework, and never part of its score.',
      layers: evidence === null ? [] : [...layerExposures(evidence)],
    },
    directives: input.directives,
    notices: [...input.notices, ...noticesOf(input, home)],
  }
}

interface AnsweredCriteria {
  readonly criteria: CriterionAssessment[]
  readonly contradictions: SovereigntyContradiction[]
}

/** Facts first; an attestation fills what they leave open, lowers what they show, and is never better than they allow. */
function answerCriteria(
  input: SovereigntyInput,
  home: HomeRegion,
  work: WorkInQuestion,
): AnsweredCriteria {
  const attested = new Map(input.answers.map((one) => [one.criterion, one]))
  const contradictions: SovereigntyContradiction[] = []
  const criteria = input.framework.objectives.flatMap((objective) => {
    // Industrial policy of the Union: nothing else can be put in its place.
    const anchor = objective.code === 'SOV-1' ? europeanHome : home
    return objective.criteria.map((criterion): CriterionAssessment => {
      const bySimulation = simulatedAnswers[criterion.id]
      const rule = bySimulation ?? catalogueAnswers[criterion.id]
      const facts =
        rule === undefined || input.evidence === null ? null : rule(input.evidence, work, anchor)
      const answer = attested.get(criterion.id)
      const isBetter = facts !== null && answer !== undefined && answer.answer > facts.atMost
      if (facts !== null && answer !== undefined && isBetter) {
        contradictions.push(contradiction(answer, facts.atMost, facts.evidence))
      }
      const counts = answer !== undefined && !isBetter
      const isTaken = counts && answer.answer !== facts?.answer
      const chosen = isTaken ? answer.answer : (facts?.answer ?? null)
      const by = isTaken ? 'attestation' : bySimulation === undefined ? 'catalogue' : 'simulation'
      const row = chosen === null ? undefined : criterion.answers[chosen - 1]
      return {
        criterion: criterion.id,
        description: criterion.description,
        anchor: anchor.anchor,
        inert: criterion.answers.every((one) => one.seal === 4),
        answer: row === undefined ? null : chosen,
        of: criterion.answers.length,
        label: row?.label ?? null,
        value: row?.value ?? null,
        seal: row?.seal ?? null,
        answeredBy: row === undefined ? null : by,
        evidence: [
          ...(isTaken ? [`attested by ${answer.by} as of ${answer.at}`, ...answer.evidence] : []),
          ...(facts?.evidence ?? []),
        ],
        gap:
          row !== undefined
            ? null
            : (facts?.gap ?? 'only a person can answer it: sovereignty.answers in holdfast.yaml'),
      }
    })
  })
  return { criteria, contradictions }
}

function contradiction(
  answer: AttestedAnswer,
  shownAtMost: number,
  evidence: readonly string[],
): SovereigntyContradiction {
  return {
    criterion: answer.criterion,
    attested: answer.answer,
    shownAtMost,
    by: answer.by,
    at: answer.at,
    text: `answer ${answer.answer} was attested by ${answer.by}, and the facts show ${shownAtMost} at most${evidence.length === 0 ? '' : `: ${evidence[0]}`}; the attestation does not count`,
  }
}

/** The level of one workflow, from its own part of the portfolio and the attestations for the organisation. */
function workflowLevel(
  input: SovereigntyInput,
  home: HomeRegion,
  required: { readonly workflow: string; readonly seal: number },
): readonly WorkflowSovereignty[] {
  const work = workOf(input.evidence, required.workflow)
  const workflow = work.workflows[0]?.workflow
  const { criteria } = answerCriteria(input, home, work)
  const objectives = scoreObjectives(input.framework, criteria, input.weightProfile, home)
  const counted = objectives.filter((one) => one.counts)
  const result = scoreCriteria(input.framework, counted, criteria, input.weightProfile)
  const met = result.level !== null && result.level >= required.seal
  return [
    {
      workflow: required.workflow,
      criticality: workflow?.criticality ?? null,
      requiredSeal: required.seal,
      level: result.level,
      met,
      governedBy: result.governedBy,
      text: levelText(workflow, required.seal, result.level, result.governedBy, criteria),
    },
  ]
}

function levelText(
  workflow: PortfolioWorkflow | undefined,
  required: number,
  level: number | null,
  governedBy: readonly string[],
  criteria: readonly CriterionAssessment[],
): string {
  if (workflow === undefined) return 'nothing is known of this workflow'
  if (level === null) return `level ${required} is asked for, and no criterion is answered`
  const gaps = criteria.filter((one) => one.answer === null).length
  const open = gaps === 0 ? '' : `; ${gaps} criteria are open, and each could lower it`
  if (level >= required) return `level ${level} is shown, ${required} is asked for${open}`
  const why = criteria.find((one) => one.criterion === governedBy[0])
  return `level ${level} is shown, ${required} is asked for: ${governedBy.join(', ')}${why?.evidence[0] === undefined ? '' : ` (${why.evidence[0]})`}`
}

function noticesOf(input: SovereigntyInput, home: HomeRegion): readonly string[] {
  const { evidence, homeJurisdiction } = input
  const work = wholeWork(evidence)
  return [
    ...(homeJurisdiction === null
      ? [
          'holdfast.yaml states no organisation.homeJurisdiction: the own anchor of the framework, the EU, was taken',
        ]
      : []),
    ...(home.anchor === europeanHome.anchor
      ? []
      : [
          `the method is re-anchored to ${home.anchor}: the result is none of the levels that the Commission's framework gives. SOV-1 is industrial policy of the Union, keeps the EU as its anchor, and counts neither for the level nor for the score`,
        ]),
    ...(evidence === null ? ['no work is known: only attestations count'] : []),
    ...(work.workflows.length > 0 && !work.workflows.some((one) => isCritical(one.workflow))
      ? [
          'no workflow is called critical: the ladders that ask about critical work were asked about all',
        ]
      : []),
    ...(evidence !== null && !evidence.areCutSetsWhole
      ? ['there are more cut sets than can be listed: full autonomy cannot be shown']
      : []),
  ]
}
