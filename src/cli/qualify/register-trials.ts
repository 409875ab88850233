import { randomBytes, randomInt } from 'node:crypto'
import { Fault } from '../../base/fault.ts'
import { uuidv7 } from '../../base/uuidv7.ts'
import { Preregistration } from '../../schema/preregistration.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'
import type { Store } from '../../store/index.ts'
import { actorOf } from '../record-actor.ts'
import { newestCalibration } from './judge-calibrations.ts'
import type { TargetPlan } from './plan-target.ts'
import {
  parametersOf,
  planIdOf,
  questionOf,
  type RegistrationMoment,
  registrationOf,
} from './registration.ts'
import { note, type TrialWorkspace } from './trial-workspace.ts'

export interface RegisterOptions {
  /** Trials that are open are ended, and others begun. */
  readonly isAnew: boolean
  readonly seed: number | null
  readonly by: string | undefined
}

const openStates: ReadonlySet<string> = new Set(['registered', 'running'])

/**
 * The trial of each comparison: the one that is open, else one that is registered now. All that are registered at once
 * are a plan, over which Holm corrects.
 */
export async function trialsOf(
  workspace: TrialWorkspace,
  plans: readonly TargetPlan[],
  options: RegisterOptions,
): Promise<readonly TrialRecord[]> {
  const store = await workspace.keeper.store.open()
  const found = new Map<string, TrialRecord>()
  for (const plan of plans) {
    const open = await openTrialOf(store, plan)
    if (open === null) continue
    if (options.isAnew) await abandon(workspace, store, open)
    else found.set(plan.name, confirmSame(open, plan))
  }
  const fresh = plans.filter(({ name }) => !found.has(name))
  const moments = new Moments(workspace.now, options.seed, fresh, [...found.values()])
  for (const plan of fresh) {
    const { workflow, candidate } = plan.target
    const record = await store.trials.register({
      workflow: workflow.id,
      candidate: candidate.model,
      route: candidate.route.id,
      registration: asJson(
        registrationOf(
          {
            target: plan.target,
            tried: plan.tried,
            frozen: plan.frozen,
            digests: plan.registration.digests,
            judge: workspace.config.qualification?.judge,
            workspace,
          },
          {
            ...moments.of(plan.name, await earlierTrials(store, plan)),
            ...(await calibrationFor(workspace, store, plan)),
          },
        ),
      ),
      createdBy: actorOf(options.by),
    })
    found.set(plan.name, record)
  }
  const records: TrialRecord[] = []
  for (const { name } of plans) {
    const record = found.get(name)
    if (record !== undefined) records.push(await begin(workspace, store, record))
  }
  return records
}

/** What is absent in it is not there. */
function asJson(registration: Preregistration): TrialRecord['registration'] {
  return JSON.parse(JSON.stringify(registration)) as TrialRecord['registration']
}

/** The ledger knows of a trial before its first call is made; only then it runs. */
async function begin(
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

async function openTrialOf(store: Store, plan: TargetPlan): Promise<TrialRecord | null> {
  const all = await trialsOfTarget(store, plan)
  return all.find(({ state }) => openStates.has(state)) ?? null
}

/** What is known of the judge before anything is asked of it. */
async function calibrationFor(
  { config }: TrialWorkspace,
  store: Store,
  { registration, tried }: TargetPlan,
): Promise<Pick<RegistrationMoment, 'calibration'>> {
  const judge = config.qualification?.judge
  if (registration.judge === null || judge === undefined) return {}
  const calibration = await newestCalibration(store, judge, tried.set)
  return calibration === null ? {} : { calibration }
}

async function earlierTrials(store: Store, plan: TargetPlan): Promise<number> {
  return (await trialsOfTarget(store, plan)).length
}

/**
 * The verdict that there is on the same question, and that nothing has ended: asking again would cost as much, and who
 * asks until the answer pleases has shown nothing. Null: there is none.
 */
export async function verdictThere(
  store: Store,
  plan: TargetPlan,
  at: string,
): Promise<VerdictRecord | null> {
  const [newest] = await trialsOfTarget(store, plan)
  if (newest?.state !== 'decided') return null
  if (questionOf(Preregistration.parse(newest.registration)) !== questionOf(plan.registration))
    return null
  const found = (await store.verdicts.list(newest.workflow)).find(
    ({ trial }) => trial === newest.id,
  )
  return found !== undefined && found.validUntil > at && found.invalidatedBy === null ? found : null
}

/** Trials of this candidate for this work, the newest first; other measurements are kept in the same place. */
async function trialsOfTarget(
  store: Store,
  { target: { workflow, candidate } }: TargetPlan,
): Promise<readonly TrialRecord[]> {
  const all = await store.trials.list(workflow.id)
  return all.filter(
    (one) =>
      one.candidate === candidate.model &&
      one.route === candidate.route.id &&
      planIdOf(one) !== null,
  )
}

/** An open trial goes on only while it asks what it registered: another question is another trial. */
function confirmSame(record: TrialRecord, plan: TargetPlan): TrialRecord {
  const registered = Preregistration.parse(record.registration)
  if (questionOf(registered) === questionOf(plan.registration)) return record
  const differing = Object.keys(registered).filter((key) => {
    const field = key as keyof Preregistration
    const moment = ['seed', 'decideBefore', 'controls', 'parameters']
    const text = (one: Preregistration): string => JSON.stringify(one[field])
    return !moment.includes(field) && text(registered) !== text(plan.registration)
  })
  throw new Fault(
    'HF_TRIAL_UNREADY',
    `trial ${record.id} of \`${plan.name}\` is open, and was registered with other ${differing.join(', ') || 'parameters'}`,
    {
      expected: 'holdfast.yaml and tasks as they were when it was registered',
      advice: 'bring them back to finish it, or --anew ends it for good and registers another one',
    },
  )
}

async function abandon(
  { keeper }: TrialWorkspace,
  store: Store,
  record: TrialRecord,
): Promise<void> {
  await store.trials.setState(record.id, 'abandoned')
  await keeper.deciding((recorder) =>
    recorder.recordAnyway({
      kind: 'trial',
      trial: record.id,
      change: 'abandoned',
      registration: record.registrationDigest,
    }),
  )
  note(`trial ${record.id} is abandoned: it stays in the records, without a verdict`)
}

/** When and with which seed trials of a plan are registered; one that was begun before is completed as it was begun. */
class Moments {
  readonly #fresh: RegistrationMoment
  readonly #begun: readonly RegistrationMoment[]

  constructor(
    at: string,
    seed: number | null,
    fresh: readonly TargetPlan[],
    open: readonly TrialRecord[],
  ) {
    this.#begun = open.map((record) => {
      const registration = Preregistration.parse(record.registration)
      const { seed: drawn, decideBefore } = registration
      const { plan } = parametersOf(registration)
      return { at: record.createdAt, seed: drawn, decideBefore, plan, earlierTrials: 0 }
    })
    const begun = new Set(this.#begun.flatMap(({ plan }) => plan.trials))
    this.#fresh = {
      at,
      seed: seed ?? randomInt(2 ** 31),
      plan: {
        id: uuidv7(Date.parse(at), randomBytes(10)),
        trials: fresh.map(({ name }) => name).filter((name) => !begun.has(name)),
      },
      earlierTrials: 0,
    }
  }

  of(name: string, earlierTrials: number): RegistrationMoment {
    const begun = this.#begun.find(({ plan }) => plan.trials.includes(name))
    return { ...(begun ?? this.#fresh), earlierTrials }
  }
}
