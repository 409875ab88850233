import type { StreamEvent } from '../protocols/index.ts'

interface DeliveredPart {
  readonly kind: string
  isOpen: boolean
}

/** What of a streamed answer has reached the caller, over all providers that wrote it. */
export class Delivered {
  readonly #events: StreamEvent[] = []
  readonly #parts = new Map<number, DeliveredPart>()
  #characters = 0

  add(events: readonly StreamEvent[]): void {
    for (const event of events) {
      this.#events.push(event)
      if (event.kind === 'part-start')
        this.#parts.set(event.index, { kind: event.part.kind, isOpen: true })
      else if (event.kind === 'text') this.#count(event.index, event.text)
      else if (event.kind === 'part-end') {
        const part = this.#parts.get(event.index)
        if (part !== undefined) part.isOpen = false
      }
    }
  }

  get events(): readonly StreamEvent[] {
    return this.#events
  }

  /** The text so far, all text parts in a row: put together for whoever goes on with it, which seldom happens. */
  get text(): string {
    const texts = new Map([...this.#parts.keys()].map((index) => [index, '']))
    for (const event of this.#events)
      if (event.kind === 'text')
        texts.set(event.index, `${texts.get(event.index) ?? ''}${event.text}`)
    return [...texts.values()].join('')
  }

  get characters(): number {
    return this.#characters
  }

  get nextIndex(): number {
    return Math.max(-1, ...this.#parts.keys()) + 1
  }

  /** The part that has begun and not ended; null: none has. */
  get openPart(): { readonly index: number; readonly kind: string } | null {
    for (const [index, { kind, isOpen }] of this.#parts) if (isOpen) return { index, kind }
    return null
  }

  /** Only a text can be gone on with: of a tool call or a thought that was begun nobody else knows the rest. */
  get canContinue(): boolean {
    const isOpenText = this.openPart === null || this.openPart.kind === 'text'
    return isOpenText && ![...this.#parts.values()].some(({ kind }) => kind === 'tool-call')
  }

  #count(index: number, text: string): void {
    if (!this.#parts.has(index)) this.#parts.set(index, { kind: 'text', isOpen: true })
    this.#characters += text.length
  }
}
