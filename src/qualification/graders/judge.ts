import {
  type AskedJudge,
  failed,
  type Grader,
  type GraderTools,
  passed,
  unscored,
} from './grader.ts'
import {
  answerText,
  askVerdict,
  blocks,
  judgeRules,
  partiality,
  readVerdictObject,
  taskText,
  type Verdict,
  verdictOf,
} from './judge-question.ts'
import type { Task } from '../../schema/task-set.ts'
import type { GivenAnswer } from '../tasks/given-answer.ts'

export const judge: Grader<'judge'> = {
  id: 'judge',
  title: 'another model judges by a rubric, or against the reference in both orders',
  needs: 'judge',
  problem: ({ mode }, task) =>
    mode === 'pairwise' && typeof task.expected !== 'string'
      ? '`expected` is no text, and pairwise needs one to compare with'
      : null,
  grade: async ({ mode, rubric, votes = 3 }, task, answer, tools) => {
    const verdict =
      mode === 'pairwise'
        ? await askPair(task, answer, rubric, tools)
        : await askVerdict({ task, answer, rubric, votes, tools })
    if (verdict.kind === 'error') return unscored(`judge error: ${verdict.reason}`)
    return verdict.isPass ? passed(verdict.reason) : failed(verdict.reason)
  },
}

/**
 * Against the reference in both orders: it passes when it is the better one or as good both times. An answer that wins
 * only where it stands first, or only where it stands last, was judged by its place, and has no verdict.
 */
async function askPair(
  task: Task,
  answer: GivenAnswer,
  rubric: string,
  tools: GraderTools,
): Promise<Verdict> {
  const { judge: asked } = tools
  if (asked === undefined) return { kind: 'error', reason: 'no judge is configured' }
  const partial = partiality(tools)
  if (partial !== null) return { kind: 'error', reason: partial }
  const [own, other] = [answerText(answer), typeof task.expected === 'string' ? task.expected : '']
  const verdicts: Verdict[] = []
  for (const place of ['A', 'B'] as const) {
    const pair = place === 'A' ? ([own, other] as const) : ([other, own] as const)
    const question = pairQuestion(task, rubric, pair)
    verdicts.push(await verdictOf(() => asked.ask(question), readPlace(place)))
  }
  const wrong = verdicts.find((one) => one.kind === 'error')
  if (wrong !== undefined) return wrong
  const passes = verdicts.filter((one) => one.kind === 'verdict' && one.isPass).length
  const [first] = verdicts
  if (first === undefined || passes === 1)
    return { kind: 'error', reason: 'it prefers another answer when their places are changed' }
  return first
}

const pairRules = `${judgeRules}\nTwo answers are compared. Reply with one JSON object and nothing else: {"reason": "one sentence", "verdict": "A"}, {"reason": "…", "verdict": "B"} or {"reason": "…", "verdict": "TIE"}.`

/** Which of two answers is the better one by a rubric. */
export function pairQuestion(
  task: Task,
  rubric: string,
  [a, b]: readonly [string, string],
): AskedJudge {
  const user = blocks([
    ['rubric', rubric],
    ['task', taskText(task)],
    ['answer-a', a],
    ['answer-b', b],
  ])
  return { system: pairRules, user }
}

/** Which answer a reply prefers; null: it is no verdict. */
export function readPreference(text: string): 'A' | 'B' | 'TIE' | null {
  const verdict = readVerdictObject(text)?.verdict
  return verdict === 'A' || verdict === 'B' || verdict === 'TIE' ? verdict : null
}

function readPlace(place: 'A' | 'B'): (text: string) => Verdict {
  return (text) => {
    const said = readVerdictObject(text)
    if (said === null) return { kind: 'error', reason: 'its reply is no verdict' }
    const preferred = readPreference(text)
    if (preferred === null) return { kind: 'error', reason: 'its verdict is neither A, B nor TIE' }
    const isPass = preferred === place || preferred === 'TIE'
    return { kind: 'verdict', isPass, reason: said.reason }
  }
}
