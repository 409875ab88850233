import { canonicalJson } from '../../base/canonical-json.ts'
import { compareText } from '../../base/compare.ts'
import { digest } from '../../base/digest.ts'
import { clopperPearson } from '../../base/statistics/proportion-interval.ts'
import type { CountedShare, JudgeCalibration } from '../../schema/judge-calibration.ts'
import type { Task, TaskAnswer } from '../../schema/task-set.ts'
import { answerOfTask } from '../tasks/given-answer.ts'
import type { AskedJudge } from './grader.ts'
import { pairQuestion, readPreference } from './judge.ts'
import { answerText, readPassFail, rubricQuestion, type Verdict } from './judge-question.ts'

/** What tasks without a rubric of their own are judged by. */
export const plainRubric =
  'PASS when the answer does what the task asks for, correctly and in the form that is asked for. FAIL when any of that is missing or wrong.'

export interface CalibrationPlan {
  readonly rubric: string
  readonly votes: number
}

/** One judgement that is asked for; `attempt` counts those of a task from 1. */
export interface CalibrationQuestion {
  readonly item: string
  readonly attempt: number
  readonly question: AskedJudge
}

/** Replies of a judge; null: none came. */
export type ReplyOf = (asked: Pick<CalibrationQuestion, 'item' | 'attempt'>) => string | null

interface JudgedAnswer {
  readonly task: Task
  readonly label: 'good' | 'bad'
  readonly index: number
  readonly asked: readonly CalibrationQuestion[]
}

/** A good and a bad answer to one task: the good one stands first, then last. */
interface JudgedPair {
  readonly asked: readonly [CalibrationQuestion, CalibrationQuestion]
}

interface Plan {
  readonly answers: readonly JudgedAnswer[]
  readonly pairs: readonly JudgedPair[]
}

/** All judgements of the known answers of tasks: by rubric as often as votes are cast, and in pairs in both orders. */
export function calibrationQuestions(
  tasks: readonly Task[],
  plan: CalibrationPlan,
): readonly CalibrationQuestion[] {
  const { answers, pairs } = planOf(tasks, plan)
  return [...answers, ...pairs].flatMap(({ asked }) => asked)
}

/** Of the known answers, which the digests of a task set leave out. */
export function knownAnswersDigest(tasks: readonly Task[]): string {
  return digest(
    canonicalJson(
      tasks
        .toSorted((a, b) => compareText(a.id, b.id))
        .map(({ id, knownGood = [], knownBad = [] }) => ({ id, knownGood, knownBad })),
    ),
  )
}

function planOf(tasks: readonly Task[], plan: CalibrationPlan): Plan {
  const answers: JudgedAnswer[] = []
  const pairs: JudgedPair[] = []
  for (const task of tasks) {
    const { rubric, votes } = judgedBy(task, plan)
    let attempt = 0
    const ask = (question: AskedJudge): CalibrationQuestion => {
      attempt += 1
      return { item: task.id, attempt, question }
    }
    for (const label of ['good', 'bad'] as const)
      for (const [index, answer] of knownOf(task, label).entries()) {
        const question = rubricQuestion(task, answerOfTask(answer), rubric)
        const asked = Array.from({ length: votes }, () => ask(question))
        answers.push({ task, label, index, asked })
      }
    for (const [good, bad] of pairsOf(task))
      pairs.push({
        asked: [
          ask(pairQuestion(task, rubric, [good, bad])),
          ask(pairQuestion(task, rubric, [bad, good])),
        ],
      })
  }
  return { answers, pairs }
}

function judgedBy({ graders = [] }: Task, plan: CalibrationPlan): CalibrationPlan {
  const own = graders.find((one) => one.grader === 'judge')
  return own === undefined ? plan : { rubric: own.rubric, votes: own.votes ?? plan.votes }
}

function knownOf({ knownGood = [], knownBad = [] }: Task, label: 'good' | 'bad') {
  return label === 'good' ? knownGood : knownBad
}

/** Each bad answer against a good one. */
function pairsOf({ knownGood = [], knownBad = [] }: Task): readonly (readonly [string, string])[] {
  const text = (answer: TaskAnswer): string => answerText(answerOfTask(answer))
  return knownBad.flatMap((bad, index) => {
    const good = knownGood[index % Math.max(1, knownGood.length)]
    return good === undefined ? [] : [[text(good), text(bad)] as const]
  })
}

type Figures = Pick<JudgeCalibration, 'rubric' | 'disagreements' | 'pairs'>

/** Answers that were judged wrongly and are named; all of them are counted. */
const wrongMax = 20

/** What a judge's replies come to. */
export function calibrationFigures(
  tasks: readonly Task[],
  plan: CalibrationPlan,
  replyOf: ReplyOf,
): Figures {
  const { answers, pairs } = planOf(tasks, plan)
  const counts = { good: { right: 0, of: 0 }, bad: { right: 0, of: 0 } }
  const wrong: Figures['rubric']['wrong'] = []
  let unscored = 0
  let judged = 0
  let split = 0
  for (const { task, label, index, asked } of answers) {
    const votes = asked.map((one) => readReply(replyOf(one)))
    const [first] = votes
    const isWhole = votes.every(({ kind }) => kind === 'verdict')
    if (isWhole) judged += 1
    if (first?.kind !== 'verdict' || !isWhole || !isAgreed(votes)) {
      if (isWhole) split += 1
      unscored += 1
      continue
    }
    counts[label].of += 1
    if (first.isPass === (label === 'good')) counts[label].right += 1
    else if (wrong.length < wrongMax)
      wrong.push({ task: task.id, label, index, reason: first.reason })
  }
  return {
    rubric: { good: labelled(counts.good), bad: labelled(counts.bad), unscored, wrong },
    disagreements: counted(split, judged),
    pairs: pairFigures(pairs, replyOf),
  }
}

function pairFigures(pairs: readonly JudgedPair[], replyOf: ReplyOf): Figures['pairs'] {
  const found = { right: 0, wrong: 0, flips: 0, of: 0 }
  for (const { asked } of pairs) {
    const first = readPreference(replyOf(asked[0]) ?? '')
    const second = readPreference(replyOf(asked[1]) ?? '')
    if (first === null || second === null) continue
    found.of += 1
    // The same answer stands at A the first time and at B the second.
    const turned = second === 'TIE' ? 'TIE' : second === 'A' ? 'B' : 'A'
    if (first !== turned) found.flips += 1
    else if (first === 'A') found.right += 1
    else if (first === 'B') found.wrong += 1
  }
  return {
    right: counted(found.right, found.of),
    flips: counted(found.flips, found.of),
    wrong: counted(found.wrong, found.of),
    unscored: pairs.length - found.of,
  }
}

function readReply(reply: string | null): Verdict {
  return reply === null ? { kind: 'error', reason: 'it did not answer' } : readPassFail(reply)
}

function isAgreed(votes: readonly Verdict[]): boolean {
  const passes = votes.filter((one) => one.kind === 'verdict' && one.isPass).length
  return passes === 0 || passes === votes.length
}

function labelled({ right, of }: { readonly right: number; readonly of: number }) {
  const { low, high } = counted(right, of)
  return { right, of, low, high }
}

function counted(count: number, of: number): CountedShare {
  if (of === 0) return { count, of, low: 0, high: 1 }
  const { lower, upper } = clopperPearson(count, of, 0.95)
  return { count, of, low: lower, high: upper }
}
