import { randomUUID } from 'node:crypto'
import { Fault } from '../../base/fault.ts'
import type { CallPace } from '../../qualification/index.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'
import { printOut } from '../write-output.ts'
import { toolAnswerer } from './ask-tool.ts'
import type { GatewayAsker } from './ask-gateway.ts'
import { type Concluded, concludePlan } from './conclude-plan.ts'
import { concludedText, concludedJson } from './concluded-text.ts'
import type { FinishedTrial } from './decide-plan.ts'
import { askedRoute, gatewayAnswerer } from './gateway-answerer.ts'
import { minutePace } from './minute-pace.ts'
import { openAsker } from './open-asker.ts'
import { openTrial, type OpenTrial } from './open-trial.ts'
import type { TargetPlan } from './plan-target.ts'
import { confirmReady, type PlanFlags, plansFor } from './plan-trials.ts'
import { planIdOf, registrationRules } from './registration.ts'
import { trialsOf, verdictThere } from './register-trials.ts'
import { type RanTrial, runTrial } from './run-trial.ts'
import { isTool } from './trial-target.ts'
import { stopOnSignal } from './stop-on-signal.ts'
import { budgetOf, type TrialBudget } from './trial-budget.ts'
import type { CallPrices } from './call-account.ts'
import { type JudgeTarget, judgeTarget } from './judge-target.ts'
import { trialPrices } from './trial-prices.ts'
import { lockTrials } from './trial-lock.ts'
import { trialProgress } from './trial-progress.ts'
import {
  note,
  noteConfiguration,
  qualificationOf,
  type TrialWorkspace,
  withTrials,
} from './trial-workspace.ts'

export interface RunFlags extends PlanFlags {
  readonly budget?: string | undefined
  readonly askAgain: boolean
  readonly anew: boolean
  /** What has a verdict is tried again. */
  readonly again: boolean
  readonly seed?: number | undefined
  readonly by?: string | undefined
  readonly failOn?: string | undefined
}

/** `holdfast qualify run`: registers what is not registered yet, makes the calls that are left, and decides. */
export async function runTrials(flags: RunFlags): Promise<void> {
  await withTrials(flags, async (workspace) => {
    const { plans, standing } = await toTry(workspace, await plansFor(workspace, flags), flags)
    confirmReady(plans)
    if (plans.length === 0) return await tell(flags, [], standing)
    const budgets = plans.map((plan) => budgetOf(flags.budget, plan, workspace))
    const asker = await openAsker(workspace)
    const unlock = await lockTrials(workspace.folder)
    const stop = stopOnSignal()
    try {
      await noteConfiguration(workspace)
      const records = await trialsOf(workspace, plans, {
        isAnew: flags.anew,
        seed: flags.seed ?? null,
        by: flags.by,
      })
      const run = new Running({ workspace, asker, flags, signal: stop.signal })
      await run.all(
        plans.map((plan, at) => ({ plan, record: records[at], budget: budgets[at] ?? null })),
      )
      const concluded = await run.conclude()
      await tell(flags, concluded, standing)
      if (run.halts.length > 0) throw haltFault(run.halts)
    } finally {
      stop.end()
      await unlock()
      await asker.close()
    }
  })
}

/** What has a verdict already is left alone, unless it is to be tried again. */
async function toTry(
  { keeper, now }: TrialWorkspace,
  plans: readonly TargetPlan[],
  { again, anew }: RunFlags,
): Promise<{
  readonly plans: readonly TargetPlan[]
  readonly standing: readonly VerdictRecord[]
}> {
  const store = again || anew ? null : await keeper.store.ifThere()
  if (store === null) return { plans, standing: [] }
  const standing: VerdictRecord[] = []
  const open: TargetPlan[] = []
  for (const plan of plans) {
    const verdict = await verdictThere(store, plan, now)
    if (verdict === null) open.push(plan)
    else standing.push(verdict)
  }
  return { plans: open, standing }
}

async function tell(
  { format, failOn }: RunFlags,
  concluded: readonly Concluded[],
  standing: readonly VerdictRecord[],
): Promise<void> {
  await printOut(
    format === 'json' ? concludedJson(concluded, standing) : concludedText(concluded, standing),
  )
  const verdicts = [...standing, ...concluded.map(({ verdict }) => verdict)]
  const isMissed = verdicts.some(({ verdict }) => verdict !== 'QUALIFIED')
  if (failOn !== undefined && isMissed) process.exitCode = 1
}

interface RunningParts {
  readonly workspace: TrialWorkspace
  readonly asker: GatewayAsker
  readonly flags: RunFlags
  readonly signal: AbortSignal
}

interface ToRun {
  readonly plan: TargetPlan
  readonly record: TrialRecord | undefined
  readonly budget: TrialBudget | null
}

