import type {
  ConfigWorkflow,
  EligibilityClass,
  HoldfastConfig,
} from '../../schema/holdfast-config.ts'
import type { PortfolioWorkflow } from '../portfolio.ts'

type Headcount = Readonly<Record<EligibilityClass, number>>

/** People of a workflow by group and in sum; somebody in two of its groups is counted in both. */
export function headcounts(
  workflow: ConfigWorkflow | null,
  groups: HoldfastConfig['groups'],
): Pick<PortfolioWorkflow, 'headcount' | 'groups'> {
  const rows = [...new Set(workflow?.audience ?? [])].map((id) => ({
    id,
    headcount: Object.hasOwn(groups, id) ? complete(groups[id]?.headcount) : null,
  }))
  const stated = rows.flatMap(({ headcount }) => (headcount === null ? [] : [headcount]))
  return { groups: rows, headcount: stated.length === 0 ? null : sum(stated) }
}

function complete(stated: Readonly<Partial<Record<EligibilityClass, number>>> | undefined) {
  return stated === undefined ? null : byClass((name) => stated[name] ?? 0)
}

function sum(headcounts: readonly Headcount[]): Headcount {
  return byClass((name) => headcounts.reduce((total, one) => total + one[name], 0))
}

function byClass(count: (name: EligibilityClass) => number): Headcount {
  return {
    'not-foreign-person': count('not-foreign-person'),
    'foreign-person-authorised': count('foreign-person-authorised'),
    'foreign-person-not-authorised': count('foreign-person-not-authorised'),
    undetermined: count('undetermined'),
  }
}
