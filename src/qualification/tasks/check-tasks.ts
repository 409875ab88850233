import { canonicalJson } from '../../base/canonical-json.ts'
import type { Task } from '../../schema/task-set.ts'
import { graderProblems } from '../graders/grade-answer.ts'
import { taskText } from '../graders/judge-question.ts'
import { NearBook, sketchOf, wordsOf } from './near-text.ts'
import type { TaskSet } from './task-set.ts'

export const taskProblemKinds = [
  'no-graders',
  'grader-settings',
  'duplicate',
  'near-duplicate',
  'leaked-answer',
  'unbalanced-clusters',
  'few-clusters',
  'few-tasks',
  'no-known-answers',
  'no-licence',
  'no-provenance',
  'not-redacted',
  'not-reviewed',
] as const
export type TaskProblemKind = (typeof taskProblemKinds)[number]

export interface TaskProblem {
  readonly kind: TaskProblemKind
  /** `error`: a trial on it would mislead; `warning`: its owner should know. */
  readonly weight: 'error' | 'warning'
  readonly tasks: readonly string[]
  readonly message: string
}

export interface CheckOptions {
  /** How many tasks a trial needs; the planner knows. Null: not asked. */
  readonly tasksNeeded: number | null
}

/** Fewer clusters than this, and no clustered test can ever find anything (2^(1 − G)). */
const clustersMin = 6
/** From so many on a cluster-robust bound is trustworthy. */
const clustersAdvised = 30
/** A cluster with more than this share of the tasks decides alone. */
const clusterShareMax = 0.25
/** A shorter answer stands in many texts by chance. */
const leakWordsMin = 3
const leakLettersMin = 16

/** All that is wrong with a task set, before anything is asked of a model. */
export function checkTasks(set: TaskSet, options: CheckOptions): readonly TaskProblem[] {
  return [
    ...settingsProblems(set.tasks),
    ...duplicates(set.tasks),
    ...leaks(set.tasks),
    ...clusterProblems(set.tasks),
    ...powerProblems(set.tasks, options.tasksNeeded),
    ...paperProblems(set),
  ]
}

function settingsProblems(tasks: readonly Task[]): readonly TaskProblem[] {
  const ungraded = tasks.filter(({ graders }) => graders === undefined)
  const unmeasured = tasks.filter(
    ({ knownGood = [], knownBad = [] }) => knownGood.length === 0 || knownBad.length === 0,
  )
  return [
    ...problem('no-graders', 'error', ungraded, 'no grader judges these tasks'),
    ...tasks.flatMap((task) =>
      graderProblems(task).flatMap((message) =>
        problem('grader-settings', 'error', [task], message),
      ),
    ),
    ...(unmeasured.length === tasks.length
      ? problem(
          'no-known-answers',
          'warning',
          unmeasured,
          'no task has a known good and a known bad answer, so that the graders cannot be measured',
        )
      : []),
  ]
}

function duplicates(tasks: readonly Task[]): readonly TaskProblem[] {
  const exact = groupsBy(tasks, ({ request }) => canonicalJson(request))
  const firsts = exact.flatMap(([first]) => (first === undefined ? [] : [first]))
  return [
    ...exact
      .filter((group) => group.length > 1)
      .flatMap((group) => problem('duplicate', 'error', group, 'these ask the very same')),
    ...nearDuplicates(firsts).flatMap((group) =>
      problem(
        'near-duplicate',
        'warning',
        group,
        'these ask nearly the same; tasks of one template belong to one cluster',
      ),
    ),
  ]
}

/** Tasks of one cluster may be alike. */
function nearDuplicates(tasks: readonly Task[]): readonly (readonly Task[])[] {
  const book = new NearBook<Task>()
  return tasks.flatMap((task) => {
    const sketch = sketchOf(ownText(task))
    const earlier = book.nearest(
      sketch,
      (other) => task.cluster === undefined || task.cluster !== other.cluster,
    )
    book.add(sketch, task)
    return earlier === null ? [] : [[earlier, task]]
  })
}

/** Without the instruction that all share, which would make every two tasks alike. */
function ownText({ request }: Task): string {
  return taskText({ id: '', request: { messages: request.messages } })
}

/** One of each, whatever cluster it is of: a call of a conversation repeats all that was asked before it. */
export function withoutNearCopies(tasks: readonly Task[]): readonly Task[] {
  const book = new NearBook<Task>()
  return tasks.filter((task) => {
    const sketch = sketchOf(ownText(task))
    if (book.nearest(sketch) !== null) return false
    book.add(sketch, task)
    return true
  })
}

