import { visibleText } from '../../base/visible-text.ts'
import {
  checkTasks,
  type GraderAccuracy,
  graderAccuracy,
  type LabelledShare,
  type SetPlan,
  type TaskProblem,
  taskSetDigests,
  type WrongGrade,
} from '../../qualification/index.ts'
import { printOut } from '../write-output.ts'
import { graderToolsOf } from './grader-tools.ts'
import { planOf, type PlanFlags } from './plan-of-set.ts'
import { readTaskSet } from './read-task-set.ts'
import type { FormatFlags } from './show-tasks.ts'

export interface TasksCheckFlags extends FormatFlags, PlanFlags {
  readonly grade: boolean
  readonly failOn?: 'error' | 'warning' | undefined
}

interface CheckedSet {
  readonly name: string
  readonly tasks: number
  readonly corpus: string
  readonly problems: readonly TaskProblem[]
  /** Null: graders were not measured. */
  readonly accuracy: GraderAccuracy | null
  /** Null: nobody asked. */
  readonly plan: SetPlan | null
}

/** `holdfast tasks check SET…`. */
export async function checkTaskSets(
  names: readonly string[],
  flags: TasksCheckFlags,
): Promise<void> {
  const checked: CheckedSet[] = []
  for (const name of names) {
    const set = await readTaskSet(name)
    const plan = await planOf(set, flags)
    const needed = plan?.needed ?? (typeof flags.need === 'number' ? flags.need : null)
    checked.push({
      name,
      tasks: set.tasks.length,
      corpus: taskSetDigests(set).corpus,
      problems: checkTasks(set, { tasksNeeded: needed }),
      accuracy: flags.grade ? await graderAccuracy(set.tasks, graderToolsOf(name)) : null,
      plan,
    })
  }
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, sets: checked.map(checkedJson) }, null, 2)}\n`
      : checked.map(checkedText).join(''),
  )
  const weights = checked.flatMap(({ problems, accuracy }) => [
    ...problems.map(({ weight }) => weight),
    ...misgraded(accuracy).map(() => 'error' as const),
  ])
  const fails = flags.failOn === 'warning' ? weights.length > 0 : weights.includes('error')
  if (fails && flags.failOn !== undefined) process.exitCode = 1
}

/** An answer whose worth is known and that got no verdict is as bad as a wrong one. */
function misgraded(accuracy: GraderAccuracy | null): readonly WrongGrade[] {
  return accuracy === null ? [] : [...accuracy.wrong, ...accuracy.unscored]
}

function knownAnswers({ good, bad, unscored }: GraderAccuracy): number {
  return good.of + bad.of + unscored.length
}

function checkedJson({ name, tasks, corpus, problems, accuracy, plan }: CheckedSet) {
  return {
    name,
    tasks,
    corpus,
    problems,
    knownAnswers: accuracy === null ? null : knownAnswers(accuracy),
    accuracy: accuracy === null ? null : { good: accuracy.good, bad: accuracy.bad },
    misgraded: misgraded(accuracy),
    plan,
  }
}

function checkedText(one: CheckedSet): string {
  const wrong = misgraded(one.accuracy)
  const lines = [
    ...one.problems.map(
      ({ weight, kind, message, tasks }) =>
        `${weight}  ${kind}: ${message}${tasks.length === 0 ? '' : ` (${shortList(tasks)})`}`,
    ),
    ...wrong.map(
      ({ task, label, outcome, reason }) =>
        `error  misgraded: a known ${label} answer of ${task} is graded ${outcome} (${reason})`,
    ),
  ]
  const graded =
    one.accuracy === null
      ? ''
      : `, ${knownAnswers(one.accuracy)} known answers graded, ${wrong.length} of them wrongly`
  return `${[
    `${one.name}: ${one.tasks} ${one.tasks === 1 ? 'task' : 'tasks'}, ${lines.length === 0 ? 'nothing to say' : `${lines.length} to look at`}${graded}`,
    ...(one.accuracy === null || knownAnswers(one.accuracy) === 0
      ? []
      : accuracyLines(one.accuracy)),
    ...lines,
    ...(one.plan === null ? [] : planLines(one.plan)),
  ]
    .map(visibleText)
    .join('\n')}\n`
}

function accuracyLines({ good, bad }: GraderAccuracy): readonly string[] {
  return [`graders  good answers passed: ${shareText(good)}; bad ones failed: ${shareText(bad)}`]
}

/** The interval says what so few answers can show: all right is not always right. */
function shareText({ right, of, low, high }: LabelledShare): string {
  return of === 0 ? 'none known' : `${right} of ${of} (${low.toFixed(3)} to ${high.toFixed(3)})`
}

function planLines(plan: SetPlan): readonly string[] {
  const { margin, alpha, power, discordance, correlation, mode } = plan.design
  const twice = mode === 'e-process' ? ', by an e-process' : ''
  return [
    `need     ${plan.needed} tasks for a margin of ${margin} at alpha ${alpha}, power ${power} and ${percent(discordance)} discordance${twice}`,
    ...(plan.clusters === plan.tasks
      ? []
      : [
          `clusters ${plan.clusters} of ${plan.tasks} tasks: design effect ${plan.designEffect.toFixed(2)} at a correlation of ${correlation}; ${plan.neededAlone} were all on their own, ${plan.neededAtWorst} were clusters as one`,
        ]),
    `power    ${plan.power.toFixed(2)} with these ${plan.tasks}, were both sides alike${sequentialText(plan)}`,
    `shows    ${reachText(plan)}`,
  ]
}

function sequentialText({ sequential }: SetPlan): string {
  return sequential === null
    ? ''
    : `; ends after ${sequential.fewest} tasks at the earliest, ${sequential.mean} on average`
}

function reachText({ design, smallestMargin, marginWithPower, netLossesMax }: SetPlan): string {
  if (smallestMargin === null) return 'nothing: there are too few tasks for any margin'
  const usual =
    marginWithPower === null
      ? ''
      : `, of ${marginWithPower.toFixed(3)} with a power of ${design.power}`
  const own =
    netLossesMax === null
      ? `a margin of ${design.margin} cannot be shown, not even without a loss`
      : `for ${design.margin} the incumbent may win at most ${netLossesMax} tasks more`
  return `a margin of ${smallestMargin.toFixed(3)} without a single loss${usual}; ${own}`
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}

function shortList(tasks: readonly string[]): string {
  return tasks.length <= 6
    ? tasks.join(', ')
    : `${tasks.slice(0, 5).join(', ')} and ${tasks.length - 5} more`
}
