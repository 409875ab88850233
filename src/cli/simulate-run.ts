import { canonicalJson } from '../base/canonical-json.ts'
import { digest } from '../base/digest.ts'
import { type DirectiveState, directiveStateAt, widestInstantOf } from '../policy/index.ts'
import type { Directive } from '../schema/directive.ts'
import type { EligibilityClass } from '../schema/holdfast-config.ts'
import type { PostContingency, Simulation } from '../schema/simulation.ts'
import {
  allOf,
  assembleSimulation,
  type Contingency,
  dataExclusion,
  type ElementId,
  evaluate,
  findCutSets,
  type HeldState,
  measureExposure,
  onlyWorse,
  type Permission,
  permissionUnder,
  type PolicySource,
  type Portfolio,
  simulateAll,
  withExclusions,
  withWithdrawals,
} from '../simulation/index.ts'
import { createCedarEngine } from './cedar-engine.ts'
import { version } from './installation.ts'
import { type AskedContingency, readContingency } from './simulate-elements.ts'
import type { SimulationInputs } from './simulate-inputs.ts'

const excludedNoticesMax = 10

/** What `holdfast simulate` was asked. */
export interface AskedSimulation {
  readonly without: readonly string[]
  readonly directives: readonly string[]
  /** Each by itself, not together. */
  readonly isEach: boolean
  readonly isAll: boolean
  readonly depth: 1 | 2
  /** False: a directive that is asked about is read at its widest. */
  readonly isAtGiven: boolean
  readonly classes: readonly EligibilityClass[]
}

/** The portfolio with what policy and vendors say of it: shared by `holdfast simulate` and `holdfast remedy`. */
export interface HeldPortfolio {
  readonly portfolio: Portfolio
  /** What holds before anything is lost: enforced directives but those that are asked about. */
  readonly held: HeldState
  readonly withdrawnUnder: (states: readonly DirectiveState[]) => readonly ElementId[]
  readonly permissionUnder: (states: readonly DirectiveState[]) => Permission | undefined
}

/** Data limits applied and directives read; `asked` are the directives that contingencies are about. */
export function holdPortfolio(
  inputs: SimulationInputs,
  asked: readonly DirectiveState[] = [],
): HeldPortfolio {
  const ids = new Set(asked.map(({ directive }) => directive.id))
  const enforced = inputs.enforced.directives
    .filter(({ id }) => !ids.has(id))
    .map((directive) => directiveStateAt(directive, inputs.at))
  const source: PolicySource = {
    portfolio: inputs.portfolio,
    config: inputs.config,
    catalogue: inputs.catalogue,
    countryOf: inputs.countryOf,
    engine: createCedarEngine(),
    ownPolicies: inputs.ownPolicies,
  }
  const excluded = withExclusions(inputs.portfolio, dataExclusion(source))
  const { portfolio, lostUnder } = withWithdrawals(excluded, [...enforced, ...asked])
  const invalid = inputs.enforced.invalid.filter(({ id }) => !ids.has(id))
  const base = permissionUnder({ at: inputs.at, directives: enforced, invalid }, source)
  const withdrawn = lostUnder(enforced)
  const rulesOnly = { ...source, ownPolicies: [] }
  return {
    portfolio,
    held: {
      ...(base === undefined ? {} : { permission: base }),
      ...(withdrawn.length === 0 ? {} : { withdrawn }),
    },
    withdrawnUnder: (states) => [...new Set([...withdrawn, ...lostUnder(states)])].toSorted(),
    permissionUnder: (states) =>
      allOf([
        base,
        ...states.map((state) =>
          permissionUnder({ at: state.at, directives: [state], invalid: [] }, rulesOnly),
        ),
      ]),
  }
}

/** Simulates what was asked; nothing asked is an overview of what holds and what hangs on what. */
export async function runSimulation(
  inputs: SimulationInputs,
  asked: AskedSimulation,
): Promise<Simulation> {
  const contingencies = await askedContingencies(inputs, asked)
  const swept = asked.isAll ? inputs.enforced.directives.filter((one) => canBite(one)) : []
  const stateOf = (directive: Directive) =>
    directiveStateAt(directive, asked.isAtGiven ? inputs.at : widestInstantOf(directive))
  const named = contingencies.flatMap(({ directives }) => directives)
  const { portfolio, held, ...under } = holdPortfolio(inputs, named.map(stateOf))
  const after = contingencies.map((one) => {
    const states = one.directives.map(stateOf)
    return simulateOne({ portfolio, held, ...under }, one.elements, states)
  })
  let cutSetsOmitted = 0
  const cutSets = findCutSets(portfolio, {
    ...held,
    depth: asked.depth,
    onOmitted: (count) => {
      cutSetsOmitted = count
    },
  })
  const sweep = asked.isAll ? simulateAll(portfolio, { ...held, depth: asked.depth }) : null
  return assembleSimulation({
    version: version(),
    organisation: inputs.organisation,
    at: inputs.at,
    inputs: {
      ...inputs.digests,
      directives: directiveRows([...inputs.enforced.directives, ...named]),
    },
    notices: [
      ...readAtWidest(named, asked, stateOf),
      ...inputs.notices,
      ...classNotices(inputs, asked),
      ...excludedNotices(portfolio),
      ...omittedNotices(sweep?.omitted),
      ...(cutSetsOmitted > 0 ? [`${cutSetsOmitted} larger cut sets are not listed`] : []),
    ],
    portfolio,
    classes: asked.classes,
    // Against no directive at all: what those in force do today must not pass for `unaffected` (decision 0010).
    before: evaluate(portfolio, { elements: [], ...held }).outcomes,
    after: [
      ...after,
      ...sweepDirectives(inputs, swept.map(stateOf), { portfolio, held }),
      ...(sweep?.contingencies ?? []).map((one) => ({ ...one, at: null, withdrawn: [] })),
    ],
    cutSets,
    exposure: measureExposure(portfolio, held),
  })
}

