import type { Backend } from '../backend/backend.ts'
import { instantOf, type StoreClock } from '../backend/clock.ts'
import { uuidv7 } from '../../base/uuidv7.ts'

/** What every repository is made of. */
export interface StoreContext {
  readonly backend: Backend
  readonly clock: StoreClock
}

/** This process's time, for what is only told and never compared between machines. */
export function instantNow({ clock }: StoreContext): string {
  return instantOf(clock.now())
}

export function newId({ clock }: StoreContext): string {
  return uuidv7(clock.now(), clock.random(10))
}
