import { type SoakOrder, soakOrders } from './gateway-soak-world.ts'

/** When an order was in force: from when the gateway had told it, until it was taken out of the files. */
interface Interval {
  readonly order: SoakOrder
  readonly from: number
  to: number
}

/** What began before an order was in force may arrive as long after. */
export const ruleMs = 1_000

/** The orders of a soak over time, to hold answers against. */
export class OrderHistory {
  readonly #intervals: Interval[] = []

  /** All but these are taken out of the files now. */
  end(load: readonly SoakOrder[], now: number): void {
    for (const open of this.#intervals)
      if (open.to === Infinity && !load.includes(open.order)) open.to = now
  }

  /** These are in force now. */
  begin(load: readonly SoakOrder[], now: number): void {
    for (const order of load)
      if (!this.#intervals.some((one) => one.order === order && one.to === Infinity))
        this.#intervals.push({ order, from: now, to: Infinity })
  }

  /** The order that forbade a model to a caller at an instant for longer than the rule allows; null: none did. */
  forbade(
    { model, caller }: { readonly model: string; readonly caller: 'cleared' | 'foreign' },
    at: number,
    toleranceMs: number,
  ): SoakOrder | null {
    const found = this.#intervals.find(({ order, from, to }) => {
      const { models, persons } = soakOrders[order]
      const isMeant = persons === 'all' || caller === 'foreign'
      const names: readonly string[] = models
      return isMeant && names.includes(model) && at > from + ruleMs + toleranceMs && at < to
    })
    return found?.order ?? null
  }

  get changes(): number {
    return this.#intervals.length
  }
}
