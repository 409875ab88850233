import type { Stop, StreamEvent, Usage, UsedModel } from '../protocols/index.ts'
import { type Attempt, evidenceFailure, type Failure, transportFailure } from './attempt.ts'
import type { CallerAnswer } from './caller-answer.ts'
import type { GatewayClock, Timer } from './clock.ts'
import type { Delivered } from './delivered.ts'
import type { Timeouts } from './gateway-state.ts'
import type { Lane, LaneStep } from './lane.ts'
import { gatewayLimits } from './limits.ts'
import { movedTo } from './moved-to.ts'

export interface RelayParts {
  readonly attempt: Attempt
  readonly lane: Lane
  readonly answer: CallerAnswer
  readonly delivered: Delivered
  readonly clock: GatewayClock
  readonly timeouts: Timeouts
  /** More answers than the one that is read: their ends are told by the last word alone. */
  readonly isSeveral: boolean
  /** Tool calls and thoughts are held back until they are whole where somebody could still take over; asked at the first. */
  readonly isHolding: () => boolean
  /** The model that the provider says it serves; a failure ends the stream. */
  readonly served: (model: string) => Failure | null
  /** The same of all models that it says to have used. */
  readonly used: (models: readonly UsedModel[]) => Failure | null
  /** The first content has come, which may be held back for a while. */
  readonly produced: () => void
  /** Before the first byte: header lines, evidence. A promise is waited for; `false`: the answer may not go out. */
  readonly begin: () => Promise<boolean> | boolean
  /** What a stream ends with whose provider told why it stopped and then closed without its last word. */
  readonly closing: () => string
}

export interface RelayEnd {
  /** Null: the answer is complete. */
  readonly failure: Failure | null
  readonly usage: Usage | null
  readonly stop: Stop | null
  /** Of text, thoughts and arguments, also what never went out. */
  readonly textBytes: number
  /** The last piece that went out. */
  readonly last: Buffer | string
}

/** A provider that has told why it stopped has nothing more to say but its last word. */
const lastWordMs = 2_000

/** Relays one provider's stream. Resolves when it is complete or has failed; the answer itself is left open. */
export function relayStream(parts: RelayParts): Promise<RelayEnd> {
  return new Promise((resolve) => new StreamRelay(parts, resolve).start())
}

class StreamRelay {
  readonly #parts: RelayParts
  readonly #resolve: (end: RelayEnd) => void
  #pending: LaneStep[] = []
  #heldBytes = 0
  /** Null: nobody has asked yet. */
  #isHolding: boolean | null = null
  /** Parts that are not complete yet and must not go out before. */
  readonly #incomplete = new Set<number>()
  /** A part has begun that is told once it is whole. */
  #isWithin = false
  /** A tool call has begun: nothing more goes out until the answer is complete. */
  #isUntilEnd = false
  #hasContent = false
  #hasEnded = false
  #isBeginning = false
  #isBegun = false
  #usage: Usage | null = null
  #stop: Stop | null = null
  #textBytes = 0
  /** What the stream came to; told once everything that may go out is out. */
  #end: Failure | 'complete' | null = null
  #isOver = false
  #last: Buffer | string = ''
  #comment: Timer | null = null

  constructor(parts: RelayParts, resolve: (end: RelayEnd) => void) {
    this.#parts = parts
    this.#resolve = resolve
    this.#isBegun = parts.answer.isBegun
  }

  start(): void {
    const { attempt, timeouts } = this.#parts
    attempt.expectWithin(
      timeouts.firstTokenMs,
      `no content came within ${timeouts.firstTokenMs} ms`,
    )
    attempt.listen({
      data: (chunk) => this.#take(this.#parts.lane.push(chunk)),
      ended: () => {
        this.#take(this.#parts.lane.finish())
        this.#closed(cut())
      },
      failed: (failure) => this.#closed(failure),
    })
  }

