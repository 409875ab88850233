import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, createReadStream, mkdirSync, openSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { ChildProcess } from 'node:child_process'
import type * as z from 'zod'
import { messageOf } from '../../../base/fault.ts'
import { visibleText } from '../../../base/visible-text.ts'
import { dataPath } from '../../installation.ts'
import { startCommand } from '../../start-command.ts'
import { adminLimits } from '../limits.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import type { ShownRun } from '../shown-run.ts'
import { withoutFolders } from '../without-folder.ts'

/** One of them, as it stands. */
export type Run = z.infer<typeof ShownRun>
export type RunKind = Run['kind']

export interface WantedRun {
  readonly kind: RunKind
  /** What a person would type after `holdfast`. */
  readonly words: readonly string[]
  readonly by: string
}

interface KeptRun {
  readonly id: string
  readonly wanted: WantedRun
  readonly child: ChildProcess
  readonly path: string
  readonly startedAt: string
  told: string
  state: Run['state']
  finishedAt: string | null
  exitCode: number | null
}

/**
 * Commands in processes of their own, beside the gateway and out of its way, with what they print. They are those of
 * this process: it ends them when it ends, and what counts of them lies in register, store and ledger.
 */
export class RunBook {
  readonly #folder: string
  readonly #hidden: readonly string[]
  readonly #runs = new Map<string, KeptRun>()
  #isStopped = false

  constructor(configPath: string) {
    const folder = resolve(dirname(configPath))
    this.#folder = join(folder, '.holdfast', 'runs')
    this.#hidden = [folder, resolve(dirname(dataPath()))]
  }

  /** The newest first. */
  list(): readonly Run[] {
    return [...this.#runs.values()].toReversed().map((one) => this.#shown(one))
  }

  find(id: string): Run {
    return this.#shown(this.#kept(id))
  }

  start(wanted: WantedRun): Run {
    const running = [...this.#runs.values()].filter(({ state }) => state === 'running')
    if (this.#isStopped || running.length >= adminLimits.runsMax)
      throw new AdminRefusal(429, 'too_many_requests', 'other runs are under way; end one or wait')
    this.#makeRoom()
    const id = randomUUID()
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const path = join(this.#folder, `${id}.out`)
    const output = openSync(path, 'wx', 0o600)
    try {
      const child = startCommand(wanted.words, output)
      const startedAt = new Date().toISOString()
      const run: KeptRun = {
        id,
        wanted,
        child,
        path,
        startedAt,
        told: '',
        state: 'running',
        finishedAt: null,
        exitCode: null,
      }
      this.#runs.set(id, run)
      watch(run)
      return this.#shown(run)
    } finally {
      closeSync(output)
    }
  }

  /** What the command stops at in order: calls under way are finished, what was found is kept. */
  end(id: string): Run {
    const run = this.#kept(id)
    if (run.state === 'running') {
      run.state = 'ended'
      run.child.kill('SIGTERM')
    }
    return this.#shown(run)
  }

  /** Line by line. */
  result(id: string): AsyncIterable<string> {
    const run = this.#kept(id)
    if (run.finishedAt === null)
      throw new AdminRefusal(409, 'not_finished', 'this run has not come to its end')
    if (sizeOf(run.path) === 0)
      throw new AdminRefusal(404, 'no_result', 'this run has printed nothing; its notes say why')
    return this.#linesOf(run)
  }

  /** Ends all and waits for them; nothing of them stays behind. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(
      [...this.#runs.values()].map(async (run) => {
        if (run.finishedAt !== null) return
        const closed = once(run.child, 'close')
        run.child.kill('SIGTERM')
        const timer = setTimeout(() => run.child.kill('SIGKILL'), adminLimits.runEndsMs)
        await closed.catch(() => undefined)
        clearTimeout(timer)
      }),
    )
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #kept(id: string): KeptRun {
    const found = this.#runs.get(id)
    if (found !== undefined) return found
    throw new AdminRefusal(404, 'not_found', 'this process knows of no run of this id')
  }

  #makeRoom(): void {
    const over = this.#runs.size - adminLimits.runsKeptMax + 1
    const old = [...this.#runs.values()].filter(({ finishedAt }) => finishedAt !== null)
    for (const { id, path } of old.slice(0, Math.max(0, over))) {
      rmSync(path, { force: true })
      this.#runs.delete(id)
    }
  }

  async *#linesOf({ path }: KeptRun): AsyncGenerator<string> {
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity })
    for await (const line of lines) yield `${withoutFolders(line, this.#hidden)}\n`
  }

  #shown({ id, wanted, state, startedAt, finishedAt, exitCode, told, path }: KeptRun): Run {
    const notes = told
      .split('\n')
      .map((line) => visibleText(withoutFolders(line, this.#hidden)).trimEnd())
      .filter((line) => line !== '')
    const { kind, by } = wanted
    const resultBytes = sizeOf(path)
    return { id, kind, by, state, startedAt, finishedAt, exitCode, notes, resultBytes }
  }
}

/** Follows a process to its end, and ends one that takes too long or prints too much. */
function watch(run: KeptRun): void {
  const { child } = run
  const tell = (text: string): void => {
    run.told = (run.told + text).slice(-adminLimits.runNotesCharactersMax)
  }
  const give = (text: string): void => {
    tell(`${text}\n`)
    child.kill('SIGTERM')
  }
  const tooLong = setTimeout(() => give('it took too long and was ended'), adminLimits.runMs)
  const tooLarge = setInterval(() => {
    if (sizeOf(run.path) > adminLimits.runResultBytesMax) give('its result is too large')
  }, 1_000)
  for (const timer of [tooLong, tooLarge]) timer.unref()
  child.stderr?.setEncoding('utf8').on('data', tell)
  const finish = (code: number | null): void => {
    clearTimeout(tooLong)
    clearInterval(tooLarge)
    if (run.finishedAt !== null) return
    run.finishedAt = new Date().toISOString()
    run.exitCode = code
    if (run.state === 'running') run.state = code === 0 || code === 1 ? 'done' : 'failed'
  }
  child.once('error', (error) => {
    tell(`${messageOf(error)}\n`)
    finish(null)
  })
  child.once('close', (code) => finish(code))
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
