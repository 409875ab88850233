import { Fault } from '../../base/fault.ts'
import { printOut } from '../write-output.ts'
import { planTarget, type TargetPlan } from './plan-target.ts'
import { planText } from './plan-text.ts'
import { nameOfTarget, trialTargets } from './trial-target.ts'
import { type TrialFlags, type TrialWorkspace, withTrials } from './trial-workspace.ts'

export interface PlanFlags extends TrialFlags {
  readonly workflow?: readonly string[] | undefined
  readonly candidate?: readonly string[] | undefined
  readonly discordance: number
  /** The incumbent is asked, though frozen answers are there. */
  readonly fresh: boolean
}

/** `holdfast qualify plan`: what would be registered, what it takes, and what the tasks can show. Nothing is asked. */
export async function planTrials(flags: PlanFlags): Promise<void> {
  await withTrials(flags, async (workspace) => {
    const plans = await plansFor(workspace, flags)
    await printOut(
      flags.format === 'json'
        ? `${JSON.stringify({ schemaVersion: 1, trials: plans.map(shown) }, null, 2)}\n`
        : plans.map((plan) => planText(plan, plans.length)).join('\n'),
    )
  })
}

export async function plansFor(
  workspace: TrialWorkspace,
  flags: PlanFlags,
): Promise<readonly TargetPlan[]> {
  const targets = trialTargets(workspace.config, flags)
  const names = targets.map(nameOfTarget)
  const options = { discordance: flags.discordance, isFresh: flags.fresh }
  const plans: TargetPlan[] = []
  for (const [at, target] of targets.entries()) {
    const isShared = targets.slice(0, at).some(({ workflow }) => workflow.id === target.workflow.id)
    plans.push(await planTarget(workspace, target, { ...options, isShared }, names))
  }
  return plans
}

/** Before anything is registered: one that cannot begin keeps all of the plan from it. */
export function confirmReady(plans: readonly TargetPlan[]): void {
  const problems = plans.flatMap(({ name, problems: of }) => of.map((one) => `${name}: ${one}`))
  const [first, ...others] = problems
  if (first === undefined) return
  throw new Fault('HF_TRIAL_UNREADY', first, {
    expected: 'tasks, graders and routes with which a trial can be decided',
    others,
  })
}

function shown({ name, registration, size, calls, cost, problems, notices }: TargetPlan): object {
  return { name, registration, size, calls, cost, problems, notices }
}
