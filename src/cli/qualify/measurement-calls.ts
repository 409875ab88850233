import { randomUUID } from 'node:crypto'
import { Fault } from '../../base/fault.ts'
import type { Halt, PlannedCall } from '../../qualification/index.ts'
import type { ListPrice } from '../../schema/catalogue.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { Store } from '../../store/index.ts'
import type { Answerer } from './answerer.ts'
import type { GatewayAsker } from './ask-gateway.ts'
import { askedRoute, gatewayAnswerer } from './gateway-answerer.ts'
import { KeptRun, type KeptRunParts } from './kept-run.ts'
import { costAtMost, costOfAnswer, nano } from './trial-costs.ts'
import type { TriedModel } from './trial-target.ts'
import { note, qualificationOf, type TrialWorkspace } from './trial-workspace.ts'

/** A judge of holdfast.yaml, with the route that leads to it. */
export function judgeOf(workspace: TrialWorkspace): TriedModel | null {
  const { judge } = qualificationOf(workspace)
  if (judge === undefined) return null
  const route = workspace.config.routes.find(({ id }) => id === judge.route)
  if (route !== undefined && Object.hasOwn(route.models, judge.model))
    return { model: judge.model, route }
  throw new Fault('HF_TRIAL_UNREADY', `no route \`${judge.route}\` leads to \`${judge.model}\``, {
    expected: '`qualification.judge` with a model that its route lists',
  })
}

/** Who is asked in the calls of a measurement; null: nobody of that kind. */
export interface AskedModels {
  readonly candidate: TriedModel | null
  readonly judge: TriedModel | null
}

export interface MeasurementRunParts {
  readonly workspace: TrialWorkspace
  readonly asker: GatewayAsker
  readonly store: Store
  readonly record: TrialRecord
  readonly seed: number
  readonly asked: AskedModels
  readonly budget: number | null
  readonly isAskingAgain: boolean
  readonly signal: AbortSignal
}

/** The run of a measurement through the gateway, with the pace and prices of holdfast.yaml. */
export function measurementRun(parts: MeasurementRunParts): KeptRun {
  const { workspace, asker, store, record, asked } = parts
  const { concurrent, requestsPerMinute } = qualificationOf(workspace)
  const modelOf = ({ arm }: PlannedCall): TriedModel => {
    const model = arm === 'candidate' ? asked.candidate : asked.judge
    if (model === null) throw new TypeError(`nobody is there for \`${arm}\``)
    return model
  }
  const priceOf = (call: PlannedCall): ListPrice | null => {
    const { model, route } = modelOf(call)
    return workspace.priceOf(model, route.id)
  }
  const answerers = new Map<TriedModel, Answerer>()
  const answererOf = (call: PlannedCall): Answerer => {
    const model = modelOf(call)
    const made = answerers.get(model) ?? gatewayAnswerer(asker, askedRoute(model, record.workflow))
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
    budget: parts.budget === null ? null : parts.budget * nano,
    concurrent,
    perMinute: requestsPerMinute,
    isAskingAgain: parts.isAskingAgain,
    signal: parts.signal,
    onAnswer: progressLine(),
  })
}

/** Where money is limited, everybody who is asked needs a price, in one currency. */
export function budgetOf(
  workspace: TrialWorkspace,
  flag: number | undefined,
  asked: readonly TriedModel[],
): number | null {
  const { budget } = qualificationOf(workspace)
  const amount = flag ?? budget?.amount
  if (amount === undefined) return null
  const bare = asked.find(({ model, route }) => workspace.priceOf(model, route.id) === null)
  if (bare === undefined) return amount
  throw new Fault('HF_TRIAL_UNREADY', `there is a budget, and no price of \`${bare.model}\``, {
    expected: `\`priceOverride\` at the route \`${bare.route.id}\`, or no budget`,
  })
}

/** A line that is written over, on a terminal only. */
function progressLine(): KeptRunParts['onAnswer'] {
  if (!process.stderr.isTTY) return () => undefined
  return ({ answered, cost }) => {
    const money = cost === 0 ? '' : `, ${(cost / nano).toFixed(4)} spent`
    process.stderr.write(`\r\u001b[2K${answered} answers${money}`)
  }
}

/** Says why a measurement has stopped, and ends the command so; `again`: what goes on with it. */
export function endHalted(halt: Halt, again: string): void {
  if (process.stderr.isTTY) process.stderr.write('\n')
  if (halt.kind === 'stopped') {
    note(`stopped; answers that came are kept, and \`${again}\` goes on`)
    process.exitCode = 130
    return
  }
  throw new Fault(
    'HF_TRIAL_HALTED',
    halt.kind === 'budget' ? 'the budget is spent' : halt.problem,
    {
      expected: halt.kind === 'budget' ? 'a larger --budget' : 'a gateway that answers',
      advice: `answers that came are kept, and \`${again}\` goes on`,
    },
  )
}

/** Aborted by Ctrl-C: calls under way are waited for. A second one ends the process. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  process.once('SIGINT', () => {
    note('stopping: calls under way are waited for; Ctrl-C again ends at once')
    stop.abort()
  })
  process.once('SIGTERM', () => stop.abort())
  return stop.signal
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
