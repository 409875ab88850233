import { runCheck } from '../../check-run.ts'
import { systemClock } from '../../system-clock.ts'
import { CheckedAll } from '../shown-check.ts'
import { work } from './work.ts'

export const checkWorks = {
  run: work(
    CheckedAll,
    async (asked: { readonly isOffline: boolean; readonly timeLimit: string }, configPath) => ({
      ...(await runCheck({ configPath, ...asked, clock: systemClock })),
      notices: [],
    }),
  ),
}
