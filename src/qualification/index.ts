export {
  analyseDisparity,
  type DisparityPlan,
  type DisparityReport,
  type PhrasingOutcome,
  type PhrasingRow,
} from './guardrail/analyse-disparity.ts'
export {
  type CostBasis,
  fewestTasks,
  planCost,
  planSequential,
  planSize,
  reachOf,
  type SequentialPlan,
  type SetReach,
  type SizePlan,
} from './plan/plan-trial.ts'
export { decideTogether, type TogetherResult } from './verdict/decide-together.ts'
export { decideTrial } from './verdict/decide-trial.ts'
export {
  changesBetween,
  type Standing,
  standingOf,
  type TrialFingerprint,
} from './verdict/standing-of.ts'
export type { TrialEvidence, TrialTask } from './verdict/trial-evidence.ts'
