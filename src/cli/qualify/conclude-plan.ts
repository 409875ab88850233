import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { digest } from '../../base/digest.ts'
import type { TogetherResult } from '../../qualification/index.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'
import { trialJson } from '../../report/index.ts'
import { writeFileWhole } from '../write-output.ts'
import { buildReport } from './build-report.ts'
import { decidePlan, type FinishedTrial, verdictOf } from './decide-plan.ts'
import type { TrialWorkspace } from './trial-workspace.ts'

export interface Concluded extends TogetherResult {
  readonly verdict: VerdictRecord
  readonly trial: FinishedTrial['trial']
}

/**
 * Decides the trials of a plan and makes it known: the report, then the ledger, then the store, from which gateways hear
 * of it. Whoever is killed between finds the same again and goes on.
 */
export async function concludePlan(
  workspace: TrialWorkspace,
  finished: readonly FinishedTrial[],
): Promise<readonly Concluded[]> {
  const store = await workspace.keeper.store.open()
  const together = decidePlan(finished)
  const concluded: Concluded[] = []
  for (const [at, one] of finished.entries()) {
    const found = together[at]
    if (found === undefined) continue
    const { record } = one.trial
    const verdict = verdictOf(one.trial, found.result, one.ran.served)
    const report = trialJson(
      await buildReport({ workspace, store, finished: one, together: found }),
    )
    await writeReport(workspace.folder, record.id, report)
    if (record.state !== 'decided') {
      await workspace.keeper.deciding((recorder) =>
        recorder.record({
          kind: 'trial',
          trial: record.id,
          change: 'verdict',
          registration: record.registrationDigest,
          verdict,
          report: digest(report),
        }),
      )
      await store.verdicts.add(verdict)
      // Not when it was decided: whoever decides it later from the same answers writes the same.
      await store.trials.setState(record.id, 'decided', verdict.decidedAt)
    }
    concluded.push({ ...found, verdict, trial: one.trial })
  }
  return concluded
}

export function reportPath(folder: string, trial: string): string {
  return join(folder, '.holdfast', 'trials', `${trial}.json`)
}

/** It holds work, as frozen answers do: nobody else on the machine may read the folder. */
async function writeReport(folder: string, trial: string, report: string): Promise<void> {
  const path = reportPath(folder, trial)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFileWhole(path, report)
}
