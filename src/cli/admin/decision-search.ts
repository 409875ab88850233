import { Worker } from 'node:worker_threads'
import { Fault } from '../../base/fault.ts'
import { adminLimits } from './limits.ts'
import { AdminRefusal } from './admin-refusal.ts'
import type { ShownDecision } from './shown-decision.ts'

export interface DecisionSearch {
  readonly configPath: string
  readonly principal?: string | undefined
  readonly directive?: string | undefined
  readonly model?: string | undefined
  readonly country?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly limit: number
}

export type SearchAnswer =
  | { readonly decisions: readonly ShownDecision[] }
  | { readonly failure: string }

let underWay = 0

/** In a thread of its own: bringing an index up to date must not hold up model traffic. */
export async function searchDecisions(search: DecisionSearch): Promise<readonly ShownDecision[]> {
  if (underWay >= adminLimits.searchesMax)
    throw new AdminRefusal(429, 'too_many_requests', 'other searches are under way')
  underWay += 1
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./decision-search-worker.${extension}`, import.meta.url), {
    workerData: search,
  })
  try {
    const found = await answerOf(worker)
    if ('decisions' in found) return found.decisions
    throw new Fault('HF_LEDGER_DAMAGED', `the ledger cannot be searched: ${found.failure}`)
  } finally {
    underWay -= 1
    await worker.terminate()
  }
}

function answerOf(worker: Worker): Promise<SearchAnswer> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => resolve({ failure: `it took longer than ${adminLimits.searchMs} ms` }),
      adminLimits.searchMs,
    )
    const give = (answer: SearchAnswer): void => {
      clearTimeout(timer)
      resolve(answer)
    }
    worker.once('message', give)
    worker.once('error', (error: Error) => give({ failure: error.message }))
    worker.once('exit', () => give({ failure: 'the thread ended' }))
  })
}
