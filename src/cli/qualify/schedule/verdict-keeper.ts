import { Worker } from 'node:worker_threads'
import { messageOf } from '../../../base/fault.ts'
import type { GatewayClock } from '../../../gateway/index.ts'
import type { LazyStore } from '../../open-store.ts'
import type { CheckedVerdicts } from '../end-changed-verdicts.ts'
import type { TrialMetrics } from './trial-metrics.ts'

export interface VerdictCheck extends CheckedVerdicts {
  readonly warnings: readonly string[]
}

export interface VerdictKeeperParts {
  readonly clock: GatewayClock
  readonly store: LazyStore
  readonly check: () => Promise<VerdictCheck>
  readonly metrics: TrialMetrics
  readonly tell: (event: Readonly<Record<string, unknown>>) => void
  readonly warn: (message: string) => void
}

const dayMs = 24 * 60 * 60_000
/** Configuration may change many times in a row: what is looked at is not dear, and not free. */
const restMs = 10_000

/** Ends verdicts that no longer hold: soon after a change of configuration or store, and once a day. */
export class VerdictKeeper {
  readonly #parts: VerdictKeeperParts
  readonly #told = new Set<string>()
  #alarm: { cancel(): void } | null = null
  #looking: Promise<void> | null = null
  #lookedAt = Number.NEGATIVE_INFINITY
  #isStopped = false

  constructor(parts: VerdictKeeperParts) {
    this.#parts = parts
  }

  /** Something may be another now. */
  changed(): void {
    const { clock } = this.#parts
    this.#wake(Math.max(0, this.#lookedAt + restMs - clock.elapsed()))
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#alarm?.cancel()
    await this.#looking
  }

  #wake(afterMs: number): void {
    this.#alarm?.cancel()
    if (this.#isStopped) return
    this.#alarm = this.#parts.clock.after(afterMs, () => {
      // One look at a time; whatever comes meanwhile is looked at after it.
      if (this.#looking !== null) return this.#wake(restMs)
      this.#looking = this.#look().finally(() => {
        this.#looking = null
      })
    })
  }

  async #look(): Promise<void> {
    const { clock, store, check, warn } = this.#parts
    this.#lookedAt = clock.elapsed()
    this.#wake(dayMs)
    try {
      const there = await store.ifThere()
      const standing = await there?.verdicts.listQualified(new Date(clock.now()).toISOString())
      if ((standing ?? []).length > 0) this.#tell(await check())
    } catch (error) {
      warn(`verdicts are not checked: ${messageOf(error)}`)
    }
  }

  #tell({ ended, unchecked, warnings }: VerdictCheck): void {
    const { metrics, tell, warn } = this.#parts
    for (const { verdict, changes } of ended) {
      const { trial, key } = verdict
      metrics.invalidated(changes[0] ?? '')
      tell({ event: 'verdict-ended', trial, workflow: key.workflow, model: key.model, changes })
    }
    for (const { verdict, problem } of unchecked)
      this.#warnOnce(
        `nobody can say whether the verdict of trial \`${verdict.trial}\` still holds: ${problem}`,
      )
    for (const warning of warnings) warn(warning)
  }

  #warnOnce(text: string): void {
    if (this.#told.has(text)) return
    this.#told.add(text)
    this.#parts.warn(text)
  }
}

/** Longest that a check may take. */
const checkMsMax = 5 * 60_000

/** The check in a thread of its own. */
export async function checkInThread(configPath: string): Promise<VerdictCheck> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./verdict-check-worker.${extension}`, import.meta.url), {
    workerData: { configPath },
  })
  const timer = setTimeout(() => void worker.terminate(), checkMsMax)
  try {
    return await new Promise<VerdictCheck>((resolve, reject) => {
      let checked: VerdictCheck = { ended: [], unchecked: [], warnings: [] }
      worker.on('message', (message: VerdictCheck) => {
        checked = message
      })
      worker.once('error', reject)
      worker.once('exit', (code) =>
        code === 0 ? resolve(checked) : reject(new Error('it did not end in time')),
      )
    })
  } finally {
    clearTimeout(timer)
  }
}
