import { canonicalJson } from '../../base/canonical-json.ts'
import { digest } from '../../base/digest.ts'
import {
  calibrationFigures,
  calibrationQuestions,
  knownAnswersDigest,
  type PlannedCall,
  type TaskSet,
  taskSetDigests,
} from '../../qualification/index.ts'
import type { ConfigQualification } from '../../schema/holdfast-config.ts'
import { CalibrationRegistration, JudgeCalibration } from '../../schema/judge-calibration.ts'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import type { TrialParameters } from '../../schema/trial-parameters.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { Store } from '../../store/index.ts'
import { nameOfCall } from './call-account.ts'
import type { KeptQuestion } from './kept-run.ts'
import { keptCalls } from './trial-journal.ts'

/** Of a set, the tasks whose known answers a judge is measured on. */
export function calibratedSet(set: TaskSet): TaskSet {
  const tasks = set.tasks.filter(
    ({ knownGood = [], knownBad = [] }) => knownGood.length + knownBad.length > 0,
  )
  return { ...set, tasks }
}

/** What stands for such a set in a registration. */
export function calibratedDigests(
  set: TaskSet,
): Pick<CalibrationRegistration['set'], 'corpus' | 'answers'> {
  return { corpus: taskSetDigests(set).corpus, answers: knownAnswersDigest(set.tasks) }
}

function callOf({ item, attempt }: Pick<PlannedCall, 'item' | 'attempt'>): PlannedCall {
  return { item, arm: 'judge-candidate', attempt }
}

/** All judgements of a calibration. */
export function judgementsOf(
  { tasks }: TaskSet,
  plan: CalibrationRegistration,
): readonly KeptQuestion[] {
  return calibrationQuestions(tasks, plan).map(({ item, attempt, question }) => ({
    call: callOf({ item, attempt }),
    request: {
      system: question.system,
      messages: [{ role: 'user', content: question.user }],
    },
  }))
}

/** All figures of a calibration, from the replies that are there. */
export function calibrationOf(
  record: TrialRecord,
  set: TaskSet,
  answerOf: (call: PlannedCall) => ModelAnswer | null,
  lost: number,
): JudgeCalibration {
  const registration = CalibrationRegistration.parse(record.registration)
  const calls = judgementsOf(set, registration).map(({ call }) => call)
  const answers = calls.flatMap((call) => answerOf(call) ?? [])
  return JudgeCalibration.parse({
    schemaVersion: 1,
    measurement: record.id,
    registration,
    registrationDigest: record.registrationDigest,
    createdAt: record.createdAt,
    state: answers.length + lost >= calls.length ? 'finished' : 'unfinished',
    calls: { planned: calls.length, answered: answers.length, lost },
    served: servedBy(answers),
    ...calibrationFigures(set.tasks, registration, (asked) => replyOf(answerOf(callOf(asked)))),
  })
}

/** Another model's reply, or one that was cut off, is none of this judge. */
function replyOf(answer: ModelAnswer | null): string | null {
  return answer?.outcome === 'answered' ? answer.text : null
}

function servedBy(answers: readonly ModelAnswer[]): JudgeCalibration['served'] {
  const groups = Map.groupBy(
    answers.filter(({ outcome }) => outcome !== 'failed'),
    ({ providerModel, servedModel }) => providerModel ?? servedModel,
  )
  return [...groups]
    .map(([model, some]) => ({ model, answers: some.length }))
    .toSorted((a, b) => b.answers - a.answers)
}

/** The newest calibration of a judge on these very tasks that came to its end; null: there is none. */
export async function newestCalibration(
  store: Pick<Store, 'trials'>,
  judge: NonNullable<ConfigQualification['judge']>,
  set: TaskSet,
): Promise<NonNullable<TrialParameters['calibration']> | null> {
  const known = calibratedSet(set)
  const wanted = calibratedDigests(known)
  for (const record of await store.trials.listMeasurements('judge-calibration')) {
    const read = CalibrationRegistration.safeParse(record.registration)
    const isWanted =
      read.success &&
      record.state === 'decided' &&
      read.data.judge.model === judge.model &&
      read.data.judge.route === judge.route &&
      read.data.set.corpus === wanted.corpus &&
      read.data.set.answers === wanted.answers
    if (!isWanted) continue
    const report = digest(canonicalJson(await storedCalibration(store, record, known)))
    return { measurement: record.id, report }
  }
  return null
}

/** What a trial's registration names, computed anew; null: it does not come to the same any more. */
export async function namedCalibration(
  store: Pick<Store, 'trials'>,
  named: NonNullable<TrialParameters['calibration']>,
  set: TaskSet,
): Promise<JudgeCalibration | null> {
  const record = await store.trials.find(named.measurement)
  if (record === null) return null
  const calibration = await storedCalibration(store, record, calibratedSet(set))
  return digest(canonicalJson(calibration)) === named.report ? calibration : null
}

async function storedCalibration(
  store: Pick<Store, 'trials'>,
  record: TrialRecord,
  set: TaskSet,
): Promise<JudgeCalibration> {
  const answers = new Map<string, ModelAnswer>()
  let lost = 0
  for await (const { item, arm, attempt, answer } of keptCalls(store, record.id)) {
    if (answer === null) lost += 1
    else answers.set(nameOfCall({ item, arm, attempt } as PlannedCall), answer)
  }
  return calibrationOf(record, set, (call) => answers.get(nameOfCall(call)) ?? null, lost)
}
