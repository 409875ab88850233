import type { Catalogue } from '../../schema/catalogue.ts'
import type { HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { RecordKeeper } from '../record-keeper.ts'
import { type CheckedVerdicts, endChangedVerdicts } from './end-changed-verdicts.ts'

/** What a command on trials has open anyway. */
export interface VerdictsWorld {
  readonly config: HoldfastConfig
  readonly configPath: string
  readonly catalogue: Catalogue
  readonly keeper: RecordKeeper
  /** RFC 3339. */
  readonly now: string
}

/** Ends the verdicts of the store that no longer hold. Without a store there are none, and none is made. */
export async function checkVerdicts(world: VerdictsWorld): Promise<CheckedVerdicts> {
  const { keeper, now, ...known } = world
  const store = await keeper.store.ifThere()
  if (store === null) return { ended: [], unchecked: [] }
  return await keeper.deciding((recorder) =>
    endChangedVerdicts({ ...known, store, recorder, at: now }),
  )
}
