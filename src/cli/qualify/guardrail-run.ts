import { randomInt } from 'node:crypto'
import { canonicalJson } from '../../base/canonical-json.ts'
import { digest } from '../../base/digest.ts'
import { type PhrasingSet, phrasingSetDigest } from '../../qualification/index.ts'
import { type GuardrailModel, GuardrailRegistration } from '../../schema/guardrail-report.ts'
import type { PhrasingKind } from '../../schema/phrasing-set.ts'
import type { TrialRecord } from '../../schema/trial-record.ts'
import type { Store } from '../../store/index.ts'
import { version } from '../installation.ts'
import { actorOf } from '../record-actor.ts'
import { familyOf } from './answerer.ts'
import type { GatewayAsker } from './ask-gateway.ts'
import {
  type GuardrailMeasurement,
  judgeQuestions,
  measuredModel,
  openMeasurement,
  questionOfMeasurement,
  sessionQuestions,
} from './guardrail-measure.ts'
import { guardrailReport, type GuardrailOutputFlags, tellGuardrail } from './guardrail-output.ts'
import { type GuardrailTarget, guardrailTargets } from './guardrail-targets.ts'
import {
  beginMeasurement,
  endMeasurement,
  haltFault,
  measurementRun,
  whileMeasuring,
} from './measurement-calls.ts'
import { readPhrasingSet } from './read-phrasing-set.ts'
import { budgetFor, type TrialBudget } from './trial-budget.ts'
import { type JudgeTarget, judgeTarget } from './judge-target.ts'
import { trialProgress } from './trial-progress.ts'
import { note, type TrialWorkspace, withTrials } from './trial-workspace.ts'

export interface GuardrailRunFlags extends GuardrailOutputFlags {
  readonly config?: string
  readonly workflow?: string
  readonly candidate?: readonly string[]
  readonly set: string
  readonly sessions: number
  readonly pair?: readonly [PhrasingKind, PhrasingKind]
  readonly budget?: string
  readonly askAgain: boolean
  readonly by?: string
}

/** Alpha of the test and of each side of intervals, and how often tasks are drawn for an interval over them. */
const rules = { alpha: 0.05, replicates: 2_000 } as const

/** `holdfast qualify guardrail run`: one model after the other. */
export async function runGuardrail(flags: GuardrailRunFlags): Promise<void> {
  await withTrials(flags, async (workspace) => {
    const set = await readPhrasingSet(flags.set)
    const targets = guardrailTargets(workspace.config, flags)
    const [{ workflow }] = targets
    const judge = judgeTarget(workspace.config, workflow)
    const asked = [...targets, ...(judge === null ? [] : [judge])]
    const budget = budgetFor(
      flags.budget,
      'guardrail run',
      asked.map(({ model, route }) => ({ model, route: route.id })),
      workspace,
    )
    await whileMeasuring(workspace, async (run) => {
      const models: GuardrailModel[] = []
      for (const target of targets)
        models.push(await measureTarget({ ...run, workspace, set, target, judge, budget, flags }))
      await tellGuardrail(guardrailReport(set, models), flags)
    })
  })
}

interface TargetParts {
  readonly workspace: TrialWorkspace
  readonly asker: GatewayAsker
  readonly store: Store
  readonly set: PhrasingSet
  readonly target: GuardrailTarget
  readonly judge: JudgeTarget | null
  readonly budget: TrialBudget | null
  readonly signal: AbortSignal
  readonly flags: GuardrailRunFlags
}

async function measureTarget(parts: TargetParts): Promise<GuardrailModel> {
  const { workspace, store, set, target, budget } = parts
  const judge = impartialJudge(parts)
  const record = await beginMeasurement(workspace, store, await recordOf(parts, judge))
  const measurement = openMeasurement(record, set)
  const name = `${target.model}@${target.route.id}`
  const questions = sessionQuestions(measurement)
  const progress = trialProgress(process.stderr, name, budget?.currency ?? null)
  const run = measurementRun({
    ...parts,
    record,
    seed: measurement.registration.seed,
    asked: { candidate: target, judge },
    isAskingAgain: parts.flags.askAgain,
    onAnswer: ({ answered, cost }) =>
      progress.update({ phase: 'asking', answered, planned: questions.length, cost, look: null }),
  })
  try {
    await run.takeStock()
    const halt =
      (await run.ask(questions)) ??
      (await run.ask(judgeQuestions(measurement, (call) => run.answer(call))))
    if (halt !== null) throw haltFault(halt, name)
  } finally {
    progress.end()
  }
  const lost = run.lost.filter(({ arm }) => arm === 'candidate').length
  const model = measuredModel(measurement, (call) => run.answer(call), lost)
  await endIfWhole(parts, measurement, model)
  return model
}

/** A model does not judge its own family: rules alone read its answers. */
function impartialJudge({ judge, target }: TargetParts): JudgeTarget | null {
  if (judge === null || familyOf(judge.model) !== familyOf(target.model)) return judge
  note(`the judge is of the family of \`${target.model}\`: rules alone read its answers`)
  return null
}

/** Calls that were lost may still be asked again; until then it stays open. */
async function endIfWhole(
  { workspace, store }: TargetParts,
  { record }: GuardrailMeasurement,
  model: GuardrailModel,
): Promise<void> {
  if (model.calls.lost > 0)
    note(`${model.calls.lost} calls were lost when a process ended; --ask-again pays for them anew`)
  else await endMeasurement(workspace, store, record, digest(canonicalJson(model)))
}

/** The measurement of this model that is open and asks the same, else a new one. */
async function recordOf(parts: TargetParts, judge: JudgeTarget | null): Promise<TrialRecord> {
  const { store, target, flags } = parts
  const registration = registrationOf(parts, judge)
  const all = await store.trials.listMeasurements(registration.kind, target.workflow.id)
  const open = all.find(
    (one) =>
      (one.state === 'registered' || one.state === 'running') &&
      questionOfMeasurement(GuardrailRegistration.parse(one.registration)) ===
        questionOfMeasurement(registration),
  )
  return (
    open ??
    (await store.trials.register({
      workflow: target.workflow.id,
      candidate: target.model,
      route: target.route.id,
      registration,
      createdBy: actorOf(flags.by),
    }))
  )
}

function registrationOf(
  { set, target, flags }: TargetParts,
  judge: JudgeTarget | null,
): GuardrailRegistration {
  return GuardrailRegistration.parse({
    schemaVersion: 1,
    kind: 'guardrail',
    workflow: target.workflow.id,
    model: target.model,
    route: target.route.id,
    set: { id: set.header.id, digest: phrasingSetDigest(set), tasks: set.tasks.length },
    sessions: flags.sessions,
    pair: flags.pair ?? set.header.pair,
    ...rules,
    seed: randomInt(2 ** 31),
    judge: judge === null ? null : { model: judge.model, route: judge.route.id },
    rules: version(),
  })
}
