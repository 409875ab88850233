import { randomUUID } from 'node:crypto'
import { compareText } from '../../base/compare.ts'
import { Fault } from '../../base/fault.ts'
import type { FrozenAnswer, FrozenHeader } from '../../schema/frozen-answers.ts'
import { Preregistration } from '../../schema/preregistration.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { Store } from '../../store/index.ts'
import { printOut } from '../write-output.ts'
import { writeFrozen } from './frozen-answers.ts'
import { askedRoute, gatewayAnswerer } from './gateway-answerer.ts'
import { minutePace } from './minute-pace.ts'
import { openAsker } from './open-asker.ts'
import { openTrial } from './open-trial.ts'
import { planTarget } from './plan-target.ts'
import { parametersOf } from './registration.ts'
import { trialsOf } from './register-trials.ts'
import { runTrial } from './run-trial.ts'
import { haltFault, unfinishedBecause } from './run-trials.ts'
import { stopOnSignal } from './stop-on-signal.ts'
import { budgetOf } from './trial-budget.ts'
import { keptCalls } from './trial-journal.ts'
import { lockTrials } from './trial-lock.ts'
import { trialPrices } from './trial-prices.ts'
import { trialProgress } from './trial-progress.ts'
import { incumbentTarget, type TrialTarget } from './trial-target.ts'
import {
  note,
  qualificationOf,
  type TrialFlags,
  type TrialWorkspace,
  withTrials,
} from './trial-workspace.ts'
import { readTriedTasks } from './tried-tasks.ts'

export interface FreezeFlags extends TrialFlags {
  readonly budget?: string | undefined
  readonly askAgain: boolean
  /** The incumbent is asked, though a trial has its answers. */
  readonly fresh: boolean
  readonly by?: string | undefined
}

/** `holdfast qualify freeze WORKFLOW`: the incumbent's answers as a file, for the time when it cannot be asked. */
export async function freezeAnswers(workflow: string, flags: FreezeFlags): Promise<void> {
  await withTrials(flags, async (workspace) => {
    const target = incumbentTarget(workspace.config, workflow)
    const store = await workspace.keeper.store.open()
    const kept = flags.fresh ? null : await answeredTrial(workspace, store, target)
    const record = kept ?? (await askIncumbent(workspace, store, target, flags))
    const { header, answers } = await frozenOf(store, record)
    const written = await writeFrozen(workspace.folder, header, answers())
    await workspace.keeper.deciding((recorder) =>
      recorder.record({
        kind: 'trial',
        trial: record.id,
        change: 'frozen',
        registration: record.registrationDigest,
        frozen: written.digest,
      }),
    )
    await printOut(
      flags.format === 'json'
        ? `${JSON.stringify({ schemaVersion: 1, ...written, trial: record.id, header }, null, 2)}\n`
        : `${written.count} answers of ${header.model} for \`${workflow}\` are frozen in ${written.path}\n${written.digest}\n`,
    )
  })
}

/** The newest trial that has asked this incumbent all of these tasks; null: there is none. */
async function answeredTrial(
  { configPath }: TrialWorkspace,
  store: Store,
  { workflow, trial, incumbent }: TrialTarget,
): Promise<TrialRecord | null> {
  const { corpus, set } = await readTriedTasks(configPath, trial)
  for (const record of await store.trials.list(workflow.id)) {
    const read = Preregistration.safeParse(record.registration)
    if (!read.success) continue
    const { incumbent: asked, digests } = read.data
    const isSame =
      asked.model === incumbent.model &&
      asked.route === incumbent.route.id &&
      digests.tasks === corpus &&
      parametersOf(read.data).frozen === null
    if (!isSame) continue
    const answered = new Set<string>()
    for await (const { item, arm, answer } of keptCalls(store, record.id))
      if (arm === 'incumbent' && answer !== null && answer.outcome !== 'failed') answered.add(item)
    if (answered.size === set.tasks.length) return record
  }
  return null
}

/** A trial of the incumbent alone: registered as any, and ended without a verdict once its answers are there. */
async function askIncumbent(
  workspace: TrialWorkspace,
  store: Store,
  target: TrialTarget,
  flags: FreezeFlags,
): Promise<TrialRecord> {
  const name = `${target.workflow.id}: ${target.incumbent.model}@${target.incumbent.route.id}`
  const plan = await planTarget(
    workspace,
    target,
    { discordance: 0.1, isFresh: true, isShared: false },
    [name],
  )
  const budget = budgetOf(flags.budget, plan, workspace)
  const asker = await openAsker(workspace)
  const unlock = await lockTrials(workspace.folder)
  const stop = stopOnSignal()
  const progress = trialProgress(process.stderr, name, budget?.currency ?? null)
  try {
    const [record] = await trialsOf(workspace, [plan], { isAnew: false, seed: null, by: flags.by })
    if (record === undefined) throw new TypeError('a plan has its trial')
    const trial = openTrial(record, plan.tried)
    const { concurrent, requestsPerMinute } = qualificationOf(workspace)
    const answerer = gatewayAnswerer(asker, askedRoute(target.incumbent, target.workflow.id))
    const ran = await runTrial({
      store,
      trial,
      by: `freeze ${randomUUID()}`,
      folder: workspace.folder,
      answerers: { candidate: answerer, incumbent: answerer, judge: null },
      arm: 'incumbent',
      prices: trialPrices(workspace.priceOf, trial, target, null),
      budget: budget?.nano ?? null,
      concurrent,
      pace: minutePace(requestsPerMinute),
      isAskingAgain: flags.askAgain,
      signal: stop.signal,
      onProgress: progress.update,
    })
    progress.end()
    const why = unfinishedBecause(ran, trial)
    if (why !== null) throw haltFault([`${name}: ${why}`])
    note(`the incumbent was asked in trial ${record.id}, which has no verdict`)
    return await store.trials.setState(record.id, 'abandoned')
  } finally {
    progress.end()
    stop.end()
    await unlock()
    await asker.close()
  }
}

async function frozenOf(
  store: Store,
  record: TrialRecord,
): Promise<{
  readonly header: FrozenHeader
  readonly answers: () => AsyncGenerator<FrozenAnswer>
}> {
  const { incumbent, digests, workflow } = Preregistration.parse(record.registration)
  const names = new Set<string>()
  const instants: string[] = []
  const own = async function* () {
    for await (const call of keptCalls(store, record.id))
      if (call.arm === 'incumbent' && call.answer !== null && call.answer.outcome !== 'failed')
        yield { ...call, answer: call.answer }
  }
  for await (const { answer, answeredAt } of own()) {
    if (answer.providerModel !== null) names.add(answer.providerModel)
    if (answeredAt !== null) instants.push(answeredAt)
  }
  instants.sort(compareText)
  const [from] = instants
  const until = instants.at(-1)
  if (from === undefined || until === undefined)
    throw new Fault('HF_TRIAL_UNREADY', `trial ${record.id} has no answer of the incumbent`, {
      expected: 'an incumbent that answers; it is frozen before it is gone',
    })
  return {
    header: {
      schemaVersion: 1,
      kind: 'frozen-answers',
      trial: record.id,
      workflow,
      model: incumbent.model,
      route: incumbent.route,
      providerModels: [...names].toSorted(compareText),
      taskSet: digests.tasks,
      from,
      until,
    },
    answers: async function* () {
      for await (const { item, attempt, answer } of own()) yield { item, attempt, answer }
    },
  }
}
