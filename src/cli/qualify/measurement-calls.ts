import { randomUUID } from 'node:crypto'
import { Fault } from '../../base/fault.ts'
import type { Halt, PlannedCall } from '../../qualification/index.ts'
import type { ListPrice } from '../../schema/catalogue.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { Store } from '../../store/index.ts'
import type { Answerer } from './answerer.ts'
import type { GatewayAsker } from './ask-gateway.ts'
import { askedRoute, gatewayAnswerer } from './gateway-answerer.ts'
import type { JudgeTarget } from './judge-target.ts'
import { KeptRun, type KeptRunParts } from './kept-run.ts'
import { minutePace } from './minute-pace.ts'
import type { TrialBudget } from './trial-budget.ts'
import { costAtMost, costOfAnswer } from './trial-costs.ts'
import { openAsker } from './open-asker.ts'
import { stopOnSignal } from './stop-on-signal.ts'
import type { TriedModel } from './trial-target.ts'
import { lockTrials } from './trial-lock.ts'
import { noteConfiguration, qualificationOf, type TrialWorkspace } from './trial-workspace.ts'

/** Who is asked in the calls of a measurement; null: nobody of that kind. */
interface AskedModels {
  readonly candidate: TriedModel | null
  readonly judge: JudgeTarget | null
}

export interface MeasurementRunParts {
  readonly workspace: TrialWorkspace
  readonly asker: GatewayAsker
  readonly store: Store
  readonly record: TrialRecord
  readonly seed: number
  readonly asked: AskedModels
  readonly budget: TrialBudget | null
  readonly isAskingAgain: boolean
  readonly onAnswer: KeptRunParts['onAnswer']
  readonly signal: AbortSignal
}

/** The run of a measurement through the gateway, with the pace and prices of holdfast.yaml. */
export function measurementRun(parts: MeasurementRunParts): KeptRun {
  const { workspace, asker, store, record, asked } = parts
  const { concurrent, requestsPerMinute } = qualificationOf(workspace)
  const { workflow } = record
  const candidate = asked.candidate === null ? null : { ...asked.candidate, workflow }
  const modelOf = ({ arm }: PlannedCall): JudgeTarget => {
    const model = arm === 'candidate' ? candidate : asked.judge
    if (model === null) throw new TypeError(`nobody is there for \`${arm}\``)
    return model
  }
  const priceOf = (call: PlannedCall): ListPrice | null => {
    const { model, route } = modelOf(call)
    return workspace.priceOf(model, route.id)
  }
  const answerers = new Map<JudgeTarget, Answerer>()
  const answererOf = (call: PlannedCall): Answerer => {
    const model = modelOf(call)
    const made = answerers.get(model) ?? gatewayAnswerer(asker, askedRoute(model, model.workflow))
    answerers.set(model, made)
    return made
  }
  return new KeptRun({
    store,
    trial: record.id,
    seed: String(parts.seed),
    by: randomUUID(),
    answererOf,
    costOf: (call, answer) => costOfAnswer(priceOf(call), answer),
    costAtMost: (call, request) => costAtMost(priceOf(call), { request }),
    budget: parts.budget?.nano ?? null,
    concurrent,
    pace: minutePace(requestsPerMinute),
    isAskingAgain: parts.isAskingAgain,
    signal: parts.signal,
    onAnswer: parts.onAnswer,
  })
}

/** Why a measurement has stopped before all of its calls were made. */
export function haltFault(halt: Halt, name: string): Fault {
  const why = {
    budget: 'the budget does not allow another call',
    stopped: 'stopped',
    unreachable: halt.kind === 'unreachable' ? halt.problem : '',
  }
  return new Fault('HF_TRIAL_HALTED', `${name}: ${why[halt.kind]}`, {
    expected: 'an answer to every call',
    advice: 'the same command goes on where it stopped; nothing is asked twice',
  })
}

/** Work on measurements of a folder, by one process at a time; it may be stopped and goes on later. */
export async function whileMeasuring(
  workspace: TrialWorkspace,
  work: (parts: {
    readonly asker: GatewayAsker
    readonly store: Store
    readonly signal: AbortSignal
  }) => Promise<void>,
): Promise<void> {
  const asker = await openAsker(workspace)
  const unlock = await lockTrials(workspace.folder)
  const stop = stopOnSignal()
  try {
    await noteConfiguration(workspace)
    await work({ asker, store: await workspace.keeper.store.open(), signal: stop.signal })
  } finally {
    stop.end()
    await unlock()
    await asker.close()
  }
}

/** The ledger knows of a measurement before its first call is made; only then it runs. */
export async function beginMeasurement(
  { keeper }: TrialWorkspace,
  store: Store,
  record: TrialRecord,
): Promise<TrialRecord> {
  if (record.state !== 'registered') return record
  await keeper.deciding((recorder) =>
    recorder.record({
      kind: 'trial',
      trial: record.id,
      change: 'registered',
      registration: record.registrationDigest,
    }),
  )
  return await store.trials.setState(record.id, 'running')
}

/** What it found is in the ledger, by its digest; then it is at its end. */
export async function endMeasurement(
  { keeper }: TrialWorkspace,
  store: Store,
  record: TrialRecord,
  report: string,
): Promise<void> {
  await keeper.deciding((recorder) =>
    recorder.record({
      kind: 'trial',
      trial: record.id,
      change: 'measured',
      registration: record.registrationDigest,
      report,
    }),
  )
  await store.trials.setState(record.id, 'decided')
}
