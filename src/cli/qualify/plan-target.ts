import type { Preregistration } from '../../schema/preregistration.ts'
import { type FrozenUse, frozenFor } from './frozen-use.ts'
import { type CostEstimate, costEstimate, countCalls, type PlannedCounts } from './plan-costs.ts'
import { planNotices, planProblems } from './plan-problems.ts'
import { type SizeEstimate, sizeOf } from './plan-size.ts'
import { registrationOf } from './registration.ts'
import { trialDigests } from './trial-digests.ts'
import { nameOfTarget, type TrialTarget } from './trial-target.ts'
import type { TrialWorkspace } from './trial-workspace.ts'
import { readTriedTasks, type TriedTasks } from './tried-tasks.ts'

/** One comparison as it would be registered, and what it takes. */
export interface TargetPlan {
  /** `workflow: model@route`. */
  readonly name: string
  readonly target: TrialTarget
  readonly tried: TriedTasks
  readonly frozen: FrozenUse | null
  /** As it would be registered now. */
  readonly registration: Preregistration
  /** What keeps it from beginning; nothing is asked then. */
  readonly problems: readonly string[]
  readonly notices: readonly string[]
  readonly size: SizeEstimate
  readonly calls: PlannedCounts
  readonly cost: CostEstimate | null
}

export interface PlanOptions {
  readonly discordance: number
  /** Frozen answers are not used. */
  readonly isFresh: boolean
  /** A trial before it in the plan asks the same incumbent the same. */
  readonly isShared: boolean
}

export async function planTarget(
  workspace: TrialWorkspace,
  target: TrialTarget,
  options: PlanOptions,
  names: readonly string[],
): Promise<TargetPlan> {
  const judge = workspace.config.qualification?.judge
  const { config, catalogue, configPath } = workspace
  const tried = await readTriedTasks(configPath, target.trial)
  const { candidate, incumbent } = target
  const digests = await trialDigests({
    config,
    catalogue,
    candidate,
    incumbent,
    tasks: tried.set,
    tasksFolder: tried.folder,
  })
  const frozen = options.isFresh ? null : await frozenFor(workspace.folder, target, tried)
  const name = nameOfTarget(target)
  const problems = planProblems(target, tried, frozen, workspace)
  const registration = registrationOf(
    { target, tried, frozen, digests, judge, workspace },
    { at: workspace.now, seed: 0, plan: { id: 'planned', trials: [...names] }, earlierTrials: 0 },
  )
  const calls = countCalls(registration, tried, options.isShared)
  return {
    name,
    target,
    tried,
    frozen,
    registration,
    problems,
    notices: planNotices(tried, frozen, registration),
    size: sizeOf(registration, tried, options.discordance),
    calls,
    cost: costEstimate(target, tried, calls, workspace),
  }
}
