import { Fault, messageOf } from '../../base/fault.ts'
import type { Circuit, Circuits } from '../../gateway/index.ts'
import type { LazyStore } from '../open-store.ts'
import { circuitOf, isOvertaken, recordOf } from './circuit-book.ts'

export interface CircuitKeeperSettings {
  readonly store: LazyStore
  /** Something that another process, or a person, decided is in force here now. */
  readonly onAdopted: (circuit: Circuit) => void
  readonly warn: (message: string) => void
}

const attemptsMax = 5
/** Before what could not be kept is tried again. */
const againMs = 5_000

/**
 * Keeps circuits over withdrawn models in the store, so that a start finds them and other processes hear of them. What
 * happens here is in force at once and kept in the background; what happens elsewhere is taken over when it is heard.
 */
export class CircuitKeeper {
  readonly #settings: CircuitKeeperSettings
  readonly #waiting = new Map<string, Circuit>()
  #circuits: Circuits | null = null
  #writing: Promise<void> | null = null
  #again: NodeJS.Timeout | null = null
  #told = ''

  constructor(settings: CircuitKeeperSettings) {
    this.#settings = settings
  }

  /** Takes over what was kept before the process began. */
  async start(circuits: Circuits): Promise<void> {
    this.#circuits = circuits
    await this.refresh()
  }

  changed(circuit: Circuit): void {
    if (circuit.kind !== 'withdrawn') return
    this.#waiting.set(circuit.id, circuit)
    this.#writing ??= this.#writeAll()
  }

  /** Once everything that has happened here so far is kept, or could not be. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async stop(): Promise<void> {
    if (this.#again !== null) clearTimeout(this.#again)
    await this.settled()
  }

  /** What is kept, where it says something else than this process knows. */
  async refresh(): Promise<void> {
    const circuits = this.#circuits
    const store = await this.#settings.store.ifThere()
    if (circuits === null || store === null) return
    for (const record of await store.circuits.list()) {
      const kept = circuitOf(record)
      if (kept?.kind !== 'withdrawn' || this.#waiting.has(kept.id)) continue
      const own = circuits.find(kept.id)
      if (own !== null && own.kind === 'withdrawn' && isNewer(own, kept)) continue
      if (kept.state === 'closed' && (own === null || !isOvertaken(own, record))) continue
      if (own !== null && own.state === kept.state && own.probedAt === kept.probedAt) continue
      circuits.adopt(kept)
      if (own?.state !== kept.state) this.#settings.onAdopted(kept)
    }
  }

  /** Whether this process is the one to probe now; says so to the others. */
  async claim({ id }: Circuit): Promise<boolean> {
    const store = await this.#settings.store.ifThere()
    const record = (await store?.circuits.find(id)) ?? null
    if (store === null || record === null || record.state === 'closed') return true
    try {
      await store.circuits.save({ ...record, probedAt: new Date().toISOString() })
      return true
    } catch (error) {
      if (isConflict(error)) return false
      throw error
    }
  }

  async #writeAll(): Promise<void> {
    try {
      for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
        const [id, circuit] = next
        await this.#write(circuit)
        // Another change may have come meanwhile.
        if (this.#waiting.get(id) === circuit) this.#waiting.delete(id)
      }
      this.#told = ''
    } catch (error) {
      const text = `circuits over withdrawn models cannot be kept: ${messageOf(error)}`
      if (this.#told !== text) this.#settings.warn(text)
      this.#told = text
      this.#again = setTimeout(() => (this.#writing ??= this.#writeAll()), againMs)
      this.#again.unref()
    } finally {
      this.#writing = null
    }
  }

  async #write(circuit: Circuit): Promise<void> {
    const store = await this.#settings.store.open()
    for (let attempt = 1; ; attempt += 1) {
      const before = await store.circuits.find(circuit.id)
      const kept = before === null ? null : circuitOf(before)
      if (kept !== null && isOvertaken(circuit, before)) {
        this.#circuits?.adopt(kept)
        return
      }
      try {
        await store.circuits.save(recordOf(circuit, before, new Date().toISOString()))
        return
      } catch (error) {
        if (!isConflict(error) || attempt === attemptsMax) throw error
      }
    }
  }
}

/** A circuit that this process opened after what is kept. */
function isNewer(own: Circuit, kept: Circuit): boolean {
  return kept.state !== 'closed' && own.openedAt > kept.openedAt
}

function isConflict(error: unknown): boolean {
  return error instanceof Fault && error.code === 'HF_STORE_CONFLICT'
}
