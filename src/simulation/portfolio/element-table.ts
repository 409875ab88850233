import type { Resolver } from '../../catalogue/index.ts'
import { compareText } from '../../base/compare.ts'
import { EligibilityClass, type HoldfastConfig } from '../../schema/holdfast-config.ts'
import { type Element, type ElementId, elementKinds, type PortfolioWorkflow } from '../portfolio.ts'
import type { CatalogueFacts } from './catalogue-facts.ts'
import { canonicalElement, isAlwaysKnown, kindOf, suggestElements } from './element-id.ts'

interface TableInput {
  readonly workflows: readonly PortfolioWorkflow[]
  readonly commonCauses: HoldfastConfig['commonCause']
  readonly facts: CatalogueFacts
  readonly resolver: Pick<Resolver, 'resolve'>
  readonly notice: (text: string) => void
}

/** Every element that an option needs, the four classes, and the common causes with what they take. */
export function elementTable(input: TableInput): readonly Element[] {
  const { facts, resolver } = input
  const ids = new Set<ElementId>(EligibilityClass.options.map((name) => `class:${name}`))
  for (const { needs } of input.workflows) {
    for (const { options } of needs) {
      for (const { elements } of options) for (const element of elements) ids.add(element)
    }
  }
  const causes = new Map<ElementId, Element>()
  for (const { id, elements } of input.commonCauses) {
    const element = `common-cause:${id}`
    const takes = elements.map((member) => canonicalElement(member, resolver))
    const before = causes.get(element)?.takes ?? []
    const all = [...new Set([...before, ...takes])].toSorted(compareText)
    causes.set(element, { id: element, name: id, takes: all })
  }
  noteMembers([...causes.values()], ids, input)
  for (const { takes } of causes.values()) for (const member of takes) ids.add(member)
  return [
    ...[...ids]
      .filter((id) => !causes.has(id))
      .map((id): Element => ({ id, name: facts.nameOf(id), takes: [] })),
    ...causes.values(),
  ].toSorted(inOrder)
}

/** A misspelt member would make a common cause look harmless. */
function noteMembers(
  causes: readonly Element[],
  used: ReadonlySet<ElementId>,
  { facts, resolver, notice }: TableInput,
): void {
  const known = new Set([...used, ...causes.map(({ id }) => id), ...facts.elements])
  for (const { name, takes } of causes) {
    for (const member of takes) {
      if (known.has(member) || isAlwaysKnown(member) || kindOf(member) === 'directive') continue
      const [near] = suggestElements(member, known, resolver)
      const hint = near === undefined ? '' : `; did you mean ${near}?`
      notice(`common cause ${name}: nothing here depends on ${member}, nor is it known${hint}`)
    }
  }
}

function inOrder(a: Element, b: Element): number {
  return kindRank(a.id) - kindRank(b.id) || compareText(a.id, b.id)
}

function kindRank(element: ElementId): number {
  const kind = kindOf(element)
  return kind === null ? elementKinds.length : elementKinds.indexOf(kind)
}
