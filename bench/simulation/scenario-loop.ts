import type { Portfolio, PortfolioWorkflow } from '../../src/simulation/portfolio.ts'

/**
 * What one would write first: for every element and every pair ask of every workflow whether it stops. Sets of
 * strings, one class of people, no staffing. It tells how much the engine gains, and that both count the same.
 */
export function countByScenarios(portfolio: Portfolio): readonly [number, number] {
  const ids = portfolio.elements.map(({ id }) => id)
  const takes = new Map(portfolio.elements.map((element) => [element.id, element.takes]))
  let singles = 0
  let pairs = 0
  const single = new Set<string>()
  function isStopped(workflow: PortfolioWorkflow, elements: readonly string[]): boolean {
    const lost = new Set(elements.flatMap((id) => [id, ...(takes.get(id) ?? [])]))
    return workflow.needs.some((need) =>
      need.options.every(
        (option, index) =>
          option.excluded !== null ||
          (index > 0 && workflow.requireQualified && option.evidence === 'unqualified') ||
          option.elements.some((element) => lost.has(element)),
      ),
    )
  }
  const going = portfolio.workflows.filter((workflow) => !isStopped(workflow, []))
  for (const id of ids) {
    for (const workflow of going) {
      if (!isStopped(workflow, [id])) continue
      singles += 1
      single.add(`${workflow.id} ${id}`)
    }
  }
  for (const [index, one] of ids.entries()) {
    for (const other of ids.slice(index + 1)) {
      for (const workflow of going) {
        if (single.has(`${workflow.id} ${one}`) || single.has(`${workflow.id} ${other}`)) continue
        if (isStopped(workflow, [one, other])) pairs += 1
      }
    }
  }
  return [singles, pairs]
}
