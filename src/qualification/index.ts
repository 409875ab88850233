export {
  type Arm,
  type PlannedCall,
  plannedCalls,
  sampledItems,
  scrambledItems,
} from './trials/planned-calls.ts'
export { type GatewayAnswer, readModelAnswer, timedOut } from './trials/read-model-answer.ts'
export { type CallJournal, type Halt, runCalls, UnreachableError } from './trials/run-calls.ts'
