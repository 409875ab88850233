export type { Contingency, Permission } from './contingency.ts'
export { type Evaluation, evaluate } from './engine/evaluate.ts'
export { type CutSetOptions, findCutSets, type HeldState } from './engine/find-cut-sets.ts'
export { measureExposure } from './engine/measure-exposure.ts'
export {
  type AllContingencies,
  simulateAll,
  type SimulateAllOptions,
} from './engine/simulate-all.ts'
export { simulationLimits } from './limits.ts'
export type { Option, Portfolio, PortfolioWorkflow } from './portfolio.ts'
export { buildPortfolio, withExclusions } from './build-portfolio.ts'
export type { BuiltPortfolio, PortfolioInput } from './build-portfolio.ts'
export { canonicalElement, isAlwaysKnown, kindOf, suggestElements } from './portfolio/element-id.ts'
export { catalogueElements } from './portfolio/catalogue-facts.ts'
export {
  assembleSimulation,
  onlyWorse,
  withoutCountsInReasons,
  withoutSmallCounts,
} from './assemble-simulation.ts'
export type { SimulationParts } from './assemble-simulation.ts'
export { allOf, dataExclusion, permissionUnder } from './policy-permission.ts'
export type { PolicySource, RulesAt } from './policy-permission.ts'
export { withWithdrawals } from './withdrawn-models.ts'
export type { ElementId } from './portfolio.ts'
export { applyRemedies } from './remedy/apply-remedies.ts'
export type { CandidateAction } from './remedy/candidate-action.ts'
export { type ActionPricing, actionPricing } from './remedy/action-cost.ts'
export {
  type Authorisable,
  candidateActions,
  type CandidateInput,
} from './remedy/candidate-actions.ts'
export { offeredModels } from './remedy/offered-models.ts'
export { type OfferedRoute, offeredRoutes, withOfferedRoutes } from './remedy/offered-routes.ts'
export { isTargeted, type TargetedFront } from './remedy/demands.ts'
export type { Front } from './remedy/front.ts'
export { planRemedies, type RemedyRequest } from './remedy/plan-remedies.ts'
export type { RemedySolver, SolverAnswer } from './remedy/remedy-solver.ts'
export {
  defaultTarget,
  parseTarget,
  type RemedyTarget,
  type TargetContingency,
  targetGrammar,
} from './remedy/remedy-target.ts'
export {
  assessSovereignty,
  homesOf,
  type SovereigntyInput,
} from './sovereignty/assess-sovereignty.ts'
export {
  type AnswerProblem,
  type AttestedAnswer,
  checkAnswers,
} from './sovereignty/check-answers.ts'
export {
  gatherEvidence,
  type PortfolioEvidence,
  type SovereigntyFacts,
} from './sovereignty/portfolio-evidence.ts'
export { sovereigntyFacts } from './sovereignty/sovereignty-facts.ts'
