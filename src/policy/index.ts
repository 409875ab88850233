export {
  canRestrict,
  clauseOf,
  directiveStateAt,
  instantOf,
  isWithdrawn,
  widestInstantOf,
} from './directive-state.ts'
export type { DirectiveState, DirectiveTime, WithdrawnModel } from './directive-state.ts'
export type {
  PolicyAuthorisation,
  PolicyModel,
  PolicyRoute,
  PolicyWorkflow,
  PolicyWorld,
  Principal,
} from './principal.ts'
export { acceptDirective, lineText, personsOf } from './directives/accept-history.ts'
export type { Acceptance, AcceptanceRules } from './directives/accept-history.ts'
export { relieves } from './directives/relieves.ts'
export { amendDirective } from './directives/amend-directive.ts'
export {
  directiveBytesMax,
  directiveEntriesMax,
  recoveryCharactersMax,
} from './directives/limits.ts'
export { namedInDirective } from './directives/named-models.ts'
export type { NamedInDirective } from './directives/named-models.ts'
export { checkDirective } from './directives/check-directive.ts'
export type { CheckOptions, DirectiveFinding, KnownNames } from './directives/check-directive.ts'
export { selects } from './directives/selected-models.ts'
export type {
  CedarAnswer,
  CedarEngine,
  CedarEntity,
  CedarExpression,
  CedarPolicy,
  CedarPolicySet,
  CedarProblem,
  CedarRequest,
  CedarUid,
} from './cedar-engine.ts'
export { cedarSchema } from './cedar-schema.ts'
export { attestedClass } from './attested-class.ts'
export { classOfService } from './class-of-service.ts'
export type { Headcount } from './class-of-service.ts'
export { compileDirective, defaultDefinition, endOf } from './compile-directive.ts'
export { compileOwnPolicies } from './compile-own-policies.ts'
export { compileNoWorkflow, compileWorkflow } from './compile-workflow.ts'
export { decide, decideByEngine } from './decide.ts'
export type { Question } from './decide.ts'
export type { OwnPolicies } from './compile-own-policies.ts'
export { eligibilityClasses, personOf } from './person-of.ts'
export { buildSnapshot, openSnapshot } from './policy-snapshot.ts'
export type { PolicySnapshot, SnapshotInput } from './policy-snapshot.ts'
export type { SnapshotContent, SnapshotDirective } from './snapshot-content.ts'
export type { PolicyUnit, UnitReason, UnitRule } from './policy-unit.ts'
export { principalOf } from './principal-of.ts'
export { parseSnapshot, serialiseSnapshot, verifySnapshot } from './snapshot-file.ts'
export type { ParseOptions } from './snapshot-file.ts'
export { policyModels, policyRoutes, policyWorkflowOf, policyWorldOf } from './policy-world.ts'
export type { AlsoNamed, RegionJurisdiction } from './policy-world.ts'
export { buildTimeline } from './directives/build-timeline.ts'
export type { TimelineOptions } from './directives/build-timeline.ts'
export { checkCase } from './directives/check-case.ts'
export type { CaseResult } from './directives/check-case.ts'
