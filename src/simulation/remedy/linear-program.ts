import type { Pattern, WorkflowPatterns } from './patterns.ts'
import type { Bundle } from './row-pool.ts'

/** A plan that the engine refutes: not exactly this choice among the actions that bear on the refutation. */
export interface Refutation {
  /** Work that the choice does not save: with a budget it binds only while this work is to be secured. */
  readonly workflow: string
  readonly held: readonly number[]
  readonly left: readonly number[]
}

export interface ProgramInput {
  /** Weight of each action in the objective. */
  readonly weights: readonly number[]
  readonly workflows: readonly WorkflowPatterns[]
  readonly bundles: readonly Bundle[]
  readonly refutations: readonly Refutation[]
  /** Sets of actions of which at least one must be left out: plans that are known already. */
  readonly known: readonly (readonly number[])[]
  /** Sums over actions that may not be passed. */
  readonly caps: readonly { readonly weights: readonly number[]; readonly most: number }[]
  /** With a budget, needs bind only for workflows that are secured. */
  readonly secure: {
    readonly workflows: readonly { readonly id: string; readonly weight: number }[]
    /** `weight`: the most weight secured. `least`: the least cost with at least so much of it. */
    readonly objective: 'weight' | { readonly least: number }
  } | null
}

/**
 * The choice of actions as a mixed-integer program in CPLEX LP format. `z`: an action is done. `p`: a workflow is
 * done by one of its patterns, which needs its shared actions (p ≤ z, the facility location part). Workflows with
 * too many patterns have a cover row for each set of elements instead (the set cover part), with `x` for bundles.
 * Once the shared actions are settled, the best pattern of each workflow is, too: `p` needs no integrality as long
 * as nothing but the price is asked.
 */
export function writeProgram(input: ProgramInput): string {
  const writer = new ProgramWriter(input)
  return writer.write()
}

class ProgramWriter {
  readonly #input: ProgramInput
  readonly #rows: string[] = []
  readonly #binaries = new Set<string>()
  readonly #continuous = new Set<string>()
  /** Actions with a variable of their own. All others belong to one workflow, and its patterns stand for them. */
  readonly #named: ReadonlySet<number>
  /** Of each action the variables that pay for it. */
  readonly #paidBy = new Map<number, string[]>()

  constructor(input: ProgramInput) {
    this.#input = input
    this.#named = namedActions(input)
    for (const action of this.#named) {
      this.#binaries.add(`z${action}`)
      this.#paidBy.set(action, [`z${action}`])
    }
  }