interface OneRun {
  readonly plan: TargetPlan
  readonly trial: OpenTrial
  readonly budget: TrialBudget | null
  readonly judge: JudgeTarget | null
  readonly prices: CallPrices
}

/** One process at the trials of its flags, one trial after the other. */
class Running {
  readonly #parts: RunningParts
  readonly #by = `qualify ${randomUUID()}`
  readonly #finished: FinishedTrial[] = []
  /** One for all trials. */
  readonly #pace: CallPace
  /** Why trials are not finished, a line each. */
  readonly halts: string[] = []

  constructor(parts: RunningParts) {
    this.#parts = parts
    this.#pace = minutePace(qualificationOf(parts.workspace).requestsPerMinute)
  }

  async all(all: readonly ToRun[]): Promise<void> {
    for (const { plan, record, budget } of all) {
      if (record === undefined || this.#parts.signal.aborted) continue
      const trial = openTrial(record, plan.tried)
      const judge =
        trial.registration.judge === null
          ? null
          : judgeTarget(this.#parts.workspace.config, plan.target.workflow)
      const prices = trialPrices(this.#parts.workspace.priceOf, trial, plan.target, judge)
      const ran = await this.#one({ plan, trial, budget, judge, prices })
      const why = unfinishedBecause(ran, trial)
      if (why === null) this.#finished.push({ trial, ran, prices })
      else this.halts.push(`${plan.name}: ${why}`)
    }
  }

  async #one({ plan, trial, budget, judge, prices }: OneRun): Promise<RanTrial> {
    const { workspace, asker, flags, signal } = this.#parts
    const { concurrent } = qualificationOf(workspace)
    const { workflow, candidate, incumbent } = plan.target
    const progress = trialProgress(
      process.stderr,
      plan.name,
      budget?.currency ?? plan.cost?.currency ?? null,
    )
    try {
      return await runTrial({
        store: await workspace.keeper.store.open(),
        trial,
        by: this.#by,
        folder: workspace.folder,
        answerers: {
          candidate: isTool(candidate)
            ? toolAnswerer({ ...candidate, folder: workspace.folder })
            : gatewayAnswerer(asker, askedRoute(candidate, workflow.id)),
          incumbent: gatewayAnswerer(asker, askedRoute(incumbent, workflow.id)),
          judge: judge === null ? null : gatewayAnswerer(asker, askedRoute(judge, judge.workflow)),
        },
        prices,
        budget: budget?.nano ?? null,
        concurrent,
        pace: this.#pace,
        isAskingAgain: flags.askAgain,
        signal,
        onProgress: progress.update,
      })
    } finally {
      progress.end()
    }
  }

  /** Plans all of whose trials are finished are decided; Holm needs every one of them. */
  async conclude(): Promise<readonly Concluded[]> {
    const { workspace } = this.#parts
    const plans = Map.groupBy(this.#finished, ({ trial }) => trial.parameters.plan.id)
    const concluded: Concluded[] = []
    for (const [, finished] of plans) {
      const missing = await this.#missing(finished)
      if (missing.length === 0) concluded.push(...(await concludePlan(workspace, finished)))
      else
        for (const { trial } of finished)
          note(
            `trial ${trial.record.id} has all its answers; its verdict waits for the other trials of its plan: ${missing.join(', ')}`,
          )
    }
    return concluded
  }

  async #missing(finished: readonly FinishedTrial[]): Promise<readonly string[]> {
    const store = await this.#parts.workspace.keeper.store.open()
    const [first] = finished
    const done = new Set(finished.map(({ trial }) => trial.record.id))
    const all = await store.trials.list()
    return all.flatMap((record) => {
      const isOther = record.state !== 'abandoned' && !done.has(record.id)
      const isOfPlan = isOther && planIdOf(record) === first?.trial.parameters.plan.id
      return isOfPlan ? [`${record.workflow}: ${record.candidate}@${record.route}`] : []
    })
  }
}

/** Null: nothing is left to do but to decide. */
export function unfinishedBecause(
  { halt, lost, account }: RanTrial,
  trial: OpenTrial,
): string | null {
  if (halt?.kind === 'budget')
    return `the budget does not allow another call (${account.answered} are answered)`
  if (halt?.kind === 'stopped') return `stopped after ${account.answered} answers`
  if (halt?.kind === 'unreachable') return halt.problem
  const most = trial.units.length * registrationRules.unscoredShareMax
  if (lost.length > most)
    return `the answers of ${lost.length} calls were lost with a process; --ask-again asks for them once more, which may pay twice`
  return null
}

export function haltFault(halts: readonly string[]): Fault {
  const [first = '', ...others] = halts
  return new Fault('HF_TRIAL_HALTED', first, {
    expected: 'an answer to every call',
    advice: 'the same command goes on where it stopped; nothing is asked twice',
    others,
  })
}
