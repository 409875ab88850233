import { join } from 'node:path'
import { Fault } from '../../base/fault.ts'
import type { FrozenAnswer } from '../../schema/frozen-answers.ts'
import type { TrialParameters } from '../../schema/trial-parameters.ts'
import type { Store } from '../../store/index.ts'
import { frozenFolder, readFrozen } from './frozen-answers.ts'

export interface Adoption {
  readonly trial: string
  /** Folder of holdfast.yaml. */
  readonly folder: string
  readonly by: string
  readonly frozen: NonNullable<TrialParameters['frozen']>
}

/** Takes frozen answers into a trial as the incumbent's, once; the file must be the one that was registered. */
export async function adoptFrozen(
  { trials }: Pick<Store, 'trials'>,
  { trial, folder, by, frozen }: Adoption,
): Promise<void> {
  const path = join(frozenFolder(folder), `${frozen.trial}.jsonl`)
  const adopt = async ({ item, attempt, answer }: FrozenAnswer): Promise<void> => {
    const key = { trial, item, arm: 'incumbent', attempt }
    const there = await trials.findAnswer(key)
    if (there?.state === 'answered') return
    if (there === null) await trials.claimAnswer(key, by)
    await trials.keepAnswer(key, answer)
  }
  const first = readFrozen(path)
  for (let step = await first.next(); ; step = await first.next()) {
    if (step.done !== true) continue
    if (step.value === frozen.digest) break
    throw new Fault('HF_TRIAL_UNREADY', `\`${path}\` holds other answers than were registered`, {
      expected: `the file with the digest ${frozen.digest}, as the ledger has it`,
      advice: 'bring it back from a copy; or `holdfast qualify run --anew` registers another trial',
    })
  }
  for await (const answer of readFrozen(path)) await adopt(answer)
}
