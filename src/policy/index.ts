export type { DirectiveState } from './directive-state.ts'
export type {
  PolicyAuthorisation,
  PolicyModel,
  PolicyRoute,
  PolicyWorkflow,
  PolicyWorld,
  Principal,
} from './principal.ts'
