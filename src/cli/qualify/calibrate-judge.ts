import { randomInt } from 'node:crypto'
import { canonicalJson } from '../../base/canonical-json.ts'
import { digest } from '../../base/digest.ts'
import { Fault } from '../../base/fault.ts'
import { plainRubric, type TaskSet } from '../../qualification/index.ts'
import { calibrationText } from '../../report/index.ts'
import type { ConfigWorkflow, HoldfastConfig } from '../../schema/holdfast-config.ts'
import { CalibrationRegistration } from '../../schema/judge-calibration.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { Store } from '../../store/index.ts'
import { actorOf } from '../record-actor.ts'
import { readTaskSet } from '../tasks/read-task-set.ts'
import { printOut } from '../write-output.ts'
import { familyOf } from './answerer.ts'
import { workflowNamed } from './guardrail-targets.ts'
import { type JudgeTarget, judgeTarget } from './judge-target.ts'
import {
  calibratedDigests,
  calibratedSet,
  calibrationOf,
  judgementsOf,
} from './judge-calibrations.ts'
import {
  beginMeasurement,
  endMeasurement,
  haltFault,
  measurementRun,
  whileMeasuring,
} from './measurement-calls.ts'
import { budgetFor } from './trial-budget.ts'
import { trialProgress } from './trial-progress.ts'
import { modelCandidatesOf } from './trial-target.ts'
import { note, type TrialWorkspace, withTrials } from './trial-workspace.ts'
import { readTriedTasks } from './tried-tasks.ts'

export interface CalibrateFlags {
  readonly config?: string
  readonly workflow?: string
  readonly candidate?: readonly string[]
  readonly rubric?: string
  readonly votes: number
  readonly budget?: string
  readonly askAgain: boolean
  readonly by?: string
  readonly format: 'text' | 'json'
}

/** `holdfast qualify calibrate [SET]`. */
export async function calibrateJudge(
  setName: string | undefined,
  flags: CalibrateFlags,
): Promise<void> {
  await withTrials(flags, async (workspace) => {
    const workflow = workflowNamed(workspace.config, flags.workflow)
    const judge = impartialJudge(workspace.config, workflow, flags)
    const set = await calibrationSet(workspace, workflow, setName)
    const budget = budgetFor(
      flags.budget,
      'calibration',
      [{ model: judge.model, route: judge.route.id }],
      workspace,
    )
    await whileMeasuring(workspace, async ({ asker, store, signal }) => {
      const asked = registrationOf(workspace.config, workflow, judge, set, flags)
      const record = await beginMeasurement(workspace, store, await recordOf(store, asked, flags))
      const registration = CalibrationRegistration.parse(record.registration)
      const questions = judgementsOf(set, registration)
      const progress = trialProgress(process.stderr, judge.model, budget?.currency ?? null)
      const run = measurementRun({
        workspace,
        asker,
        store,
        record,
        seed: registration.seed,
        asked: { candidate: null, judge },
        budget,
        isAskingAgain: flags.askAgain,
        signal,
        onAnswer: ({ answered, cost }) =>
          progress.update({
            phase: 'judging',
            answered,
            planned: questions.length,
            cost,
            look: null,
          }),
      })
      try {
        await run.takeStock()
        const halt = await run.ask(questions)
        if (halt !== null) throw haltFault(halt, 'calibration')
      } finally {
        progress.end()
      }
      const calibration = calibrationOf(record, set, (call) => run.answer(call), run.lost.length)
      if (run.lost.length > 0)
        note(
          `${run.lost.length} calls were lost when a process ended; --ask-again pays for them anew`,
        )
      else await endMeasurement(workspace, store, record, digest(canonicalJson(calibration)))
      await printOut(
        flags.format === 'json'
          ? `${JSON.stringify(calibration, null, 2)}\n`
          : calibrationText(calibration),
      )
    })
  })
}

/** The judge of holdfast.yaml, of the family of none that it will judge. */
function impartialJudge(
  config: HoldfastConfig,
  workflow: ConfigWorkflow,
  flags: Pick<CalibrateFlags, 'candidate'>,
): JudgeTarget {
  const judge = judgeTarget(config, workflow)
  if (judge === null)
    throw new Fault('HF_TRIAL_UNREADY', 'holdfast.yaml names no judge', {
      expected: '`qualification.judge` with model and route',
    })
  const side = sidesOf(config, workflow, flags).find(
    (model) => familyOf(model) === familyOf(judge.model),
  )
  if (side === undefined) return judge
  throw new Fault(
    'HF_TRIAL_UNREADY',
    `the judge \`${judge.model}\` is of the family of \`${side}\`, which it would judge`,
    { expected: 'a judge of a vendor that is on neither side' },
  )
}

function sidesOf(
  config: HoldfastConfig,
  workflow: ConfigWorkflow,
  { candidate }: Pick<CalibrateFlags, 'candidate'>,
): readonly string[] {
  const candidates = modelCandidatesOf(config, workflow, candidate).map(({ model }) => model)
  return [...new Set([...(workflow.model === undefined ? [] : [workflow.model]), ...candidates])]
}

async function calibrationSet(
  { configPath }: TrialWorkspace,
  workflow: ConfigWorkflow,
  name: string | undefined,
): Promise<TaskSet> {
  if (name === undefined && workflow.trial === undefined)
    throw new Fault('HF_TRIAL_UNREADY', `workflow \`${workflow.id}\` has no \`trial\``, {
      expected: 'the task set whose known answers are judged, as an argument',
    })
  const set =
    name === undefined && workflow.trial !== undefined
      ? (await readTriedTasks(configPath, workflow.trial)).set
      : await readTaskSet(name ?? '')
  const known = calibratedSet(set)
  if (known.tasks.length > 0) return known
  throw new Fault('HF_TRIAL_UNREADY', `\`${set.header.id}\` has no known answers`, {
    expected: '`knownGood` and `knownBad` at some of its tasks',
  })
}

function registrationOf(
  config: HoldfastConfig,
  workflow: ConfigWorkflow,
  judge: JudgeTarget,
  set: TaskSet,
  flags: CalibrateFlags,
): CalibrationRegistration {
  return {
    schemaVersion: 1,
    kind: 'judge-calibration',
    workflow: workflow.id,
    judge: { model: judge.model, route: judge.route.id, workflow: judge.workflow },
    sides: [...sidesOf(config, workflow, flags)],
    set: {
      id: set.header.id,
      ...calibratedDigests(set),
      tasks: set.tasks.length,
    },
    rubric: flags.rubric ?? plainRubric,
    votes: flags.votes,
    seed: randomInt(2 ** 31),
  }
}

/** The calibration that is open and asks the same, else a new one. */
async function recordOf(
  store: Store,
  registration: CalibrationRegistration,
  flags: Pick<CalibrateFlags, 'by'>,
): Promise<TrialRecord> {
  const asked = ({ seed: _seed, ...rest }: CalibrationRegistration): string => canonicalJson(rest)
  const all = await store.trials.listMeasurements(registration.kind, registration.workflow)
  const open = all.find((one) => {
    const own = CalibrationRegistration.safeParse(one.registration)
    const isOpen = one.state === 'registered' || one.state === 'running'
    return isOpen && own.success && asked(own.data) === asked(registration)
  })
  return (
    open ??
    (await store.trials.register({
      workflow: registration.workflow,
      candidate: registration.judge.model,
      route: registration.judge.route,
      registration,
      createdBy: actorOf(flags.by),
    }))
  )
}
