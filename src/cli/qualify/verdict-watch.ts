import { isDeepStrictEqual } from 'node:util'
import { messageOf } from '../../base/fault.ts'
import type { Catalogue } from '../../schema/catalogue.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'
import { filesMarkOf } from '../serve-state.ts'
import type { VerdictCheck } from './schedule/check-in-thread.ts'
import { trialTasksFolder } from './trial-digests.ts'

/** What a gateway has loaded, as far as verdicts hang on it. */
export interface WatchedState {
  readonly config: HoldfastConfig
  readonly catalogue: Catalogue
  readonly verdicts: readonly VerdictRecord[]
}

export interface VerdictWatchParts {
  readonly configPath: string
  /** Ends in the store what no longer holds. */
  readonly check: () => Promise<VerdictCheck>
  /** By which change; once for each verdict. */
  readonly onEnded: (reason: string) => void
  readonly warn: (message: string) => void
}

/** Between two looks at the files of task sets. */
const lookMs = 5_000

/**
 * Ends verdicts while a gateway runs: after each change of holdfast.yaml, catalogue or task sets those that were found for
 * another prompt, tool, grader, route, price or policy, and once a day. Where nothing has changed it looks at times of files
 * alone.
 */
export class VerdictWatch {
  readonly #parts: VerdictWatchParts
  #state: WatchedState
  #timer: NodeJS.Timeout | null = null
  #seen: unknown = null
  #checking: Promise<void> = Promise.resolve()
  #told = new Set<string>()

  constructor(parts: VerdictWatchParts, first: WatchedState) {
    this.#parts = parts
    this.#state = first
  }

  start(): void {
    this.loaded(this.#state)
    this.#timer = setInterval(() => this.#checkLater(), lookMs)
  }

  /** Something else is in force. */
  loaded(state: WatchedState): void {
    this.#state = state
    this.#checkLater()
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#checking
  }

  #checkLater(): void {
    this.#checking = this.#checking
      .then(() => this.#checkIfChanged())
      .catch((error: unknown) =>
        this.#tell(`verdicts are not held against what there is now: ${messageOf(error)}`),
      )
  }

  async #checkIfChanged(): Promise<void> {
    const { config, catalogue, verdicts } = this.#state
    const standing = verdicts.filter(
      ({ verdict, invalidatedBy }) => verdict === 'QUALIFIED' && invalidatedBy === null,
    )
    if (standing.length === 0) return
    const files = await this.#filesMark(config, standing)
    // And once a day in any case: what is looked at may hang on more than is watched.
    const day = new Date().toISOString().slice(0, 10)
    const seen = { config, catalogue, verdicts, files, day }
    if (isDeepStrictEqual(seen, this.#seen)) return
    await this.#check()
    this.#seen = seen
  }

  async #check(): Promise<void> {
    const { ended, unchecked, warnings } = await this.#parts.check()
    for (const { verdict, changes } of ended) {
      const { workflow, model, route } = verdict.key
      this.#parts.onEnded(changes[0] ?? '')
      this.#parts.warn(
        `\`${model}\` over \`${route}\` is no longer qualified for \`${workflow}\` (trial ${verdict.trial}): ${changes.join(', ')}`,
      )
    }
    for (const { verdict, problem } of unchecked)
      this.#tell(`nobody can say whether trial ${verdict.trial} still holds: ${problem}`)
    for (const warning of warnings) this.#tell(warning)
  }

  async #filesMark(
    { workflows }: HoldfastConfig,
    standing: readonly VerdictRecord[],
  ): Promise<string> {
    const tried = new Set(standing.map(({ key }) => key.workflow))
    const folders = workflows.flatMap(({ id, trial }) =>
      trial === undefined || !tried.has(id)
        ? []
        : [trialTasksFolder(trial.tasks, this.#parts.configPath)],
    )
    return await filesMarkOf([...new Set(folders)])
  }

  /** Once, until the process ends. */
  #tell(message: string): void {
    if (this.#told.has(message)) return
    this.#told.add(message)
    this.#parts.warn(message)
  }
}
