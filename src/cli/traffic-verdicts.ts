import { messageOf } from '../base/fault.ts'
import type { VerdictRecord } from '../schema/verdict.ts'
import type { Store } from '../store/index.ts'
import type { LazyStore } from './open-store.ts'
import { nothingRecorded, type RecordKeeper } from './record-keeper.ts'

export interface TrafficVerdictsParts {
  readonly store: LazyStore
  readonly deciding: <T>(work: (keeper: RecordKeeper) => Promise<T>) => Promise<T>
  /** By which change; once for each verdict. */
  readonly onEnded: (reason: string) => void
  readonly warn: (message: string) => void
}

const reason = 'model-snapshot-changed'

/**
 * Ends verdicts that traffic has refuted: the provider serves another snapshot than the one that was tried. In the store,
 * so that every gateway on it hears of it, and on record; what restricts takes effect also where it cannot be recorded.
 */
export class TrafficVerdicts {
  readonly #parts: TrafficVerdictsParts
  readonly #underWay = new Set<Promise<void>>()

  constructor(parts: TrafficVerdictsParts) {
    this.#parts = parts
  }

  /** `servedNow`: the provider's name of what answered. */
  refuted(verdict: VerdictRecord, servedNow: string): void {
    const work = this.#end(verdict, servedNow).catch((error: unknown) =>
      this.#parts.warn(`a verdict that has ended still stands in the store: ${messageOf(error)}`),
    )
    this.#underWay.add(work)
    void work.then(() => this.#underWay.delete(work))
  }

  /** Once all that was told has been written. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async #end(verdict: VerdictRecord, servedNow: string): Promise<void> {
    const { workflow, model, route, servedModel } = verdict.key
    this.#parts.warn(
      `\`${model}\` over \`${route}\` is no longer qualified for \`${workflow}\`: the provider serves \`${servedNow.slice(0, 200)}\`, and trial ${verdict.trial} tried \`${servedModel}\``,
    )
    const store = await this.#parts.store.open()
    const ended = await endInStore(store, verdict)
    if (ended.length === 0) return
    for (const _one of ended) this.#parts.onEnded(reason)
    const trial = await store.trials.find(verdict.trial)
    const registration = trial === null ? {} : { registration: trial.registrationDigest }
    await this.#parts.deciding(async (keeper) => {
      await keeper.deciding(async (recorder) => {
        for (const one of ended)
          await recorder.recordAnyway({
            kind: 'trial',
            trial: one.trial,
            change: 'invalidated',
            ...registration,
            verdict: one,
          })
      })
      for (const text of keeper.warnings()) if (text !== nothingRecorded) this.#parts.warn(text)
    })
  }
}

/** One that stands in a file beside holdfast.yaml alone is entered, so that it ends for everybody. */
async function endInStore(
  { verdicts }: Pick<Store, 'verdicts'>,
  verdict: VerdictRecord,
): Promise<readonly VerdictRecord[]> {
  const known = await verdicts.list(verdict.key.workflow)
  if (known.some(({ trial }) => trial === verdict.trial))
    return await verdicts.invalidate(verdict.trial, reason)
  const ended = { ...verdict, invalidatedBy: reason }
  await verdicts.add(ended)
  return [ended]
}
