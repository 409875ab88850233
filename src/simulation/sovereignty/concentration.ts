import { compareText } from '../../base/compare.ts'
import type { EligibilityClass } from '../../schema/holdfast-config.ts'
import type { LayerExposure } from '../../schema/sovereignty.ts'
import { criticalityWeights, type Option, type PortfolioWorkflow } from '../portfolio.ts'
import { optionsOf, peopledClasses, type PortfolioEvidence } from './portfolio-evidence.ts'

type Layer = LayerExposure['layer']

/** What an option is made of in one layer; null: nobody knows. Several share it in equal parts. */
type PartsOf = (option: Option) => readonly string[] | null

interface LayerRule {
  readonly layer: Layer
  readonly partsOf: PartsOf
  /** Kinds of elements whose single loss counts as a cut-off in this layer. */
  readonly lost: RegExp
}

const layers: readonly LayerRule[] = [
  {
    layer: 'weights',
    // An option without its vendor runs on weights that are held.
    partsOf: (option) =>
      named(option, 'vendor') ?? (option.model === null ? null : ['held weights']),
    lost: /^(?:model|vendor):/,
  },
  { layer: 'provider', partsOf: (option) => named(option, 'provider'), lost: /^provider:/ },
  { layer: 'route', partsOf: (option) => named(option, 'route'), lost: /^route:/ },
  { layer: 'region', partsOf: (option) => named(option, 'region'), lost: /^region:/ },
  {
    layer: 'jurisdiction',
    partsOf: (option) => named(option, 'jurisdiction'),
    lost: /^jurisdiction:/,
  },
  { layer: 'hardware', partsOf: (option) => named(option, 'hardware'), lost: /^hardware:/ },
]

function named(option: Option, kind: string): readonly string[] | null {
  const found = option.elements.filter((element) => element.startsWith(`${kind}:`))
  return found.length === 0 ? null : found
}

/**
 * Concentration of the work as it is served before anything is lost, and how much of it some single loss stops.
 * Both weigh by criticality. Work that a tool or people do has no part in a layer of models.
 */
export function layerExposures(evidence: PortfolioEvidence): readonly LayerExposure[] {
  const served = servedWork(evidence)
  return layers.map((rule) => ({
    layer: rule.layer,
    ...concentration(served, rule.partsOf),
    ...cutOff(evidence, rule.lost),
  }))
}

interface ServedWork {
  readonly option: Option
  readonly weight: number
}

/** Each way that serves work, with its share of the weight: equal parts for needs, people's parts for classes. */
function servedWork(evidence: PortfolioEvidence): readonly ServedWork[] {
  return [...evidence.workflows.values()].flatMap(({ workflow, before }) => {
    const options = new Map(optionsOf(workflow).map((one) => [one.id, one]))
    const shares = classShares(workflow)
    return before.flatMap((outcome) => {
      const share = shares.get(outcome.class) ?? 0
      if (share === 0 || outcome.servedBy.length === 0) return []
      const weight = (weightOf(workflow) * share) / outcome.servedBy.length
      return outcome.servedBy.flatMap((id) => {
        const option = options.get(id)
        return option === undefined || option.kind !== 'model' ? [] : [{ option, weight }]
      })
    })
  })
}

function classShares(workflow: PortfolioWorkflow): ReadonlyMap<EligibilityClass, number> {
  const classes = peopledClasses(workflow)
  const { headcount } = workflow
  const people = classes.reduce((sum, one) => sum + (headcount?.[one] ?? 0), 0)
  return new Map(
    classes.map((one) => [
      one,
      people === 0 ? 1 / classes.length : (headcount?.[one] ?? 0) / people,
    ]),
  )
}

function weightOf(workflow: PortfolioWorkflow): number {
  return criticalityWeights[workflow.criticality ?? 'supporting']
}

function concentration(
  served: readonly ServedWork[],
  partsOf: PartsOf,
): Pick<LayerExposure, 'hhi' | 'effectiveNumber' | 'known' | 'shares'> {
  const weights = new Map<string, number>()
  let whole = 0
  let known = 0
  for (const { option, weight } of served) {
    whole += weight
    const parts = partsOf(option)
    if (parts === null) continue
    known += weight
    for (const part of parts) weights.set(part, (weights.get(part) ?? 0) + weight / parts.length)
  }
  if (known === 0) return { hhi: null, effectiveNumber: null, known: 0, shares: [] }
  const shares = [...weights]
    .map(([element, weight]) => ({ element, share: weight / known }))
    .toSorted((a, b) => b.share - a.share || compareText(a.element, b.element))
  const squares = shares.reduce((sum, one) => sum + one.share * one.share, 0)
  return { hhi: squares * 10_000, effectiveNumber: 1 / squares, known: known / whole, shares }
}

function cutOff(
  evidence: PortfolioEvidence,
  lost: RegExp,
): Pick<LayerExposure, 'worstLoss' | 'cutOffExposure'> {
  const { exposure } = evidence
  const own = exposure.elements.filter((one) => lost.test(one.element) && one.loss > 0)
  // The first of the largest: they come by loss, then in the order of the engine.
  const [worst] = own.toSorted((a, b) => b.loss - a.loss || compareText(a.element, b.element))
  return {
    worstLoss: worst === undefined ? null : { element: worst.element, share: worst.loss },
    cutOffExposure: stoppedShare(evidence, lost),
  }
}

/** Share of the work that some single loss of the layer stops, by the part of its people for whom it stops. */
function stoppedShare({ workflows }: PortfolioEvidence, lost: RegExp): number {
  let whole = 0
  let stopped = 0
  for (const { workflow, cutSets } of workflows.values()) {
    whole += weightOf(workflow)
    const hit = new Set(
      cutSets
        .filter((cut) => cut.elements.length === 1 && lost.test(cut.elements[0] ?? ''))
        .map((cut) => cut.class),
    )
    for (const [one, share] of classShares(workflow)) {
      if (hit.has(one)) stopped += weightOf(workflow) * share
    }
  }
  return whole === 0 ? 0 : stopped / whole
}
