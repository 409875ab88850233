import type { Exposure } from '../../schema/simulation.ts'
import type { ElementId } from '../portfolio.ts'
import type { CompiledPortfolio } from './compiled-portfolio.ts'
import type { CutTable } from './cut-table.ts'
import { orderOfWork } from './order-of-work.ts'
import { classCount, everyClass } from './outcome-words.ts'

type EarlyWarning = Exposure['earlyWarnings'][number]

const namedMax = 5

/**
 * Work that one more loss would stop, critical work first: at once where a single loss does it, else after each
 * element of a pair. And machines whose maker's jurisdiction can stop their supply, which is no loss today.
 */
export function warnEarly(
  compiled: CompiledPortfolio,
  gone: Uint8Array,
  table: CutTable,
  most: number,
): Pick<Exposure, 'earlyWarnings' | 'earlyWarningsOmitted'> {
  const { workflows } = compiled.portfolio
  const earlyWarnings: EarlyWarning[] = []
  let omitted = 0
  for (const number of orderOfWork(workflows)) {
    if (earlyWarnings.length < most) {
      earlyWarnings.push(...warningsOf(compiled, table, number))
      earlyWarnings.push(...supplyWarnings(compiled, gone, number))
    } else if (hasWarning(table, number)) omitted += 1
  }
  return omitted === 0 ? { earlyWarnings } : { earlyWarnings, earlyWarningsOmitted: omitted }
}

function listsOf({ listOf }: CutTable, number: number): readonly number[] {
  const lists: number[] = []
  for (let one = 0; one < classCount; one += 1) {
    const list = listOf[number * classCount + one] ?? -1
    if (list >= 0 && list !== lists.at(-1)) lists.push(list)
  }
  return lists
}

/** Elements that alone stop a workflow for some class, apart from the loss of a class. */
function singlesOf(
  { classElements }: CompiledPortfolio,
  table: CutTable,
  number: number,
): ReadonlySet<number> {
  const singles = new Set<number>()
  const { lists } = table
  for (const list of listsOf(table, number)) {
    for (let at = lists.singleStart(list); at < lists.singleEnd(list); at += 1) {
      const element = lists.singles.at(at)
      if (!classElements.includes(element)) singles.add(element)
    }
  }
  return singles
}

/** The partners of each element in pairs that stop a workflow for some class. */
function partnersOf(table: CutTable, number: number): ReadonlyMap<number, ReadonlySet<number>> {
  const partners = new Map<number, Set<number>>()
  const { lists } = table
  for (const list of listsOf(table, number)) {
    for (let at = lists.pairStart(list); at < lists.pairEnd(list); at += 2) {
      join(partners, lists.pairs.at(at), lists.pairs.at(at + 1))
      join(partners, lists.pairs.at(at + 1), lists.pairs.at(at))
    }
  }
  return partners
}

function join(partners: Map<number, Set<number>>, one: number, other: number): void {
  const known = partners.get(one) ?? new Set<number>()
  known.add(other)
  partners.set(one, known)
}

function hasWarning({ lists, listOf }: CutTable, number: number): boolean {
  for (let one = 0; one < classCount; one += 1) {
    const list = listOf[number * classCount + one] ?? -1
    if (list < 0) continue
    if (lists.singleEnd(list) > lists.singleStart(list)) return true
    if (lists.pairEnd(list) > lists.pairStart(list)) return true
  }
  return false
}

function warningsOf(
  compiled: CompiledPortfolio,
  table: CutTable,
  number: number,
): readonly EarlyWarning[] {
  const workflow = compiled.portfolio.workflows[number]?.id ?? ''
  const singles = singlesOf(compiled, table, number)
  if (singles.size > 0) {
    const next = idsOf(compiled, singles)
    return [{ workflow, element: null, next, text: `the loss of ${listed(next)} stops it` }]
  }
  const partners = partnersOf(table, number)
  return [...partners.keys()]
    .toSorted((a, b) => a - b)
    .map((element) => {
      const id = compiled.elements[element] ?? ''
      const next = idsOf(compiled, partners.get(element) ?? [])
      return {
        workflow,
        element: id,
        next,
        text: `without \`${id}\` the loss of ${listed(next)} stops it`,
      }
    })
}

function idsOf(compiled: CompiledPortfolio, elements: Iterable<number>): ElementId[] {
  return [...elements].toSorted((a, b) => a - b).map((element) => compiled.elements[element] ?? '')
}

function listed(ids: readonly ElementId[]): string {
  const named = ids.slice(0, namedMax).map((id) => `\`${id}\``)
  const more = ids.length - named.length
  const last = more > 0 ? `${more} others` : named.pop()
  return named.length === 0 ? (last ?? '') : `${named.join(', ')} or ${last ?? ''}`
}

/** One warning for each maker of hardware that an option of the workflow runs on and each jurisdiction of its supply. */
function supplyWarnings(
  { portfolio, firstNeed, firstOption }: CompiledPortfolio,
  gone: Uint8Array,
  number: number,
): readonly EarlyWarning[] {
  const makers = portfolio.elements.filter(
    ({ supplyJurisdictions = [] }) => supplyJurisdictions.length > 0,
  )
  const workflow = portfolio.workflows[number]
  if (makers.length === 0 || workflow === undefined) return []
  const used = new Set(
    workflow.needs.flatMap(({ options }, need) => {
      const first = firstOption[(firstNeed[number] ?? 0) + need] ?? 0
      return options
        .filter((_, index) => gone[first + index] !== everyClass)
        .flatMap(({ elements }) => elements)
    }),
  )
  return makers
    .filter(({ id }) => used.has(id))
    .flatMap(({ id, name, supplyJurisdictions = [] }) =>
      supplyJurisdictions.map((code) => ({
        workflow: workflow.id,
        element: `jurisdiction:${code}`,
        next: [id],
        text: `machines of ${name} that stand go on, but \`jurisdiction:${code}\` can stop that more or spare ones are supplied`,
      })),
    )
}
