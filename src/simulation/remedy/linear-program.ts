import type { Bundle, CoverRow } from './row-pool.ts'

/** A plan that the engine refutes: not exactly this choice among the actions that bear on the refutation. */
export interface Refutation {
  readonly held: readonly number[]
  readonly left: readonly number[]
}

export interface ProgramInput {
  /** Weight of each action in the objective or, with `secure`, its cost. */
  readonly weights: readonly number[]
  readonly bundles: readonly Bundle[]
  readonly rows: readonly CoverRow[]
  readonly refutations: readonly Refutation[]
  /** Sets of actions of which at least one must be left out: plans that are known already. */
  readonly known: readonly (readonly number[])[]
  /** Sums over actions that may not be passed. */
  readonly caps: readonly { readonly weights: readonly number[]; readonly most: number }[]
  /** With a budget, rows bind only for workflows that are secured. */
  readonly secure: {
    readonly workflows: readonly { readonly id: string; readonly weight: number }[]
    /** `weight`: the most weight secured. `cost`: the least cost with at least so much of it. */
    readonly objective: 'weight' | { readonly least: number }
  } | null
}

/**
 * The choice of actions as a mixed-integer program in CPLEX LP format: `z` a binary for each action, `x` for each
 * bundle of several actions (x ≤ z, the facility location part), a row ≥ 1 for each set of elements (the set cover
 * part). `x` needs no integrality: it follows from that of `z`.
 */
export function writeProgram(input: ProgramInput): string {
  const { weights, bundles, secure } = input
  const lines: string[] = []
  const isMax = secure?.objective === 'weight'
  const objective =
    secure !== null && isMax
      ? secure.workflows.map(({ weight }, index) => term(weight, `s${index}`))
      : weights.map((weight, action) => term(weight, `z${action}`))
  lines.push(isMax ? 'Maximize' : 'Minimize', ` cost: ${sum(objective)}`, 'Subject To')
  const used = new Set<number>()
  const numberOfWorkflow = new Map(secure?.workflows.map(({ id }, index) => [id, index]))
  for (const { terms, workflow } of coverRows(input)) {
    const slack = secure === null ? '>= 1' : `- s${numberOfWorkflow.get(workflow) ?? 0} >= 0`
    for (const bundle of terms) used.add(bundle)
    lines.push(` ${sum(terms.map((bundle) => nameOf(bundle, bundles)))} ${slack}`)
  }
  for (const bundle of used) {
    const { actions = [] } = bundles[bundle] ?? {}
    if (actions.length < 2) continue
    for (const action of actions) lines.push(` x${bundle} - z${action} <= 0`)
  }
  for (const { held, left } of input.refutations) {
    const terms = [...left.map((one) => `z${one}`), ...held.map((one) => `- z${one}`)]
    lines.push(` ${sum(terms)} >= ${1 - held.length}`)
  }
  for (const actions of input.known) {
    lines.push(` ${sum(actions.map((one) => `z${one}`))} <= ${actions.length - 1}`)
  }
  for (const { weights: of, most } of input.caps) {
    lines.push(` ${sum(of.map((weight, action) => term(weight, `z${action}`)))} <= ${most}`)
  }
  if (secure !== null && secure.objective !== 'weight') {
    const terms = secure.workflows.map(({ weight }, index) => term(weight, `s${index}`))
    lines.push(` ${sum(terms)} >= ${secure.objective.least}`)
  }
  lines.push('Binaries', ...weights.map((_, action) => ` z${action}`))
  if (secure !== null) lines.push(...secure.workflows.map((_, index) => ` s${index}`))
  lines.push('End')
  return `${lines.join('\n')}\n`
}

/** Each row once; without a budget it does not matter whose it is, and one that another implies is left out. */
function coverRows({
  rows,
  secure,
}: ProgramInput): readonly { readonly terms: readonly number[]; readonly workflow: string }[] {
  const seen = new Set<string>()
  const byWorkflow = new Map<string, { terms: readonly number[]; workflow: string }[]>()
  for (const { bundles, workflow } of rows.toSorted(
    (a, b) => a.bundles.length - b.bundles.length,
  )) {
    const key = secure === null ? bundles.join() : `${workflow}\n${bundles.join()}`
    if (seen.has(key)) continue
    seen.add(key)
    const own = byWorkflow.get(workflow) ?? []
    byWorkflow.set(workflow, own)
    const members = new Set(bundles)
    if (own.some(({ terms }) => terms.every((one) => members.has(one)))) continue
    own.push({ terms: bundles, workflow })
  }
  return [...byWorkflow.values()].flat()
}

function nameOf(bundle: number, bundles: readonly Bundle[]): string {
  const [only, ...others] = bundles[bundle]?.actions ?? []
  return others.length === 0 ? `z${only}` : `x${bundle}`
}

function term(weight: number, name: string): string {
  return weight === 0 ? '' : `${weight} ${name}`
}

/** Terms over several lines: readers of the format limit the length of one. */
function sum(terms: readonly string[]): string {
  const parts = terms.filter((one) => one !== '')
  if (parts.length === 0) return '0 z0'
  return parts
    .map((part, index) => {
      const signed = part.startsWith('-') || index === 0 ? part : `+ ${part}`
      return index % 12 === 11 ? `${signed}\n ` : signed
    })
    .join(' ')
}