  write(): string {
    const { secure, caps } = this.#input
    const secured = new Map(secure?.workflows.map(({ id }, index) => [id, `s${index}`]))
    for (const name of secured.values()) this.#binaries.add(name)
    for (const [index, workflow] of this.#input.workflows.entries()) {
      const name = secured.get(workflow.workflow)
      if (secure !== null && name === undefined) continue
      const least = name === undefined ? '>= 1' : `- ${name} >= 0`
      if (workflow.patterns === null) this.#writeRows(workflow, least)
      else if (
        !isPlain(this.#input) ||
        workflow.like === index ||
        this.#sharesOwn(workflow.patterns)
      ) {
        this.#writePatterns(index, workflow.patterns, least)
      } else this.#payLike(workflow.like, workflow.patterns)
    }
    this.#writeExclusions(secured)
    for (const { weights, most } of caps)
      this.#rows.push(` ${sum(this.#weighted(weights))} <= ${most}`)
    const worth = (secure?.workflows ?? []).map(({ weight }, index) => `${weight} s${index}`)
    if (secure !== null && secure.objective !== 'weight') {
      this.#rows.push(` ${sum(worth)} >= ${secure.objective.least}`)
    }
    const isMost = secure?.objective === 'weight'
    return [
      isMost ? 'Maximize' : 'Minimize',
      ` cost: ${sum(isMost ? worth : this.#weighted(this.#input.weights))}`,
      'Subject To',
      ...this.#rows,
      'Bounds',
      ...[...this.#continuous].map((name) => ` 0 <= ${name} <= 1`),
      ' 0 <= zero <= 0',
      'Binaries',
      ...[...this.#binaries].map((name) => ` ${name}`),
      'End',
      '',
    ].join('\n')
  }

  #writePatterns(index: number, patterns: readonly Pattern[], least: string): void {
    const names = patterns.map((_, number) => `p${index}_${number}`)
    const kind = isPlain(this.#input) ? this.#continuous : this.#binaries
    const needing = new Map<number, string[]>()
    for (const [number, { shared, own }] of patterns.entries()) {
      const name = names[number] ?? ''
      kind.add(name)
      for (const action of [...shared, ...own]) {
        const list = this.#named.has(action) ? needing : this.#paidBy
        const users = list.get(action) ?? []
        users.push(name)
        list.set(action, users)
      }
    }
    this.#rows.push(` ${sum(names)} ${least}`)
    // One pattern is enough, so those that need an action are together no more than the action.
    if (names.length > 1) this.#rows.push(` ${sum(names)} <= 1`)
    for (const [action, users] of needing) this.#rows.push(` ${sum(users)} - z${action} <= 0`)
  }

  /** An action meant for one workflow that others use as well: then it is not alone in what it decides. */
  #sharesOwn(patterns: readonly Pattern[]): boolean {
    return patterns.some(({ own }) => own.some((action) => this.#named.has(action)))
  }

  /** Where only the price counts, workflows that are alike do alike: one stands for all and pays for all. */
  #payLike(like: number, patterns: readonly Pattern[]): void {
    for (const [number, { own }] of patterns.entries()) {
      for (const action of own) {
        const payers = this.#paidBy.get(action) ?? []
        payers.push(`p${like}_${number}`)
        this.#paidBy.set(action, payers)
      }
    }
  }

  #writeRows({ rows }: WorkflowPatterns, least: string): void {
    const { bundles } = this.#input
    const used = new Set<number>()
    for (const row of rows) {
      const terms = row.bundles.map((bundle) => {
        const [only, ...others] = bundles[bundle]?.actions ?? []
        if (others.length === 0) return `z${only}`
        used.add(bundle)
        return `x${bundle}`
      })
      this.#rows.push(` ${sum(terms)} ${least}`)
    }
    for (const bundle of used) {
      if (this.#continuous.has(`x${bundle}`)) continue
      this.#continuous.add(`x${bundle}`)
      for (const action of bundles[bundle]?.actions ?? []) {
        this.#rows.push(` x${bundle} - z${action} <= 0`)
      }
    }
  }

  #writeExclusions(secured: ReadonlyMap<string, string>): void {
    for (const { workflow, held, left } of this.#input.refutations) {
      const terms = [...left.map((one) => `z${one}`), ...held.map((one) => `- z${one}`)]
      const name = secured.get(workflow)
      if (this.#input.secure === null) this.#rows.push(` ${sum(terms)} >= ${1 - held.length}`)
      else if (name !== undefined)
        this.#rows.push(` ${sum([...terms, `- ${name}`])} >= ${-held.length}`)
    }
    for (const actions of this.#input.known) {
      this.#rows.push(` ${sum(actions.map((one) => `z${one}`))} <= ${actions.length - 1}`)
    }
  }

  /** A variable that pays for several actions has one term: readers of the format keep only one of them. */
  #weighted(weights: readonly number[]): readonly string[] {
    const terms = new Map<string, number>()
    for (const [action, weight] of weights.entries()) {
      if (weight === 0) continue
      for (const name of this.#paidBy.get(action) ?? []) {
        terms.set(name, (terms.get(name) ?? 0) + weight)
      }
    }
    return [...terms].map(([name, weight]) => `${weight} ${name}`)
  }
}

/** Whether nothing but the price is asked. */
export function isPlain({ caps, known, refutations, secure }: ProgramInput): boolean {
  return caps.length + known.length + refutations.length === 0 && secure === null
}

function namedActions({
  workflows,
  bundles,
  refutations,
  known,
}: ProgramInput): ReadonlySet<number> {
  const named = new Set<number>()
  for (const { patterns, rows } of workflows) {
    for (const { shared } of patterns ?? []) for (const action of shared) named.add(action)
    if (patterns !== null) continue
    for (const row of rows) {
      for (const bundle of row.bundles) {
        for (const action of bundles[bundle]?.actions ?? []) named.add(action)
      }
    }
  }
  for (const { held, left } of refutations) for (const one of [...held, ...left]) named.add(one)
  for (const actions of known) for (const one of actions) named.add(one)
  return named
}

/** Terms over several lines: readers of the format limit the length of one. */
function sum(terms: readonly string[]): string {
  if (terms.length === 0) return 'zero'
  return terms
    .map((term, index) => {
      const signed = term.startsWith('-') || index === 0 ? term : `+ ${term}`
      return index % 12 === 11 ? `${signed}\n ` : signed
    })
    .join(' ')
}
