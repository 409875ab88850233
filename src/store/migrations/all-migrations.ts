import { changes } from './0001-changes.ts'
import { callers } from './0002-callers.ts'
import { policy } from './0003-policy.ts'
import { work } from './0004-work.ts'
import { evidence } from './0005-evidence.ts'
import { routes } from './0006-routes.ts'
import { spend } from './0007-spend.ts'
import type { Migration } from './migration.ts'

/** Every step, in its order. A released step is never changed; a new one goes to the end. */
export const allMigrations: readonly Migration[] = [
  changes,
  callers,
  policy,
  work,
  evidence,
  routes,
  spend,
]
