import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { RemedyAction } from '../../schema/simulation.ts'

type Remedies = NonNullable<HoldfastConfig['remedies']>

/** How actions are priced. */
export interface ActionPricing {
  /** Null: no cost is stated at all, and actions are counted. */
  readonly currency: string | null
  readonly horizonMonths: number | null
  /** Null: nobody stated a cost for it. `subjects` are its names, the most specific first. */
  readonly costOf: (kind: RemedyAction['kind'], subjects: readonly string[]) => number | null
  /** Whether a cost of this kind names the subject. */
  readonly names: (kind: RemedyAction['kind'], subject: string) => boolean
  /** Whether any action of this kind has a cost, whatever it is done to. */
  readonly hasGeneral: (kind: RemedyAction['kind']) => boolean
  /** Subjects that were asked about and matched nothing. */
  readonly unusedSubjects: () => readonly string[]
}

/** Costs of `remedies`: once and for each month of the horizon; the most specific subject wins. */
export function actionPricing(remedies: Remedies | undefined): ActionPricing {
  const costs = remedies?.costs ?? []
  const used = new Set<string>()
  if (remedies === undefined || costs.length === 0) {
    return {
      currency: null,
      horizonMonths: null,
      costOf: () => 1,
      names: () => false,
      hasGeneral: () => true,
      unusedSubjects: () => [],
    }
  }
  const { horizonMonths } = remedies
  return {
    currency: remedies.currency,
    horizonMonths,
    costOf: (kind, subjects) => {
      for (const subject of [...subjects, undefined]) {
        const row = costs.find((one) => one.action === kind && one.subject === subject)
        if (row === undefined) continue
        if (subject !== undefined) used.add(`${kind} ${subject}`)
        return (row.once ?? 0) + (row.perMonth ?? 0) * horizonMonths
      }
      return null
    },
    names: (kind, subject) => costs.some((one) => one.action === kind && one.subject === subject),
    hasGeneral: (kind) => costs.some((one) => one.action === kind && one.subject === undefined),
    unusedSubjects: () =>
      costs.flatMap(({ action, subject }) =>
        subject === undefined || used.has(`${action} ${subject}`) ? [] : [`${action} ${subject}`],
      ),
  }
}