  #take(steps: readonly LaneStep[]): void {
    for (const step of steps) {
      if (this.#end !== null) break
      for (const event of step.events) this.#note(event)
      // What came with a failure is not for the caller.
      if (isFailed(this.#end)) break
      this.#pending.push(step)
      this.#heldBytes += step.out.length
    }
    if (this.#heldBytes > gatewayLimits.heldBytesMax) this.#isHolding = false
    this.#release()
    this.#settle()
  }

  /** Nothing more will come. Who told why it stopped has said everything but its last word. */
  #closed(failure: Failure): void {
    const isToldWhy = this.#stop !== null && !this.#parts.isSeveral
    this.#conclude(isToldWhy ? 'complete' : failure)
    this.#release()
    this.#settle()
  }

  #conclude(end: Failure | 'complete'): void {
    this.#end ??= end
  }

  #note(event: StreamEvent): void {
    const { attempt } = this.#parts
    switch (event.kind) {
      case 'start':
        this.#check(this.#parts.served(event.model))
        return
      case 'part-start':
        this.#opened(event)
        return
      case 'part-end':
        this.#incomplete.delete(event.index)
        return
      case 'text':
      case 'thinking':
      case 'arguments':
      case 'refusal':
        this.#textBytes += Buffer.byteLength(event.text)
        this.#content()
        return
      case 'usage':
        this.#usage = event.usage
        if (event.usage.models !== undefined) this.#check(this.#parts.used(event.usage.models))
        return
      case 'stop':
        this.#stop = event.stop
        if (!this.#hasContent) this.#parts.produced()
        this.#hasContent = true
        this.#incomplete.clear()
        this.#isWithin = false
        if (!this.#parts.isSeveral)
          attempt.expectWithin(lastWordMs, 'the last word of the stream did not come')
        return
      case 'end':
        this.#hasEnded = true
        this.#conclude('complete')
        return
      case 'error':
        this.#conclude({ ...transportFailure(event.error.message, false), ...event.error })
        return
      case 'ping':
        if (event.isWithinPart === true) this.#enter()
        if (this.#hasContent) attempt.alive()
        return
      case 'signature':
      case 'citation':
        attempt.alive()
        return
    }
  }

  #check(failure: Failure | null): void {
    if (failure !== null) this.#conclude(failure)
  }

  #opened({ index, part }: Extract<StreamEvent, { kind: 'part-start' }>): void {
    this.#isWithin = false
    if (part.kind === 'text' || part.kind === 'refusal') return
    const moved = movedTo(part)
    if (moved !== null) this.#check(this.#parts.served(moved))
    this.#content()
    this.#isHolding ??= this.#parts.isHolding()
    if (!this.#isHolding) return
    if (part.kind === 'thinking') this.#incomplete.add(index)
    else this.#isUntilEnd = true
  }

  /** What a caller has of a part that was never told nobody could go on behind. */
  #enter(): void {
    this.#isHolding ??= this.#parts.isHolding()
    this.#isWithin = true
  }

  #content(): void {
    const { attempt, timeouts } = this.#parts
    if (this.#hasContent) return attempt.alive()
    this.#hasContent = true
    this.#parts.produced()
    attempt.expectWithin(timeouts.idleMs, `silent for ${timeouts.idleMs} ms within an answer`)
  }

  /** Lets everything out that may go; a complete answer hides nothing any more. */
  #release(): void {
    if (this.#isOver || this.#isBeginning || this.#pending.length === 0) return
    const isWhole = this.#end === 'complete'
    if (!isWhole && (!this.#hasContent || this.#isHeldBack())) return this.#showLife()
    if (!this.#isBegun && !this.#begin()) return
    const steps = this.#pending
    this.#pending = []
    this.#heldBytes = 0
    this.#comment?.cancel()
    this.#comment = null
    for (const { out, events } of steps) {
      this.#send(out)
      this.#parts.delivered.add(events)
    }
  }

  #isHeldBack(): boolean {
    const isHeld = this.#isUntilEnd || this.#isWithin || this.#incomplete.size > 0
    return this.#isHolding === true && isHeld
  }

  /** `false`: not yet, or never. */
  #begin(): boolean {
    const answer = this.#parts.begin()
    if (typeof answer === 'boolean') {
      this.#isBegun = answer
      if (!answer) this.#refuse()
      return answer
    }
    this.#isBeginning = true
    this.#parts.attempt.pause()
    void this.#waitToBegin(answer)
    return false
  }

  async #waitToBegin(answer: Promise<boolean>): Promise<void> {
    this.#isBegun = await answer
    this.#isBeginning = false
    if (!this.#isBegun) return this.#refuse()
    this.#parts.attempt.resume()
    this.#release()
    this.#settle()
  }

  #refuse(): void {
    this.#end = evidenceFailure()
    this.#settle()
  }

  #send(out: Buffer | string): void {
    const { answer, attempt } = this.#parts
    if (out.length > 0) this.#last = out
    if (!answer.send(out, () => attempt.resume())) attempt.pause()
  }

  /** Long silence on the wire makes clients give up: a comment while frames are held back. */
  #showLife(): void {
    if (!this.#isBegun || this.#comment !== null || !this.#isHeldBack()) return
    this.#comment = this.#parts.clock.after(gatewayLimits.heldCommentMs, () => {
      this.#comment = null
      if (this.#isOver) return
      this.#send(': holdfast waits for a whole tool call or thought\n\n')
      this.#showLife()
    })
  }

  #settle(): void {
    if (this.#isOver || this.#isBeginning || this.#end === null) return
    if (isFailed(this.#end)) return this.#over(this.#end)
    if (!this.#hasEnded) this.#send(this.#parts.closing())
    this.#over(null)
  }

  #over(failure: Failure | null): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#comment?.cancel()
    if (failure === null) this.#parts.attempt.leave()
    else this.#parts.attempt.abort()
    this.#resolve({
      failure,
      usage: this.#usage,
      stop: this.#stop,
      textBytes: this.#textBytes,
      last: this.#last,
    })
  }
}

function isFailed(end: Failure | 'complete' | null): end is Failure {
  return end !== null && end !== 'complete'
}

function cut(): Failure {
  return transportFailure('the stream closed before its end', false)
}
