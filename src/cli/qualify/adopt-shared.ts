import type { Store } from '../../store/index.ts'
import type { OpenTrial } from './open-trial.ts'
import { planIdOf } from './registration.ts'
import { type KeptCall, keptCalls } from './trial-journal.ts'

const mark = 'trial '

/** Whether an answer was asked for by another trial of the plan, and paid for there. */
export function isAdopted({ claimedBy }: Pick<KeptCall, 'claimedBy'>): boolean {
  return claimedBy.startsWith(mark)
}

/** Takes over what other trials of the plan have asked the incumbent: it is asked each question once for all of them. */
export async function adoptShared(
  { trials }: Pick<Store, 'trials'>,
  { record }: OpenTrial,
): Promise<void> {
  const siblings = (await trials.list(record.workflow)).filter(
    (one) => one.id !== record.id && planIdOf(one) === planIdOf(record),
  )
  for (const { id } of siblings.toReversed()) {
    for await (const kept of keptCalls({ trials }, id)) {
      const { item, arm, attempt, answer } = kept
      if (arm !== 'incumbent' || answer === null || isAdopted(kept)) continue
      const key = { trial: record.id, item, arm, attempt }
      const there = await trials.findAnswer(key)
      if (there?.state === 'answered') continue
      // One that this trial has claimed itself is looked for at the gateway.
      if (there !== null && !isAdopted(there)) continue
      if (there === null) await trials.claimAnswer(key, `${mark}${id}`)
      await trials.keepAnswer(key, answer)
    }
  }
}
