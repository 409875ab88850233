import type { Circuit, Circuits } from './circuits.ts'
import type { GatewayClock, Timer } from './clock.ts'
import type { ProbeResult } from './probe-model.ts'

export interface CircuitProbesSettings {
  readonly circuits: Circuits
  readonly clock: GatewayClock
  /** Between two probes of one circuit. */
  readonly everyMs: () => number
  readonly probe: (circuit: Circuit) => Promise<ProbeResult>
  /** Whether this process is the one that probes now: others may watch over the same circuit. */
  readonly claim: (circuit: Circuit) => Promise<boolean>
  readonly warn: (message: string) => void
}

/** What the last probe of a circuit came to. */
export interface LastProbe extends ProbeResult {
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Between two looks for circuits that are due. */
const lookMsMax = 15_000
const lookMsMin = 250

/**
 * Finds out whether withdrawn models are back. One at a time, for a provider that is asked for many at once answers
 * for none; a model that policy denies to the probe stays unasked, and its circuit open.
 */
export class CircuitProbes {
  readonly #settings: CircuitProbesSettings
  readonly #last = new Map<string, LastProbe>()
  readonly #tried = new Map<string, number>()
  #timer: Timer | null = null
  #isStopped = false

  constructor(settings: CircuitProbesSettings) {
    this.#settings = settings
  }

  start(): void {
    const { clock, everyMs } = this.#settings
    const wait = Math.min(lookMsMax, Math.max(lookMsMin, everyMs() / 4))
    this.#timer = clock.after(wait, () => void this.#look())
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
  }

  lastOf(id: string): LastProbe | null {
    return this.#last.get(id) ?? null
  }

  /** Now, whoever else probed just before. Null: there is no such circuit over a withdrawn model. */
  async probe(id: string): Promise<LastProbe | null> {
    const { circuits, clock, probe } = this.#settings
    const circuit = circuits.find(id)
    if (circuit?.kind !== 'withdrawn') return null
    this.#tried.set(id, clock.now())
    const result = await probe(circuit)
    const last = { ...result, at: clock.now() }
    this.#last.set(id, last)
    if (result.outcome !== 'denied' && result.outcome !== 'disabled')
      circuits.probed(id, result.outcome === 'ok')
    return last
  }

  async #look(): Promise<void> {
    const due = this.#settings.circuits.list().filter((circuit) => this.#isDue(circuit))
    for (const circuit of due) {
      if (this.#isStopped) return
      await this.#probeInTurn(circuit)
    }
    this.#forget()
    if (!this.#isStopped) this.start()
  }

  async #probeInTurn(circuit: Circuit): Promise<void> {
    try {
      this.#tried.set(circuit.id, this.#settings.clock.now())
      if (await this.#settings.claim(circuit)) await this.probe(circuit.id)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#settings.warn(`\`${circuit.id}\` could not be probed: ${why}`)
    }
  }

  #isDue({ id, kind, openedAt, probedAt }: Circuit): boolean {
    if (kind !== 'withdrawn') return false
    const { clock, everyMs } = this.#settings
    const last = Math.max(openedAt, probedAt ?? 0, this.#tried.get(id) ?? 0)
    return clock.now() - last >= everyMs()
  }

  #forget(): void {
    const open = new Set(this.#settings.circuits.list().map(({ id }) => id))
    for (const id of [...this.#last.keys(), ...this.#tried.keys()])
      if (!open.has(id)) {
        this.#last.delete(id)
        this.#tried.delete(id)
      }
  }
}