async function askedContingencies(
  inputs: SimulationInputs,
  { without, directives, isEach }: AskedSimulation,
): Promise<readonly AskedContingency[]> {
  if (without.length + directives.length === 0) return []
  if (!isEach) return [await readContingency(without, directives, inputs)]
  const each: AskedContingency[] = []
  for (const one of without) each.push(await readContingency([one], [], inputs))
  for (const one of directives) each.push(await readContingency([], [one], inputs))
  return each
}

function simulateOne(
  { portfolio, held, withdrawnUnder, permissionUnder: permit }: HeldPortfolio,
  elements: readonly ElementId[],
  states: readonly DirectiveState[],
): PostContingency {
  const withdrawn = withdrawnUnder(states)
  const permission = permit(states)
  const contingency: Contingency = {
    elements,
    ...(states.length > 0 || withdrawn.length > 0 ? { withdrawn } : {}),
    ...(permission === undefined ? {} : { permission }),
  }
  const found = evaluate(portfolio, contingency, { elements: [], ...held })
  return {
    contingency: [...elements],
    at:
      states
        .map(({ at }) => at)
        .toSorted()
        .at(-1) ?? null,
    withdrawn: withdrawn.map((one) => one.slice('model:'.length)),
    status: found.status,
    outcomes: [...found.outcomes],
    overloads: found.overloads,
  }
}

/** Each enforced directive by itself: the others hold, and only what is new or worse is listed. */
function sweepDirectives(
  inputs: SimulationInputs,
  states: readonly DirectiveState[],
  { portfolio, held }: Pick<HeldPortfolio, 'portfolio' | 'held'>,
): readonly PostContingency[] {
  if (states.length === 0) return []
  const nothingLost = { elements: [], ...held }
  const before = evaluate(portfolio, nothingLost, nothingLost).outcomes
  return states.map((state) => {
    const without = holdPortfolio(inputs, [state])
    const found = simulateOne(without, [`directive:${state.directive.id}`], [state])
    return { ...found, outcomes: [...onlyWorse(found.outcomes, before)] }
  })
}

/** A directive that neither restricts nor tells of a withdrawal changes nothing. */
function canBite(directive: Directive): boolean {
  const state = directiveStateAt(directive, widestInstantOf(directive))
  return state.isInForce || state.withdrawn.length > 0
}

function directiveRows(directives: readonly Directive[]): Simulation['inputs']['directives'] {
  const byId = new Map(directives.map((one) => [one.id, one]))
  return [...byId.values()]
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((directive) => ({
      id: directive.id,
      digest: digest(canonicalJson(directive)),
      review: directive.review.state,
      asOf: directive.source.retrieved,
    }))
}

function readAtWidest(
  directives: readonly Directive[],
  { isAtGiven }: AskedSimulation,
  stateOf: (directive: Directive) => DirectiveState,
): readonly string[] {
  return directives.flatMap((directive) => {
    const state = stateOf(directive)
    const template =
      directive.template === true
        ? [`${directive.id} is a template with invented names; nobody issued it`]
        : []
    const instant = isAtGiven
      ? state.isInForce || state.withdrawn.length > 0
        ? []
        : [`${directive.id} does not restrict anything at ${state.at}`]
      : [`${directive.id} is read at its widest, ${state.at}; --at reads it at another instant`]
    return [...template, ...instant]
  })
}

/** Until somebody vouches for classifying staff at all, that is said wherever a class counts. */
function classNotices(
  { config }: SimulationInputs,
  { classes, without, directives, isAll }: AskedSimulation,
): readonly string[] {
  const isUsed =
    // Every class is among what is lost one after the other.
    isAll ||
    classes.length > 0 ||
    directives.length > 0 ||
    without.some((one) => /^(?:class|directive):/.test(one)) ||
    (config?.directives?.load ?? []).length > 0 ||
    Object.values(config?.groups ?? {}).some(({ headcount }) => headcount !== undefined)
  const { reviewedBy, legalBasis } = config?.eligibility ?? {}
  if (!isUsed || (reviewedBy !== undefined && legalBasis !== undefined)) return []
  return [
    'classes of people are used, and holdfast.yaml names nobody who answers for classifying them: eligibility.reviewedBy and eligibility.legalBasis',
  ]
}

/** Work whose own model its data may not reach: whatever is left counts as what serves it today. */
function excludedNotices({ workflows }: Portfolio): readonly string[] {
  const found = workflows.flatMap(({ id, needs }) =>
    needs
      .filter(({ id: model, options }) => {
        const own = options.filter((one) => one.model === model)
        return (
          own.length > 0 &&
          own.every(({ excluded }) => excluded !== null) &&
          options.some(({ excluded }) => excluded === null)
        )
      })
      .map(
        (need) =>
          `${id}: the limits of its data exclude ${need.id}, which it is meant to use; what is left counts as what serves it today`,
      ),
  )
  const left = found.length - excludedNoticesMax
  return left <= 0
    ? found
    : [...found.slice(0, excludedNoticesMax), `and so it is with ${left} more`]
}

function omittedNotices(
  omitted: { readonly pairs: number; readonly outcomes: number } | undefined,
): readonly string[] {
  return [
    ...((omitted?.pairs ?? 0) > 0
      ? [`${omitted?.pairs} pairs of losses are left out, the least harmful ones`]
      : []),
    ...((omitted?.outcomes ?? 0) > 0
      ? [`${omitted?.outcomes} outcomes are left out of the longest list`]
      : []),
  ]
}
