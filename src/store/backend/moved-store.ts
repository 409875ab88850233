import type { Kysely } from 'kysely'
import { Fault } from '../../base/fault.ts'
import type { Tables } from '../tables.ts'

/**
 * Refuses a store that was moved. A writer asks at the end of its transaction: a move holds all writers back until it
 * has left its mark, so whoever does not see the mark was copied.
 */
export async function refuseMoved(db: Kysely<Tables>, place: string): Promise<void> {
  const state = await db.selectFrom('storeState').select('movedTo').executeTakeFirst()
  if (state !== undefined && state.movedTo !== null) throw movedFault(place, state.movedTo)
}

export function movedFault(place: string, movedTo: string): Fault {
  return new Fault('HF_STORE_MOVED', `\`${place}\` was moved to \`${movedTo}\``, {
    expected: 'the new place as `store` in holdfast.yaml',
    advice:
      'correct `store`; `holdfast store restore --force` or a move back makes this one usable again',
  })
}
