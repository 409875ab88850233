import { graderProblems } from '../../qualification/index.ts'
import type { Preregistration } from '../../schema/preregistration.ts'
import { familyOf } from './answerer.ts'
import type { FrozenUse } from './frozen-use.ts'
import { registrationRules } from './registration.ts'
import type { TrialTarget } from './trial-target.ts'
import type { TrialWorkspace } from './trial-workspace.ts'
import type { TriedTasks } from './tried-tasks.ts'

/** What can be known to go wrong before anybody is asked and paid. */
export function planProblems(
  { candidate, incumbent, trial }: TrialTarget,
  { set, needsJudge }: TriedTasks,
  frozen: FrozenUse | null,
  { config }: TrialWorkspace,
): readonly string[] {
  const problems: string[] = []
  const clusters = new Set(set.tasks.map(({ id, cluster = id }) => cluster)).size
  if (clusters < registrationRules.clustersMin)
    problems.push(
      `\`${set.header.id}\` has ${clusters} clusters; under ${registrationRules.clustersMin} nothing can be shown`,
    )
  const wrong = set.tasks.flatMap((task) => {
    if (task.graders === undefined) return [`task \`${task.id}\` has no graders`]
    return graderProblems(task).map((one) => `task \`${task.id}\`: ${one}`)
  })
  problems.push(...wrong.slice(0, 3))
  if (wrong.length > 3) problems.push(`${wrong.length - 3} more tasks whose graders cannot work`)
  const judge = config.qualification?.judge
  if (needsJudge && judge === undefined)
    problems.push('graders ask for a judge, and `qualification.judge` names none')
  if (needsJudge && judge !== undefined) {
    const families = [candidate, incumbent].map(({ model }) => familyOf(model))
    if (families.includes(familyOf(judge.model)))
      problems.push(`the judge \`${judge.model}\` is of the family of one of those it judges`)
    const route = config.routes.find(({ id }) => id === judge.route)
    if (route === undefined || !Object.hasOwn(route.models, judge.model))
      problems.push(`no route \`${judge.route}\` leads to the judge \`${judge.model}\``)
  }
  const hasForm = set.tasks.some(({ request: { output } }) => (output?.kind ?? 'text') !== 'text')
  if (trial.gates.format !== undefined && !hasForm)
    problems.push('`gates.format` is set, and no task asks for a form (`output`)')
  const hasTools = set.tasks.some(({ request: { tools = [] } }) => tools.length > 0)
  if (trial.gates.toolCalls !== undefined && !hasTools)
    problems.push('`gates.toolCalls` is set, and no task has tools')
  if (candidate.model === incumbent.model && candidate.route.id === incumbent.route.id)
    problems.push('candidate and incumbent are the same')
  const missing = set.tasks.length - (frozen?.covered ?? set.tasks.length)
  if (missing > set.tasks.length * registrationRules.unscoredShareMax)
    problems.push(
      `the frozen answers lack ${missing} of ${set.tasks.length} tasks; freeze anew, or --fresh asks the incumbent`,
    )
  return problems
}

export function planNotices(
  { set }: TriedTasks,
  frozen: FrozenUse | null,
  { controls }: Preregistration,
): readonly string[] {
  const synthetic = set.header.provenance?.kind === 'synthetic'
  return [
    ...(frozen === null
      ? []
      : [
          `the incumbent is not asked: its answers of ${frozen.parameters.from.slice(0, 10)} to ${frozen.parameters.until.slice(0, 10)} are used`,
        ]),
    ...(controls.repeatWaived === null ? [] : ['no A/A comparison: see `repeatWaived`']),
    ...(synthetic
      ? ['the tasks are synthetic: they stand for your work only as far as they are like it']
      : []),
  ]
}
