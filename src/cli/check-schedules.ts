import { comingRuns, dueRuns } from '../qualification/index.ts'
import type { ConfigWorkflow, HoldfastConfig } from '../schema/holdfast-config.ts'
import { type CheckFinding, finding, findingsOf, looked } from './check-finding.ts'
import { type TargetPlan, planTarget } from './qualify/plan-target.ts'
import {
  requalificationJobs,
  scheduledWorkflow,
  scheduleFaults,
  scheduleState,
} from './qualify/schedule/scheduled-workflows.ts'
import { budgetOf } from './qualify/trial-budget.ts'
import { nameOfTarget, trialTargets } from './qualify/trial-target.ts'
import { type TrialWorkspace, withTrials } from './qualify/trial-workspace.ts'

/**
 * Whether trials that run by themselves can: the rule of the schedule, candidates, tasks and graders, the budget; and when
 * the next one runs.
 */
export async function checkSchedules(
  config: HoldfastConfig,
  configPath: string,
): Promise<readonly CheckFinding[]> {
  const scheduled = config.workflows.filter(({ trial }) => trial?.schedule !== undefined)
  if (scheduled.length === 0) return []
  const findings: CheckFinding[] = []
  await looked('trials', findings, () =>
    withTrials({ config: configPath }, async (workspace) => {
      for (const workflow of scheduled)
        findings.push(...(await findingsOfSchedule(workspace, workflow)))
    }),
  )
  return findings
}

async function findingsOfSchedule(
  workspace: TrialWorkspace,
  workflow: ConfigWorkflow,
): Promise<readonly CheckFinding[]> {
  const { config, now } = workspace
  const findings = scheduleFaults(config, workflow, Date.parse(now)).flatMap((fault) =>
    findingsOf('trials', fault),
  )
  const isKept = findings.length === 0
  const plans = await looked('trials', findings, () => plansOf(workspace, workflow))
  for (const plan of plans ?? []) {
    findings.push(
      ...plan.problems.map((one) => finding('trials', 'problem', `${plan.name}: ${one}`)),
    )
    await looked('trials', findings, async () => findings.push(...budgetFindings(workspace, plan)))
  }
  if (isKept && plans !== null)
    await looked('trials', findings, async () =>
      findings.push(finding('trials', 'note', await nextRun(workspace, workflow))),
    )
  return findings
}

/** Each candidate as it would be tried now. */
async function plansOf(
  workspace: TrialWorkspace,
  { id }: ConfigWorkflow,
): Promise<readonly TargetPlan[]> {
  const targets = trialTargets(workspace.config, { workflow: [id] })
  const names = targets.map(nameOfTarget)
  const plans: TargetPlan[] = []
  for (const [at, target] of targets.entries()) {
    const options = { discordance: 0.1, isFresh: false, isShared: at > 0 }
    plans.push(await planTarget(workspace, target, options, names))
  }
  return plans
}

/** Throws where a budget cannot be kept for want of prices. */
function budgetFindings(workspace: TrialWorkspace, plan: TargetPlan): readonly CheckFinding[] {
  const budget = workspace.config.qualification?.budget
  if (budget === undefined) return []
  budgetOf(undefined, plan, workspace)
  const { cost, name } = plan
  if (cost === null || cost.currency !== budget.currency || cost.amount <= budget.amount) return []
  const text = `${name}: a trial costs about ${cost.amount.toFixed(2)} ${cost.currency}, more than the budget of ${budget.amount}: it would stop on the way`
  return [finding('trials', 'warning', text)]
}

async function nextRun(workspace: TrialWorkspace, workflow: ConfigWorkflow): Promise<string> {
  const { config, keeper } = workspace
  const scheduled = scheduledWorkflow(config, workflow)
  if (scheduled === null) throw new TypeError('a workflow with a schedule is scheduled')
  const now = Date.parse(workspace.now)
  const store = await keeper.store.ifThere()
  const state =
    store === null
      ? { verdicts: [], since: now, now }
      : await scheduleState(scheduled, { store, jobs: await requalificationJobs(store), now })
  const due = dueRuns(scheduled, state)
  const [next] = [...due, ...comingRuns(scheduled, state)]
  const name = `\`${workflow.id}\``
  if (next === undefined)
    return `${name} is tried again by itself once a person has qualified a candidate`
  const who = next.candidate === null ? 'all candidates' : `\`${next.candidate}\``
  return due.length > 0
    ? `${name} is due to be tried again since ${next.dueAt}: ${who}`
    : `${name} is tried again at ${next.dueAt}: ${who}`
}
