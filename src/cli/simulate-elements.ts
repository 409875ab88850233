import { Fault } from '../base/fault.ts'
import {
  canonicalElement,
  catalogueElements,
  isAlwaysKnown,
  kindOf,
  suggestElements,
} from '../simulation/index.ts'
import type { Directive } from '../schema/directive.ts'
import { EligibilityClass } from '../schema/holdfast-config.ts'
import { findDirective } from './directive-workspace.ts'
import type { SimulationInputs } from './simulate-inputs.ts'

/** What somebody asked to be lost together. */
export interface AskedContingency {
  /** Directives among them stand as `directive:ID`. */
  readonly elements: readonly string[]
  readonly directives: readonly Directive[]
}

/** The elements of `--without` and the directives of `--directive`, each known and in its one spelling. */
export async function readContingency(
  without: readonly string[],
  directives: readonly string[],
  inputs: SimulationInputs,
): Promise<AskedContingency> {
  const known = knownElements(inputs)
  const elements = without.map((written) => knownElement(written, known, inputs))
  const asked = elements.filter((one) => kindOf(one) === 'directive')
  const named = [...asked.map((one) => one.slice('directive:'.length)), ...directives]
  const read: Directive[] = []
  for (const name of named) read.push((await findDirective(inputs, name)).directive)
  const taken = takenDirectives(elements, inputs)
  for (const id of taken) read.push((await findDirective(inputs, id)).directive)
  const unique = [...new Map(read.map((one) => [one.id, one])).values()]
  return {
    elements: [
      ...new Set([
        ...elements.filter((one) => kindOf(one) !== 'directive'),
        ...unique.filter(({ id }) => !taken.includes(id)).map(({ id }) => `directive:${id}`),
      ]),
    ],
    directives: unique,
  }
}

function knownElements({ portfolio, catalogue, config, loaded }: SimulationInputs) {
  return new Set([
    ...portfolio.elements.map(({ id }) => id),
    ...catalogueElements(catalogue),
    ...(config?.routes ?? []).map(({ id }) => `route:${id}`),
    ...loaded.directives.map(({ directive }) => `directive:${directive.id}`),
  ])
}

/** A misspelt element would show that nothing happens. */
function knownElement(
  written: string,
  known: ReadonlySet<string>,
  { resolver }: SimulationInputs,
): string {
  const element = canonicalElement(written, resolver)
  if (known.has(element) || isAlwaysKnown(element)) return element
  const kind = kindOf(written)
  if (kind === 'model' && resolver.resolve(element.slice('model:'.length)).model !== null) {
    return element
  }
  const near = kind === 'jurisdiction' ? [] : suggestElements(written, known, resolver)
  throw new Fault(
    'HF_ELEMENT_UNKNOWN',
    kind === null
      ? `\`${written}\` does not say what kind of element it is`
      : `\`${written}\` is nothing that the portfolio or the catalogue knows`,
    {
      expected:
        kind === 'class'
          ? EligibilityClass.options.map((name) => `class:${name}`).join(', ')
          : kind === 'jurisdiction'
            ? 'an ISO 3166-1 alpha-2 code such as jurisdiction:US'
            : 'an element `kind:id` such as vendor:anthropic, provider:aws-bedrock or jurisdiction:US',
      advice:
        near.length > 0
          ? `did you mean ${near.map((one) => `\`${one}\``).join(' or ')}?`
          : '`holdfast simulate --format json` lists every element that work depends on, under `exposure`',
    },
  )
}

/** Directives that a common cause brings with it. */
function takenDirectives(
  elements: readonly string[],
  { portfolio }: SimulationInputs,
): readonly string[] {
  const takes = new Map(portfolio.elements.map((one) => [one.id, one.takes]))
  const seen = new Set<string>()
  const visit = (element: string): void => {
    for (const taken of takes.get(element) ?? []) {
      if (seen.has(taken)) continue
      seen.add(taken)
      visit(taken)
    }
  }
  for (const element of elements) visit(element)
  return [...seen].flatMap((one) =>
    kindOf(one) === 'directive' ? [one.slice('directive:'.length)] : [],
  )
}
