import type { GraderId, SettingsOf, TestsSettings } from '../../schema/grader-settings.ts'
import type { Task } from '../../schema/task-set.ts'
import type { GivenAnswer } from '../tasks/given-answer.ts'

/**
 * What a grader found. `unscored`: the grader itself failed, which says nothing of the answer: it is never a pass, and
 * too many of them make a trial invalid.
 */
export interface Grade {
  readonly outcome: 'pass' | 'fail' | 'unscored'
  /** 0 to 1; null: unscored. */
  readonly score: number | null
  /** In words, for a person. */
  readonly reason: string
}

/** What a judge is asked with, and what came back. */
export interface AskedJudge {
  readonly system: string
  readonly user: string
}

/** A judge: another model, reached by whoever wires it. A call that fails throws. */
export interface Judge {
  /** Vendor of the model that really answers, not of a name. */
  readonly family: string
  readonly ask: (question: AskedJudge) => Promise<string>
}

/** Families of those that are compared: a judge of one of them is partial. */
export interface Parties {
  readonly incumbent: string | null
  readonly candidate: string | null
}

export interface TestJob {
  readonly program: TestsSettings['program']
  /** Path to content; no path leads out of the folder. */
  readonly files: Readonly<Record<string, string>>
  readonly testFile: string
  readonly seconds: number
  readonly memoryMiB: number
  /** Image `NAME@sha256:…`; absent: a process of the machine. */
  readonly container?: string
}

/** How a run of tests ended. `broken`: it could not be started, which is no fault of the answer. */
export interface TestRun {
  readonly ended: 'passed' | 'failed' | 'out-of-time' | 'out-of-memory' | 'broken'
  /** The end of what it wrote. */
  readonly output: string
}

/** What graders may ask of the outside; the edge hands it in. What is not there makes a grade `unscored`. */
export interface GraderTools {
  readonly runTests?: (job: TestJob) => Promise<TestRun>
  readonly judge?: Judge
  readonly parties?: Parties
  readonly plugIn?: (module: string) => Promise<PlugInGrader>
}

/** What a module of the user exports as `grader`: see docs/guide/tasks.md. */
export interface PlugInGrader {
  readonly grade: (input: {
    readonly task: Task
    readonly answer: GivenAnswer
    readonly settings: unknown
  }) =>
    | { readonly score: number; readonly reason?: string }
    | Promise<{ readonly score: number; readonly reason?: string }>
}

export interface Grader<Id extends GraderId> {
  readonly id: Id
  /** One line, for lists. */
  readonly title: string
  /** What is handed in by the edge for it, or nothing. */
  readonly needs: 'nothing' | 'tests' | 'judge' | 'plug-in'
  /** What is wrong with the settings and the task, before anything is asked; null: nothing. */
  readonly problem?: (settings: SettingsOf<Id>, task: Task) => string | null
  readonly grade: (
    settings: SettingsOf<Id>,
    task: Task,
    answer: GivenAnswer,
    tools: GraderTools,
  ) => Grade | Promise<Grade>
}

export function passed(reason: string): Grade {
  return { outcome: 'pass', score: 1, reason }
}

export function failed(reason: string, score = 0): Grade {
  return { outcome: 'fail', score, reason }
}

export function unscored(reason: string): Grade {
  return { outcome: 'unscored', score: null, reason }
}

/** A grade of a score that passes from a threshold on. */
export function scored(score: number, passScore: number, reason: string): Grade {
  // Sums of shares may miss 1 by a rounding.
  const isPass = score >= passScore - 1e-9
  return { outcome: isPass ? 'pass' : 'fail', score, reason }
}
