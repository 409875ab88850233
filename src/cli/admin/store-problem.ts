import { setTimeout as wait } from 'node:timers/promises'
import { messageOf } from '../../base/fault.ts'
import type { LazyStore } from '../open-store.ts'

/** So long the store has to answer: status and figures are asked for when something is wrong. */
const answerMs = 2_000

/** Why the store cannot be read just now; null: it can, or there is none yet. A connection that was opened once says nothing. */
export async function storeProblem(store: LazyStore): Promise<string | null> {
  const read = async (): Promise<null> => {
    // Any read does; this one finds nothing.
    await (await store.ifThere())?.sightings.find('holdfast.yaml')
    return null
  }
  try {
    return await Promise.race([read(), wait(answerMs, 'it does not answer', { ref: false })])
  } catch (error) {
    return messageOf(error)
  }
}
