import { graderProblems } from '../../qualification/index.ts'
import type { Preregistration } from '../../schema/preregistration.ts'
import { familyOf } from './answerer.ts'
import { toolProblem } from './ask-tool.ts'
import type { FrozenUse } from './frozen-use.ts'
import { registrationRules } from './registration.ts'
import { judgeProblem } from './judge-target.ts'
import { isTool, type TrialTarget } from './trial-target.ts'
import type { TrialWorkspace } from './trial-workspace.ts'
import type { TriedTasks } from './tried-tasks.ts'

/** What can be known to go wrong before anybody is asked and paid. */
export function planProblems(
  target: TrialTarget,
  { set, needsJudge }: TriedTasks,
  frozen: FrozenUse | null,
  { config }: TrialWorkspace,
): readonly string[] {
  const { workflow, candidate, incumbent, trial } = target
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
  if (needsJudge) {
    const problem = judgeProblem(config, workflow) ?? judgeFamilyProblem(target, config)
    if (problem !== null) problems.push(problem)
  }
  const hasForm = set.tasks.some(({ request: { output } }) => (output?.kind ?? 'text') !== 'text')
  if (trial.gates.format !== undefined && !hasForm)
    problems.push('`gates.format` is set, and no task asks for a form (`output`)')
  const hasTools = set.tasks.some(({ request: { tools = [] } }) => tools.length > 0)
  if (trial.gates.toolCalls !== undefined && !hasTools)
    problems.push('`gates.toolCalls` is set, and no task has tools')
  const tool = isTool(candidate) ? toolProblem(candidate, set.tasks) : null
  if (tool !== null) problems.push(tool)
  if (candidate.model === incumbent.model && candidate.route.id === incumbent.route.id)
    problems.push('candidate and incumbent are the same')
  const missing = set.tasks.length - (frozen?.covered ?? set.tasks.length)
  if (missing > set.tasks.length * registrationRules.unscoredShareMax)
    problems.push(
      `the frozen answers lack ${missing} of ${set.tasks.length} tasks; freeze anew, or --fresh asks the incumbent`,
    )
  return problems
}

function judgeFamilyProblem(
  { candidate, incumbent }: TrialTarget,
  { qualification }: TrialWorkspace['config'],
): string | null {
  const judge = qualification?.judge
  if (judge === undefined) return 'graders ask for a judge, and `qualification.judge` names none'
  const families = [candidate, incumbent].map(({ model }) => familyOf(model))
  return families.includes(familyOf(judge.model))
    ? `the judge \`${judge.model}\` is of the family of one of those it judges`
    : null
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
