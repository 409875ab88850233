import { Worker } from 'node:worker_threads'
import { Fault } from '../base/fault.ts'
import type { RemedySolver, SolverAnswer } from '../simulation/index.ts'
import type { HighsAnswer, HighsRequest } from './highs-worker.ts'

/** How long the solver may overrun its time before its thread is given up. */
const graceMs = 2_000

export interface HighsSolver {
  readonly solve: RemedySolver
  readonly end: () => Promise<void>
}

type SolverOptions = Parameters<RemedySolver>[1]

interface Waiting {
  readonly give: (answer: SolverAnswer) => void
  readonly fail: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

const nothingFound: SolverAnswer = { status: 'limit', bound: null, values: null }

/** HiGHS in a thread of its own, started with the first problem; one problem after the other. */
export function createHighsSolver(): HighsSolver {
  let worker: Worker | null = null
  let requests = 0
  const waiting = new Map<number, Waiting>()

  function settle(id: number): Waiting | undefined {
    const found = waiting.get(id)
    waiting.delete(id)
    clearTimeout(found?.timer)
    return found
  }

  function giveUp(reason: string): void {
    for (const id of waiting.keys()) settle(id)?.fail(failed(reason))
    worker = null
  }

  function startWorker(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const started = new Worker(new URL(`./highs-worker.${extension}`, import.meta.url))
    started.unref()
    started.on('message', (message: HighsAnswer) => {
      const asked = settle(message.id)
      if ('answer' in message) asked?.give(message.answer)
      else asked?.fail(failed(message.failure))
    })
    started.on('error', (error) => {
      if (started === worker) giveUp(error.message)
    })
    return started
  }

  async function solve(
    problem: string,
    { timeLimitMs, start }: SolverOptions,
  ): Promise<SolverAnswer> {
    worker ??= startWorker()
    const asked = worker
    requests += 1
    const id = requests
    return new Promise((give, fail) => {
      // A solver that does not keep to its limit is ended; what it had is lost, and the next problem gets a new one.
      const timer = setTimeout(() => {
        settle(id)
        if (worker === asked) worker = null
        void asked.terminate()
        give(nothingFound)
      }, timeLimitMs + graceMs)
      waiting.set(id, { give, fail, timer })
      asked.postMessage({ id, problem, timeLimitMs, start: start ?? null } satisfies HighsRequest)
    })
  }

  async function end(): Promise<void> {
    await worker?.terminate()
    worker = null
  }

  return { solve, end }
}

function failed(reason: string): Fault {
  return new Fault('HF_SOLVER_FAILED', `the solver gave no answer: ${reason}`, {
    expected: 'an answer, or the best in the time given',
    advice: 'try again with a smaller target; report it when it stays so',
  })
}
