export {
  type Arm,
  orderedCalls,
  type PlannedCall,
  plannedCalls,
  sampledItems,
  scrambledItems,
} from './trials/planned-calls.ts'
export { type GatewayAnswer, readModelAnswer, timedOut } from './trials/read-model-answer.ts'
export { givenOf, type ScoredAnswer, scoreAnswer } from './trials/score-answer.ts'
export { looksOf, type TrialUnit, trialUnits } from './trials/trial-units.ts'
export {
  type CallJournal,
  type CallPace,
  type Halt,
  runCalls,
  UnreachableError,
} from './trials/run-calls.ts'
export {
  analyseDisparity,
  type DisparityPlan,
  type DisparityReport,
  type PhrasingOutcome,
  type PhrasingRow,
} from './guardrail/analyse-disparity.ts'
export { type Conversation, measureConsistency } from './guardrail/measure-consistency.ts'
export { outcomeQuestion, readOutcomeVerdict } from './guardrail/outcome-question.ts'
export { readOutcome } from './guardrail/read-outcome.ts'
export {
  type PhrasedRequest,
  phrasedRequests,
  type PhrasingSet,
  phrasingSetDigest,
  readPhrasings,
} from './guardrail/phrasing-set.ts'
export { correlationAssumed, planSet, type SetDesign, type SetPlan } from './plan/plan-set.ts'
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
export { cronProblem } from './schedule/cron-times.ts'
export {
  comingRuns,
  type DueRun,
  dueRuns,
  type ScheduledWorkflow,
  type ScheduleState,
} from './schedule/due-runs.ts'
export { decideTogether, type TogetherResult } from './verdict/decide-together.ts'
export { decideTrial } from './verdict/decide-trial.ts'
export {
  changesBetween,
  type Standing,
  standingOf,
  type TrialFingerprint,
} from './verdict/standing-of.ts'
export type { TrialEvidence, TrialTask } from './verdict/trial-evidence.ts'
export { isSameFamily } from './graders/cwe-family.ts'
export { gradeAnswer, graderProblems } from './graders/grade-answer.ts'
export type { AnswerGrade, GraderResult } from './graders/grade-answer.ts'
export {
  calibrationFigures,
  type CalibrationPlan,
  calibrationQuestions,
  knownAnswersDigest,
  plainRubric,
} from './graders/calibrate-judge.ts'
export { graderAccuracy } from './graders/grader-accuracy.ts'
export type { GraderAccuracy, LabelledShare, WrongGrade } from './graders/grader-accuracy.ts'
export { graders } from './graders/graders.ts'
export type {
  AskedJudge,
  Grade,
  Grader,
  GraderTools,
  Judge,
  Parties,
  PlugInGrader,
  TestJob,
  TestRun,
} from './graders/grader.ts'
export { readRefusal } from './graders/refusal-rules.ts'
export { importerFor, importTasks } from './importers/import-tasks.ts'
export type { ImportedTasks } from './importers/import-tasks.ts'
export type { Importer, ImportFile, ImportTools, RecordedAnswer } from './importers/importer.ts'
export { importers } from './importers/importers.ts'
export { problemsToldMax, taskSetBytesMax } from './limits.ts'
export { checkTasks, withoutNearCopies } from './tasks/check-tasks.ts'
export type { CheckOptions, TaskProblem, TaskProblemKind } from './tasks/check-tasks.ts'
export { answerOfTask, givenAnswer } from './tasks/given-answer.ts'
export type { GivenAnswer, GivenToolCall } from './tasks/given-answer.ts'
export { modelRequest } from './tasks/model-request.ts'
export { createRedactor, redactionRules } from './tasks/redact.ts'
export type { Redactor } from './tasks/redact.ts'
export type { RedactedKind } from './tasks/redaction-rules.ts'
export { beginningOf, recordedAnswer, taskOfCall } from './tasks/task-of-call.ts'
export { readTasks, taskSetDigests, wholeTask } from './tasks/task-set.ts'
export type { LineProblem, TaskSet, TaskSetDigests } from './tasks/task-set.ts'
