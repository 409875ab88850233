import { count } from './count.ts'
import { gapsByKind } from './register-view.ts'
import type { RegisterView } from './register-view.ts'

export interface NextStep {
  readonly text: string
  /** What it is about, the riskiest first. */
  readonly subjects: readonly string[]
}

/** What a person should do now, most urgent first: one step a kind of gap, then the questions. */
export function nextSteps(view: RegisterView): readonly NextStep[] {
  const steps = gapsByKind(view.gaps).map(({ words, gaps }): NextStep => {
    const subjects = gaps.map((gap) => gap.workflow ?? placeOf(gap.path, gap.line) ?? '')
    return {
      text: words.task.replace('#', String(gaps.length)),
      subjects: [...new Set(subjects)].filter((subject) => subject !== ''),
    }
  })
  const questions = view.openQuestions
  if (questions.length === 0) return steps
  return [
    ...steps,
    {
      text: `Answer ${count(questions.length, 'question')} under answers in holdfast.yaml`,
      subjects: questions.map((question) => question.id),
    },
  ]
}

export function placeOf(path: string | null, line: number | null): string | null {
  if (path === null) return null
  return line === null ? path : `${path}:${line}`
}
