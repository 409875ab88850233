import { Fault } from '../../base/fault.ts'
import { visibleText } from '../../base/visible-text.ts'
import { Preregistration } from '../../schema/preregistration.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'
import type { Store } from '../../store/index.ts'
import { textTable } from '../admin/text-table.ts'
import { printOut } from '../write-output.ts'
import { checkVerdicts } from './check-verdicts.ts'
import { type StandingVerdict, standingAt } from './standing-verdict.ts'
import { keptCalls } from './trial-journal.ts'
import { trialTargets } from './trial-target.ts'
import {
  note,
  storeThere,
  type TrialFlags,
  type TrialWorkspace,
  withTrials,
} from './trial-workspace.ts'

export interface StatusFlags extends TrialFlags {
  readonly workflow?: readonly string[] | undefined
  readonly failOn?: string | undefined
}

interface FallbackStatus {
  readonly workflow: string
  readonly model: string
  readonly route: string
  /** Null: it was never tried to an end. */
  readonly verdict: StandingVerdict['verdict'] | null
  readonly invalidatedBy: string | null
  readonly validUntil: string | null
  readonly trial: string | null
}

interface TrialStatus {
  readonly trial: string
  readonly workflow: string
  readonly candidate: string
  readonly route: string
  readonly state: TrialRecord['state']
  readonly createdAt: string
  readonly answered: number
  /** Claimed without an answer. */
  readonly open: number
  readonly comparisons: number
}

/** `holdfast qualify status`: which fallbacks are qualified and until when, and how far trials are. */
export async function showStatus(flags: StatusFlags): Promise<void> {
  const gates = gatesOf(flags.failOn)
  await withTrials(flags, async (workspace) => {
    const { ended, unchecked } = await checkVerdicts(workspace)
    for (const { verdict, changes } of ended)
      note(`the verdict of trial ${verdict.trial} has ended: ${changes.join(', ')}`)
    for (const { verdict, problem } of unchecked)
      note(`whether the verdict of trial ${verdict.trial} still holds is not known: ${problem}`)
    const store = await storeThere(workspace)
    const fallbacks = await fallbacksOf(workspace, store, flags)
    const trials = await trialsUnderWay(store, flags)
    await printOut(
      flags.format === 'json'
        ? `${JSON.stringify({ schemaVersion: 1, at: workspace.now, fallbacks, trials }, null, 2)}\n`
        : statusText(fallbacks, trials),
    )
    if (fallbacks.some((one) => gates.some((gate) => fails(one, gate)))) process.exitCode = 1
  })
}

const gateWords = ['unqualified', 'expired'] as const
type Gate = (typeof gateWords)[number]

function gatesOf(text: string | undefined): readonly Gate[] {
  return (text?.split(',') ?? []).map((part) => {
    const gate = gateWords.find((word) => word === part.trim())
    if (gate !== undefined) return gate
    throw new Fault('HF_USAGE', `--fail-on \`${part.trim()}\` is no condition`, {
      expected: gateWords.join(', '),
    })
  })
}

function fails({ verdict }: FallbackStatus, gate: Gate): boolean {
  return gate === 'expired'
    ? verdict === 'EXPIRED'
    : verdict !== 'QUALIFIED' && verdict !== 'EXPIRED'
}

/** Every fallback that a trial can qualify, with its newest verdict. */
async function fallbacksOf(
  { config, now }: TrialWorkspace,
  store: Store | null,
  { workflow }: StatusFlags,
): Promise<readonly FallbackStatus[]> {
  const newest = new Map<string, VerdictRecord>()
  for (const verdict of (await store?.verdicts.list()) ?? []) {
    const { key } = verdict
    newest.set(JSON.stringify([key.workflow, key.model, key.route]), verdict)
  }
  return trialTargets(config, { workflow }).map(({ workflow: { id }, candidate }) => {
    const { model, route } = candidate
    const record = newest.get(JSON.stringify([id, model, route.id]))
    const standing = record === undefined ? null : standingAt(record, now)
    return {
      workflow: id,
      model,
      route: route.id,
      verdict: standing?.verdict ?? null,
      invalidatedBy: standing?.invalidatedBy ?? null,
      validUntil: record?.validUntil ?? null,
      trial: record?.trial ?? null,
    }
  })
}

async function trialsUnderWay(
  store: Store | null,
  { workflow }: StatusFlags,
): Promise<readonly TrialStatus[]> {
  const all = (await store?.trials.list()) ?? []
  const wanted = all.filter((one) => workflow === undefined || workflow.includes(one.workflow))
  return await Promise.all(wanted.map((record) => trialStatus(store, record)))
}

async function trialStatus(store: Store | null, record: TrialRecord): Promise<TrialStatus> {
  const { id, workflow, candidate, route, state, createdAt } = record
  let answered = 0
  let open = 0
  // Ended ones have come to what they have come.
  if (store !== null && (state === 'running' || state === 'registered')) {
    for await (const { answer } of keptCalls(store, id)) {
      if (answer === null) open += 1
      else answered += 1
    }
  }
  const registration = Preregistration.safeParse(record.registration)
  const comparisons = registration.data?.tasksPlanned ?? 0
  return { trial: id, workflow, candidate, route, state, createdAt, answered, open, comparisons }
}

function statusText(fallbacks: readonly FallbackStatus[], trials: readonly TrialStatus[]): string {
  const verdicts = textTable(
    ['WORKFLOW', 'FALLBACK', 'VERDICT', 'UNTIL', 'TRIAL'],
    fallbacks.map((one) => [
      one.workflow,
      `${one.model}@${one.route}`,
      one.verdict === null
        ? 'never tried'
        : `${one.verdict}${one.invalidatedBy === null ? '' : ` (${one.invalidatedBy})`}`,
      one.verdict === 'QUALIFIED' ? (one.validUntil ?? '') : '',
      one.trial ?? '',
    ]),
  )
  if (trials.length === 0) return visibleLines(verdicts)
  const rows = textTable(
    ['TRIAL', 'WORKFLOW', 'CANDIDATE', 'STATE', 'ANSWERS', 'REGISTERED'],
    trials.map((one) => [
      one.trial,
      one.workflow,
      `${one.candidate}@${one.route}`,
      one.state,
      one.state === 'running' || one.state === 'registered'
        ? `${one.answered}, to ${one.comparisons} comparisons${one.open === 0 ? '' : `, ${one.open} without an answer`}`
        : '',
      one.createdAt,
    ]),
  )
  return visibleLines(`${verdicts}\n${rows}`)
}

function visibleLines(text: string): string {
  return text
    .split('\n')
    .map((line) => visibleText(line))
    .join('\n')
}
