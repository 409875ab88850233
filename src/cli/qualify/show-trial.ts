import { visibleText } from '../../base/visible-text.ts'
import {
  comparisonHtml,
  comparisonJson,
  comparisonMarkdown,
  comparisonText,
  trialHtml,
  trialJson,
  trialMarkdown,
  trialText,
  type TrialReportOptions,
  type TrialStanding,
  type TrialStandings,
} from '../../report/index.ts'
import { Fault } from '../../base/fault.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { TrialReport } from '../../schema/trial-report.ts'
import type { Store } from '../../store/index.ts'
import { printOut, writeFileWhole } from '../write-output.ts'
import { checkVerdicts } from './check-verdicts.ts'
import { loadReport, trialNamed } from './load-report.ts'
import { standingVerdict } from './standing-verdict.ts'
import { note, storeThere, type TrialWorkspace, withTrials } from './trial-workspace.ts'

export const trialFormats = ['text', 'json', 'md', 'html'] as const

export interface ShowFlags {
  readonly config?: string | undefined
  readonly format: (typeof trialFormats)[number]
  readonly output?: string | undefined
}

/** `holdfast qualify show TRIAL`: the report of a trial, whole. A trial is named by its id, or by the candidate it tried. */
export async function showTrial(id: string, flags: ShowFlags): Promise<void> {
  await withTrials(flags, async (workspace) => {
    const { record, report, store } = await reportNamed(workspace, id)
    const standing = await standingVerdict(store, record.id, workspace.now)
    const options: TrialReportOptions = {
      ...terminal(flags),
      ...(standing === null ? {} : { standing: { at: workspace.now, ...standing } }),
    }
    await write(flags, rendered(report, flags.format, options))
  })
}

/**
 * `holdfast qualify compare A B…`: trials of the same tasks beside each other, with what their verdicts count for now.
 * Nothing is decided anew.
 */
export async function compareTrials(ids: readonly string[], flags: ShowFlags): Promise<void> {
  await withTrials(flags, async (workspace) => {
    const { unchecked } = await checkVerdicts(workspace)
    const reports: TrialReport[] = []
    const standings = new Map<string, TrialStanding>()
    for (const id of ids) {
      const { record, report, store } = await reportNamed(workspace, id)
      reports.push(report)
      const standing = await standingVerdict(store, record.id, workspace.now)
      if (standing !== null) standings.set(record.id, { at: workspace.now, ...standing })
      for (const { verdict, problem } of unchecked)
        if (verdict.trial === record.id)
          note(`whether the verdict of trial ${record.id} still holds is not known: ${problem}`)
    }
    confirmSameTasks(reports)
    await write(flags, compared(reports, standings, flags))
  })
}

async function reportNamed(
  workspace: TrialWorkspace,
  id: string,
): Promise<{
  readonly store: Store
  readonly record: TrialRecord
  readonly report: TrialReport
}> {
  const store = await storeThere(workspace)
  const record = await trialNamed(store, await trialIdOf(store, id))
  const report = store === null ? null : await loadReport(workspace, store, record)
  if (store !== null && report !== null) return { store, record, report }
  throw new Fault('HF_TRIAL_UNREADY', `trial ${record.id} is ${record.state}: it has no verdict`, {
    expected: 'a trial that is decided',
    advice:
      record.state === 'abandoned'
        ? '`holdfast qualify status` lists the others'
        : '`holdfast qualify run` goes on with it; `holdfast qualify status` tells how far it is',
  })
}

/** A trial by its id, or the newest decided one of a candidate, as `vendor/name` or `vendor/name@route`. */
async function trialIdOf(store: Store | null, name: string): Promise<string> {
  if (!name.includes('/')) return name
  const [model = '', route] = name.split('@')
  const all = (await store?.trials.list()) ?? []
  const found = all.find(
    (one) =>
      one.state === 'decided' &&
      one.candidate === model &&
      (route === undefined || one.route === route),
  )
  if (found !== undefined) return found.id
  throw new Fault('HF_TRIAL_UNKNOWN', `no decided trial tried \`${name}\``, {
    expected: 'the id of a trial, or a candidate that was tried',
  })
}

/** Figures on different tasks, or of different graders, cannot stand beside each other. */
function confirmSameTasks(reports: readonly TrialReport[]): void {
  const [first, ...others] = reports
  const other = others.find(
    ({ registration: { digests } }) =>
      digests.tasks !== first?.registration.digests.tasks ||
      digests.graders !== first.registration.digests.graders,
  )
  if (first === undefined || other === undefined) return
  throw new Fault(
    'HF_USAGE',
    `trials ${first.trial} and ${other.trial} had other tasks or graders`,
    {
      expected: 'trials on the same tasks, judged by the same graders',
    },
  )
}

function rendered(
  report: TrialReport,
  format: ShowFlags['format'],
  options: TrialReportOptions,
): string {
  switch (format) {
    case 'text':
      return trialText(report, options)
    case 'json':
      return trialJson(report)
    case 'md':
      return trialMarkdown(report, options)
    case 'html':
      return trialHtml(report, options)
  }
}

function compared(
  reports: readonly TrialReport[],
  standings: TrialStandings,
  flags: ShowFlags,
): string {
  switch (flags.format) {
    case 'text':
      return comparisonText(reports, { ...terminal(flags), standings })
    case 'json':
      return comparisonJson(reports, standings)
    case 'md':
      return comparisonMarkdown(reports, standings)
    case 'html':
      return comparisonHtml(reports, standings)
  }
}

function terminal({ output }: ShowFlags): Pick<TrialReportOptions, 'width' | 'colour'> {
  const { stdout } = process
  const isColoured = output === undefined && stdout.isTTY && process.env['NO_COLOR'] === undefined
  return { width: stdout.columns ?? 100, colour: isColoured }
}

async function write({ output }: ShowFlags, text: string): Promise<void> {
  if (output === undefined) return await printOut(text)
  await writeFileWhole(output, text)
  process.stderr.write(`written to ${visibleText(output)}\n`)
}
