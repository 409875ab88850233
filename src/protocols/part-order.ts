import type { StreamEvent } from './exchange.ts'

type PartEvent = Extract<StreamEvent, { readonly index: number }>

/**
 * Parts one after the other, for protocols in which several may be open at once: only the first that is open is told
 * piece by piece, and what comes for the others waits its turn.
 */
export class PartOrder {
  /** What waits for each open part, in the order in which they began. Nothing waits for the first. */
  readonly #open = new Map<number, PartEvent[]>()
  #first: number | undefined

  tell(event: PartEvent, events: StreamEvent[]): void {
    const { index } = event
    if (event.kind === 'part-start') this.#open.set(index, [])
    this.#first ??= index
    if (index !== this.#first) this.#open.get(index)?.push(event)
    else {
      events.push(event)
      if (event.kind === 'part-end') this.#next(index, events)
    }
  }

  /** Ends whatever is open. */
  finish(events: StreamEvent[]): void {
    while (this.#first !== undefined) this.tell({ kind: 'part-end', index: this.#first }, events)
  }

  #next(ended: number, events: StreamEvent[]): void {
    this.#open.delete(ended)
    const next = this.#open.entries().next().value
    this.#first = next?.[0]
    for (const event of next?.[1] ?? []) this.tell(event, events)
  }
}
