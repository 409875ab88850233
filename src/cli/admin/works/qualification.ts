import { dataPath } from '../../installation.ts'
import { showGuardrail } from '../../qualify/guardrail-show.ts'
import { type PlanFlags, planTrials } from '../../qualify/plan-trials.ts'
import { showSchedule } from '../../qualify/schedule/show-schedule.ts'
import { showStatus } from '../../qualify/show-status.ts'
import { compareTrials, showTrial } from '../../qualify/show-trial.ts'
import { GuardrailReport } from '../../../schema/guardrail-report.ts'
import { TrialReport } from '../../../schema/trial-report.ts'
import {
  ComparedTrials,
  PlannedTrials,
  QualificationStatus,
  ShownSchedule,
} from '../shown-qualification.ts'
import { printedJsonWork } from './printed-json.ts'

const json = { format: 'json' } as const

export const qualificationWorks = {
  plan: printedJsonWork(
    PlannedTrials,
    async (asked: Omit<PlanFlags, 'config' | 'format'>, config) => {
      await planTrials({ ...asked, ...json, config })
    },
  ),
  status: printedJsonWork(
    QualificationStatus,
    async ({ workflow }: { readonly workflow?: string | undefined }, config) => {
      await showStatus({
        workflow: workflow === undefined ? undefined : [workflow],
        ...json,
        config,
      })
    },
  ),
  schedule: printedJsonWork(ShownSchedule, async (_asked: null, config) => {
    await showSchedule({ ...json, config })
  }),
  show: printedJsonWork(TrialReport, async ({ trial }: { readonly trial: string }, config) => {
    await showTrial(trial, { ...json, config })
  }),
  compare: printedJsonWork(
    ComparedTrials,
    async ({ trials }: { readonly trials: readonly string[] }, config) => {
      await compareTrials(trials, { ...json, config })
    },
  ),
  guardrail: printedJsonWork(
    GuardrailReport,
    async (
      asked: {
        readonly set: string
        readonly id?: string | undefined
        readonly workflow?: string | undefined
      },
      config,
    ) => {
      const { set, id, workflow } = asked
      const flags = { set: dataPath('guardrail', set), workflow, config, ...json }
      await showGuardrail(id === undefined ? [] : [id], flags)
    },
  ),
}