function leaks(tasks: readonly Task[]): readonly TaskProblem[] {
  const leaking = tasks.filter((task) => {
    const asked = ` ${wordsOf(taskText(task)).join(' ')} `
    return answersOf(task.expected).some((text) => {
      const words = wordsOf(text)
      const isTelling = words.length >= leakWordsMin && words.join('').length >= leakLettersMin
      return isTelling && asked.includes(` ${words.join(' ')} `)
    })
  })
  return problem(
    'leaked-answer',
    'warning',
    leaking,
    'the expected answer stands word for word in what is asked',
  )
}

/** Texts that are an answer as a whole. Members of JSON are often quoted from the task, and rightly so. */
function answersOf(expected: unknown): readonly string[] {
  if (typeof expected === 'string') return [expected]
  return Array.isArray(expected) ? expected.filter((one) => typeof one === 'string') : []
}

function clusterProblems(tasks: readonly Task[]): readonly TaskProblem[] {
  const clustered = tasks.filter(({ cluster }) => cluster !== undefined)
  if (clustered.length === 0) return []
  // A task without a cluster is one of its own.
  const groups = groupsBy(tasks, ({ cluster, id }) => cluster ?? `\0${id}`)
  const large = groups.filter(
    (group) => group.length > 1 && group.length > tasks.length * clusterShareMax,
  )
  return [
    ...large.flatMap((group) =>
      problem(
        'unbalanced-clusters',
        'warning',
        group,
        `the cluster \`${group[0]?.cluster ?? ''}\` has ${group.length} of ${tasks.length} tasks and decides nearly alone`,
      ),
    ),
    ...(groups.length < clustersMin
      ? problem(
          'few-clusters',
          'error',
          [],
          `${groups.length} clusters; a clustered trial needs ${clustersMin}, better ${clustersAdvised}`,
        )
      : groups.length < clustersAdvised
        ? problem(
            'few-clusters',
            'warning',
            [],
            `${groups.length} clusters; better are ${clustersAdvised}`,
          )
        : []),
  ]
}

function powerProblems(tasks: readonly Task[], needed: number | null): readonly TaskProblem[] {
  if (needed === null || tasks.length >= needed) return []
  return problem(
    'few-tasks',
    'warning',
    [],
    `${tasks.length} tasks; a trial with the margin and discordance given needs ${needed}`,
  )
}

function paperProblems({ header, tasks }: TaskSet): readonly TaskProblem[] {
  const unlicensed =
    header.licence === undefined ? tasks.filter(({ licence }) => licence === undefined) : []
  const unsourced =
    header.provenance === undefined
      ? tasks.filter(({ provenance }) => provenance === undefined)
      : []
  const isMadeUp = header.provenance?.kind === 'synthetic'
  return [
    ...problem(
      'no-licence',
      'warning',
      unlicensed,
      'it is not said under which licence these may be used',
    ),
    ...problem('no-provenance', 'warning', unsourced, 'it is not said where these are from'),
    ...(isMadeUp || (header.redaction !== undefined && header.redaction.state !== 'none')
      ? []
      : problem(
          'not-redacted',
          'warning',
          [],
          'secrets and personal data were not taken out, and nobody says that there are none',
        )),
    ...(header.review === undefined
      ? []
      : problem(
          'not-reviewed',
          'warning',
          [],
          'nobody has looked through these tasks yet: rules find no name that nothing marks as one; then take `review` out of the header',
        )),
  ]
}

function problem(
  kind: TaskProblemKind,
  weight: TaskProblem['weight'],
  tasks: readonly Task[],
  message: string,
): readonly TaskProblem[] {
  const isAboutTasks = !(
    ['few-clusters', 'few-tasks', 'not-redacted', 'not-reviewed'] as readonly string[]
  ).includes(kind)
  if (isAboutTasks && tasks.length === 0) return []
  return [{ kind, weight, tasks: tasks.map(({ id }) => id), message }]
}

function groupsBy(
  tasks: readonly Task[],
  keyOf: (task: Task) => string,
): readonly (readonly Task[])[] {
  const groups = new Map<string, Task[]>()
  for (const task of tasks) {
    const key = keyOf(task)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [task])
    else group.push(task)
  }
  return [...groups.values()]
}
