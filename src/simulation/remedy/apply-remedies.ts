import type { Permission } from '../contingency.ts'
import type { Element, Need, Option, Portfolio, PortfolioWorkflow } from '../portfolio.ts'
import { type CandidateAction, placeKey } from './candidate-action.ts'

/** The portfolio once the actions are done: options brought, evidence earned, capacity widened. */
export function applyRemedies(
  portfolio: Portfolio,
  actions: readonly CandidateAction[],
): Portfolio {
  const qualified = new Set(actions.flatMap(({ qualifies }) => qualifies.map(placeKey)))
  const widened = new Set(actions.flatMap(({ widens }) => (widens === null ? [] : [widens])))
  const brought = new Map<string, Option[]>()
  for (const { brings } of actions) {
    for (const { workflow, need, option } of brings) {
      const key = `${workflow}\n${need}`
      const list = brought.get(key) ?? []
      list.push(option)
      brought.set(key, list)
    }
  }
  function needAfter(workflow: string, need: Need): Need {
    const added = brought.get(`${workflow}\n${need.id}`) ?? []
    const options = [...need.options.map(earned), ...added.map(earned).filter(isReady)]
    return { ...need, options }
    function earned(option: Option): Option {
      const key = placeKey({ workflow, need: need.id, option: option.id })
      return option.evidence === 'unqualified' && qualified.has(key)
        ? { ...option, evidence: 'qualified' }
        : option
    }
  }
  const workflows = portfolio.workflows.map((workflow) => ({
    ...workflow,
    needs: workflow.needs.map((need) => needAfter(workflow.id, need)),
  }))
  return {
    workflows,
    elements: elementsThatMatter(portfolio.elements, workflows),
    capacities: portfolio.capacities.filter(({ route }) => !widened.has(route)),
  }
}

/** Those that an option needs, and those that take one of them or a class of people. */
function elementsThatMatter(
  elements: readonly Element[],
  workflows: readonly PortfolioWorkflow[],
): readonly Element[] {
  const matter = new Set(
    workflows.flatMap(({ needs }) =>
      needs.flatMap(({ options }) => options.flatMap((option) => option.elements)),
    ),
  )
  let before = -1
  while (matter.size !== before) {
    before = matter.size
    for (const { id, takes } of elements) {
      if (takes.some((one) => matter.has(one) || one.startsWith('class:'))) matter.add(id)
    }
  }
  return elements.filter(({ id }) => matter.has(id))
}

/** A new option that nobody has tried does not exist. */
function isReady({ evidence }: Option): boolean {
  return evidence !== 'unqualified'
}

/** The permission once the authorisations among the actions are held; `authorised` is what holds with all of them. */
export function permissionAfter(
  permission: Permission | undefined,
  authorised: Permission | undefined,
  actions: readonly CandidateAction[],
): Permission | undefined {
  const held = new Set(
    actions.flatMap(({ authorises }) =>
      authorises === null ? [] : [`${authorises.directive}\n${authorises.model}`],
    ),
  )
  if (permission === undefined || authorised === undefined || held.size === 0) return permission
  const after: Permission = (workflow, option, eligibilityClass) => {
    const denial = permission(workflow, option, eligibilityClass)
    if (denial === null || denial.directive === null || option.model === null) return denial
    return held.has(`${denial.directive}\n${option.model}`)
      ? authorised(workflow, option, eligibilityClass)
      : denial
  }
  return permission.sameFor === undefined
    ? after
    : Object.assign(after, { sameFor: permission.sameFor })
}
