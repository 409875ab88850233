import { messageOf } from '../base/fault.ts'
import type { DaySpend, MemoryCounters } from '../gateway/index.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { SpendRecord } from '../schema/spend-record.ts'
import type { LazyStore } from './open-store.ts'

export interface SpendKeeperSettings {
  readonly store: LazyStore
  readonly counters: Pick<MemoryCounters, 'spends' | 'adoptSpends'>
  /** Another one for every start. */
  readonly keeper: string
  /** Whether holdfast.yaml limits the spend of anybody now. */
  readonly isLimited: () => boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly warn: (message: string) => void
}

/** Between two times at which spend is kept; so much is lost with a process that is killed. */
const keepMs = 1_000
const dayMs = 86_400_000
const subjectCharactersMax = 2_000

/**
 * Keeps in the store what was spent today, off the way of requests, so that a day's limit outlives a restart and holds
 * for all gateways of one store: each keeps what it has counted itself, and counts what the others have kept.
 */
export class SpendKeeper {
  readonly #settings: SpendKeeperSettings
  /** What was kept last, by row. */
  readonly #kept = new Map<string, SpendRecord>()
  #timer: NodeJS.Timeout | null = null
  #working: Promise<void> = Promise.resolve()
  #isStopped = false
  #forgotten = ''
  #problem: string | null = null

  constructor(settings: SpendKeeperSettings) {
    this.#settings = settings
  }

  /** What was spent before counts from the first request on. */
  async start(): Promise<void> {
    await this.#turn()
    this.#next()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#working
    await this.#turn()
  }

  #next(): void {
    if (this.#isStopped) return
    this.#timer = setTimeout(() => {
      this.#working = this.#turn().finally(() => this.#next())
    }, keepMs)
    this.#timer.unref()
  }

  async #turn(): Promise<void> {
    try {
      await this.#keep()
      if (this.#settings.isLimited()) await this.#adopt()
      this.#problem = null
    } catch (error) {
      const problem = messageOf(error)
      if (problem !== this.#problem)
        this.#settings.warn(
          `what is spent is counted in memory alone, and a restart would begin anew: ${problem}`,
        )
      this.#problem = problem
    }
  }

  async #keep(): Promise<void> {
    const { counters, store, keeper } = this.#settings
    const isOther = (row: SpendRecord): boolean => this.#kept.get(idOf(row))?.nano !== row.nano
    const changed = counters.spends.flatMap((spend) => recordOf(spend, keeper)).filter(isOther)
    if (changed.length === 0) return
    await (await store.open()).spends.keep(changed)
    for (const row of changed) this.#kept.set(idOf(row), row)
  }

  async #adopt(): Promise<void> {
    const { counters, store, keeper, now } = this.#settings
    const opened = await store.ifThere()
    if (opened === null) return
    const today = dayOf(now())
    const totals = await opened.spends.elsewhere(today, keeper)
    const day = Math.floor(now() / dayMs)
    counters.adoptSpends(
      totals.map(({ scope, subject, currency, nano }) => ({
        scope,
        id: subject,
        currency,
        day,
        nano,
      })),
    )
    if (this.#forgotten === today) return
    this.#forgotten = today
    this.#kept.clear()
    // The clock of another machine may be behind.
    await opened.spends.forgetBefore(dayOf(now() - dayMs))
  }
}

/** Whether anybody's spend is limited. */
export function isSpendLimited({ gateway, principals, workflows }: HoldfastConfig): boolean {
  const { perPrincipal, perWorkflow } = gateway?.limits ?? {}
  const own = [...principals, ...workflows].map(({ limits }) => limits)
  return [perPrincipal, perWorkflow, ...own].some((limits) => limits?.spendPerDay !== undefined)
}

/** None: it is no spend of a caller or workflow, or of one whose name no store takes. */
function recordOf(spend: DaySpend, keeper: string): readonly SpendRecord[] {
  const { scope, id: subject, currency, nano } = spend
  const isText = subject.isWellFormed() && !subject.includes('\0') && subject !== ''
  if (scope === 'route' || !isText || subject.length > subjectCharactersMax) return []
  return [{ day: dayOf(spend.day * dayMs), scope, subject, currency, keeper, nano }]
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function idOf({ day, scope, subject, currency }: SpendRecord): string {
  return `${day} ${scope} ${currency} ${subject}`
}
