import { canonicalJson } from '../../base/canonical-json.ts'
import { compareText } from '../../base/compare.ts'
import { graderAccuracy } from '../../qualification/index.ts'
import type { GraderId } from '../../schema/grader-settings.ts'
import type { TrialReport } from '../../schema/trial-report.ts'
import type { FinishedTrial } from './decide-plan.ts'
import { namedCalibration } from './judge-calibrations.ts'
import type { OpenTrial } from './open-trial.ts'
import { isAdopted } from './adopt-shared.ts'
import type { ReportParts } from './report-parts.ts'
import { ArmBook } from './report-arms.ts'
import { disagreementsOf } from './report-disagreements.ts'
import { keptCalls } from './trial-journal.ts'

const wrongGradesMax = 20

/** All that is told of a trial: a function of its registration, its tasks and its answers. */
export async function buildReport(parts: ReportParts): Promise<TrialReport> {
  const { workspace, store, finished, together } = parts
  const { trial, ran } = finished
  const { record, registration, parameters } = trial
  const arms = new ArmBook(parts)
  const counts = { answered: 0, lost: ran.lost.length, askedAgain: 0, retried: 0 }
  for await (const kept of keptCalls(store, record.id)) {
    const { arm, answer } = kept
    const isFrozen = arm === 'incumbent' && parameters.frozen !== null
    if (answer !== null && !isFrozen && !isAdopted(kept)) {
      counts.answered += 1
      counts.askedAgain += answer.isAskedAgain ? 1 : 0
      counts.retried += answer.tries > 1 ? 1 : 0
    }
    if (answer !== null) arms.add(kept)
  }
  return {
    schemaVersion: 1,
    trial: record.id,
    workflow: record.workflow,
    criticality:
      workspace.config.workflows.find(({ id }) => id === record.workflow)?.criticality ?? null,
    createdAt: record.createdAt,
    createdBy: record.createdBy,
    registration,
    registrationDigest: record.registrationDigest,
    tasks: tasksOf(trial),
    result: together.result,
    plan:
      parameters.plan.trials.length === 1
        ? null
        : { trials: parameters.plan.trials.length, adjustedP: together.adjustedP },
    arms: arms.arms(),
    calls: { planned: counts.answered + counts.lost, ...counts },
    graders: await gradersOf(trial),
    judge: await calibrated(arms.judge(), parts),
    disagreements: await disagreementsOf(parts),
    notices: noticesOf(finished),
  }
}

/** A judge with what the calibration found that the registration names. */
async function calibrated(
  judge: TrialReport['judge'],
  { store, finished: { trial } }: ReportParts,
): Promise<TrialReport['judge']> {
  const { calibration: named } = trial.parameters
  if (judge === null || named === undefined) return judge
  const found = await namedCalibration(store, named, trial.tried.set)
  return { ...judge, calibration: found?.rubric ?? null, calibratedBy: named }
}

/** What a reader must know before believing a figure. */
function noticesOf({ trial, ran }: FinishedTrial): string[] {
  const { parameters, tried, registration } = trial
  const { provenance } = tried.set.header
  const told: string[] = []
  if (provenance?.kind === 'synthetic')
    told.push('The tasks are synthetic: they stand for the work only as far as they are like it.')
  if (parameters.earlierTrials > 0)
    told.push(
      `${parameters.earlierTrials} trials of this candidate for this work were registered before this one.`,
    )
  if (parameters.sharesIncumbent)
    told.push('The incumbent’s answers are shared by the trials of its plan.')
  if (ran.lost.length > 0)
    told.push(`${ran.lost.length} answers were lost with a process; their tasks are unscored.`)
  if (!ran.isFinished)
    told.push('The e-process ended it before its last task; the other tasks were not asked.')
  if (registration.controls.repeatWaived !== null)
    told.push(`No A/A comparison: ${registration.controls.repeatWaived}.`)
  if (ran.served.length > 1)
    told.push(`The provider served ${ran.served.join(' and ')} while it was asked.`)
  return told
}

function tasksOf({ tried, units }: OpenTrial): TrialReport['tasks'] {
  const { header, tasks } = tried.set
  const sizes = new Map<string, number>()
  for (const { cluster } of units) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1)
  const provenance = tally(
    tasks.map((task) => task.provenance ?? header.provenance ?? null),
    (one) => canonicalJson(one),
  )
  const licences = tally(
    tasks.map((task) => task.licence ?? header.licence ?? 'unknown'),
    (one) => one,
  )
  return {
    id: header.id,
    title: header.title,
    task: header.task,
    digest: tried.corpus,
    tasks: tasks.length,
    clusters: sizes.size,
    largestCluster: Math.max(0, ...sizes.values()),
    provenance: provenance.flatMap(({ value, count }) =>
      value === null ? [] : [{ ...value, tasks: count }],
    ),
    licences: licences.map(({ value, count }) => ({ licence: value, tasks: count })),
    redaction: header.redaction ?? null,
  }
}

function tally<T>(
  values: readonly T[],
  nameOf: (value: T) => string,
): readonly { readonly value: T; readonly count: number }[] {
  const counts = new Map<string, { readonly value: T; count: number }>()
  for (const value of values) {
    const known = counts.get(nameOf(value)) ?? { value, count: 0 }
    known.count += 1
    counts.set(nameOf(value), known)
  }
  return [...counts]
    .toSorted(([a, x], [b, y]) => y.count - x.count || compareText(a, b))
    .map(([, one]) => one)
}

/** How often graders are right on the answers whose worth is known. A judge is measured by a command of its own. */
async function gradersOf({ tried }: OpenTrial): Promise<TrialReport['graders']> {
  const { tasks } = tried.set
  const kinds = new Map<GraderId, number>()
  for (const { graders = [] } of tasks)
    for (const kind of new Set(graders.map(({ grader }) => grader)))
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  const graded = tasks.filter(({ graders = [] }) => graders.length > 0).length
  const all = { grader: 'all', tasks: graded, accuracy: await accuracyOf(tried, null) }
  const each = [...kinds].toSorted(([a], [b]) => compareText(a, b))
  const shown: TrialReport['graders'] = [all]
  for (const [grader, count] of each)
    shown.push({ grader, tasks: count, accuracy: await accuracyOf(tried, grader) })
  return shown
}

/** Null: the worth of no answer is known, or none of them was graded. */
async function accuracyOf(
  { set, tools }: OpenTrial['tried'],
  grader: GraderId | null,
): Promise<TrialReport['graders'][number]['accuracy']> {
  const { good, bad, unscored, wrong } = await graderAccuracy(set.tasks, tools, grader)
  if (good.of + bad.of + unscored.length === 0) return null
  const shown = wrong
    .slice(0, wrongGradesMax)
    .map(({ task, label, index, reason }) => ({ task, label, index, reason }))
  return { good, bad, unscored: unscored.length, wrong: shown }
}
