import { Fault } from '../../base/fault.ts'
import { type PhrasingSet, phrasingSetDigest } from '../../qualification/index.ts'
import { type GuardrailModel, GuardrailRegistration } from '../../schema/guardrail-report.ts'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { Store } from '../../store/index.ts'
import { nameOfCall } from './call-account.ts'
import { measuredModel, openMeasurement } from './guardrail-measure.ts'
import { guardrailReport, type GuardrailOutputFlags, tellGuardrail } from './guardrail-output.ts'
import { readPhrasingSet } from './read-phrasing-set.ts'
import { keptCalls } from './trial-journal.ts'
import { storeThere, withTrials } from './trial-workspace.ts'

export interface GuardrailShowFlags extends GuardrailOutputFlags {
  readonly config?: string | undefined
  readonly workflow?: string | undefined
  readonly set: string
}

/** `holdfast qualify guardrail show`: the newest measurement of each model, or those that are named. */
export async function showGuardrail(
  ids: readonly string[],
  flags: GuardrailShowFlags,
): Promise<void> {
  await withTrials(flags, async (workspace) => {
    const set = await readPhrasingSet(flags.set)
    const store = await storeThere(workspace)
    const records =
      store === null ? [] : await store.trials.listMeasurements('guardrail', flags.workflow)
    const wanted =
      ids.length === 0 ? newestOfEach(records, set) : ids.map((id) => named(id, records))
    if (store === null || wanted.length === 0)
      throw new Fault('HF_TRIAL_UNKNOWN', `nothing was measured with \`${set.header.id}\` yet`, {
        expected: 'a measurement: `holdfast qualify guardrail run`',
      })
    const models: GuardrailModel[] = []
    for (const record of wanted) models.push(await shownModel(store, record, set))
    await tellGuardrail(guardrailReport(set, models), flags)
  })
}

/** Of measurements with this very set, the newest of each model over each route of each workflow. */
function newestOfEach(records: readonly TrialRecord[], set: PhrasingSet): readonly TrialRecord[] {
  const own = phrasingSetDigest(set)
  const newest = new Map<string, TrialRecord>()
  for (const record of records) {
    const registration = GuardrailRegistration.parse(record.registration)
    const name = [record.workflow, record.candidate, record.route].join('\n')
    if (registration.set.digest === own && !newest.has(name)) newest.set(name, record)
  }
  return [...newest.values()]
}

function named(id: string, records: readonly TrialRecord[]): TrialRecord {
  const found = records.find((one) => one.id === id)
  if (found !== undefined) return found
  throw new Fault('HF_TRIAL_UNKNOWN', `there is no measurement \`${id}\``, {
    expected: 'the id of one, as reports tell it',
  })
}

async function shownModel(
  store: Store,
  record: TrialRecord,
  set: PhrasingSet,
): Promise<GuardrailModel> {
  const measurement = openMeasurement(record, set)
  if (measurement.registration.set.digest !== phrasingSetDigest(set))
    throw new Fault(
      'HF_TRIAL_UNREADY',
      `\`${set.header.id}\` is another set than was measured with`,
      {
        expected: `--set with the set whose digest is ${measurement.registration.set.digest}`,
      },
    )
  const answers = new Map<string, ModelAnswer>()
  let lost = 0
  for await (const kept of keptCalls(store, record.id)) {
    const name = [kept.arm, kept.attempt, kept.item].join(' ')
    if (kept.answer !== null) answers.set(name, kept.answer)
    else if (kept.arm === 'candidate') lost += 1
  }
  return measuredModel(measurement, (call) => answers.get(nameOfCall(call)) ?? null, lost)
}
