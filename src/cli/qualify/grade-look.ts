import { setImmediate } from 'node:timers/promises'
import {
  type AskedJudge,
  type Arm,
  type Judge,
  type PlannedCall,
  type ScoredAnswer,
  scoreAnswer,
  type TrialUnit,
} from '../../qualification/index.ts'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import type { ScoredOutcome } from '../../schema/scored-outcome.ts'
import type { Store } from '../../store/index.ts'
import { familyOf } from './answerer.ts'
import { nano } from './trial-costs.ts'
import type { Look, OpenTrial } from './open-trial.ts'
import { answersOfItem, type ItemAnswers } from './trial-journal.ts'

/** What both sides and the controls did in one comparison. */
export interface GradedUnit {
  readonly unit: TrialUnit
  readonly candidate: ScoredAnswer
  readonly incumbent: ScoredAnswer
  readonly repeat: ScoredAnswer | null
  readonly negative: ScoredAnswer | null
}

/** A judgement that grading cannot do without. */
export interface JudgeCall extends PlannedCall {
  readonly question: AskedJudge
}

export interface GradingParts {
  readonly store: Pick<Store, 'trials'>
  readonly trial: OpenTrial
  /** Billionths of a currency; null: nobody knows. */
  readonly costOf: (call: PlannedCall, answer: ModelAnswer) => number | null
  /** Whether a judgement that was lost is asked for once more. */
  readonly isAgain: (call: PlannedCall) => boolean
}

/** Graders that start programs do so several at a time. */
const gradersAtOnce = 4
const gradedAtAStretch = 100

/** Grades comparisons from the answers that are kept; `needed`: judgements that must be asked for first. */
export async function gradeItems(
  parts: GradingParts,
  look: Look,
  items: readonly string[],
  onGraded: (units: readonly GradedUnit[]) => void,
): Promise<{ readonly needed: readonly JudgeCall[]; readonly open: readonly string[] }> {
  const needed: JudgeCall[] = []
  const open: string[] = []
  const units = Map.groupBy(look.units, ({ item }) => item)
  const left = items.entries()
  const gradeAll = async (): Promise<void> => {
    for (const [at, item] of left) {
      // Answers come from a file at once: without a pause nothing else, not even a signal, would have a turn.
      if (at % gradedAtAStretch === 0) await setImmediate()
      const grading = await ItemGrading.of(parts, look, item)
      const graded: GradedUnit[] = []
      for (const unit of units.get(item) ?? []) graded.push(await grading.unit(unit))
      if (grading.needed.length === 0) onGraded(graded)
      else {
        needed.push(...grading.needed)
        open.push(item)
      }
    }
  }
  await Promise.all(Array.from({ length: gradersAtOnce }, gradeAll))
  return { needed, open }
}

/** One task: all that was answered to it, and the incumbent's answer to another one. */
class ItemGrading {
  readonly #parts: GradingParts
  readonly #item: string
  readonly #answers: ItemAnswers
  /** Of another task, in the negative control; null: there is none. */
  readonly #other: ItemAnswers | null
  readonly needed: JudgeCall[] = []

  static async of(parts: GradingParts, look: Look, item: string): Promise<ItemGrading> {
    const { store, trial } = parts
    const other = look.scrambled.get(item)
    return new ItemGrading(
      parts,
      item,
      await answersOfItem(store, trial.record.id, item),
      other === undefined ? null : await answersOfItem(store, trial.record.id, other),
    )
  }

  constructor(parts: GradingParts, item: string, answers: ItemAnswers, other: ItemAnswers | null) {
    this.#parts = parts
    this.#item = item
    this.#answers = answers
    this.#other = other
  }

  async unit(unit: TrialUnit): Promise<GradedUnit> {
    const { parameters, repeated } = this.#parts.trial
    const { attempt } = unit
    const again = parameters.attempts + 1
    const isFirst = attempt === 1
    const hasRepeat =
      isFirst &&
      (parameters.frozen === null ? repeated.has(this.#item) : this.#kept('incumbent', again))
    return {
      unit,
      candidate: await this.#score(unit, 'candidate', attempt),
      incumbent: await this.#score(unit, 'incumbent', this.#incumbentAttempt(attempt)),
      repeat: hasRepeat ? await this.#score(unit, 'incumbent', again) : null,
      negative: isFirst && this.#other !== null ? await this.#scrambled(unit, this.#other) : null,
    }
  }

  #kept(arm: Arm, attempt: number): boolean {
    return this.#answers.has(arm, attempt)
  }

  /** Frozen answers may be fewer than are compared: then the first one stands for all. */
  #incumbentAttempt(attempt: number): number {
    const isShort =
      this.#parts.trial.parameters.frozen !== null && !this.#kept('incumbent', attempt)
    return isShort ? 1 : attempt
  }

  async #score(
    unit: TrialUnit,
    arm: 'candidate' | 'incumbent',
    attempt: number,
  ): Promise<ScoredAnswer> {
    const answer = this.#answers.answer(arm, attempt)
    const call = { item: this.#item, arm, attempt }
    const cost = answer === null ? null : this.#parts.costOf(call, answer)
    return await this.#graded(unit, answer, { arm: `judge-${arm}`, attempt, cost })
  }

  async #scrambled(unit: TrialUnit, other: ItemAnswers): Promise<ScoredAnswer> {
    const answer = other.answer('incumbent', 1)
    return await this.#graded(unit, answer, { arm: 'judge-negative', attempt: 1, cost: null })
  }

  async #graded(
    unit: TrialUnit,
    answer: ModelAnswer | null,
    {
      arm,
      attempt,
      cost,
    }: { readonly arm: Arm; readonly attempt: number; readonly cost: number | null },
  ): Promise<ScoredAnswer> {
    const { registration, tried, tasks } = this.#parts.trial
    const task = tasks.get(this.#item)
    if (task === undefined) throw new TypeError(`there is no task \`${this.#item}\``)
    const judge = this.#judge(arm, attempt)
    return await scoreAnswer(task, answer, {
      unit: unit.id,
      measure: registration.gates.quality.measure,
      tools: {
        ...tried.tools,
        ...(judge === null ? {} : { judge }),
        parties: {
          incumbent: familyOf(registration.incumbent.model),
          candidate: familyOf(registration.candidate.model),
        },
      },
      cost: cost === null ? null : cost / nano,
    })
  }

  /** A judge that knows what was judged before, and notes what has to be asked. Null: the trial has none. */
  #judge(arm: Arm, attempt: number): Judge | null {
    const { judge } = this.#parts.trial.registration
    if (judge === null) return null
    let asked = 0
    return {
      family: familyOf(judge.model),
      ask: async (question) => {
        asked += 1
        const call = { item: this.#item, arm, attempt: attempt * judgementsMax + asked }
        const reply = this.#answers.answer(arm, call.attempt)
        if (reply !== null) return judgement(reply)
        if (!this.#answers.has(arm, call.attempt) || this.#parts.isAgain(call))
          this.needed.push({ ...call, question })
        throw new Error('the judge has not answered')
      },
    }
  }
}

/** Judgements of one answer, at most. */
const judgementsMax = 1_000

function judgement({ outcome, text, problem }: ModelAnswer): string {
  if (outcome === 'answered') return text
  throw new Error(`the judge did not judge (${outcome}${problem === null ? '' : `: ${problem}`})`)
}

/** What a grading counts as, side by side. */
export function outcomesOf(graded: readonly GradedUnit[]): {
  readonly candidate: readonly ScoredOutcome[]
  readonly incumbent: readonly ScoredOutcome[]
  readonly repeat: readonly ScoredOutcome[]
  readonly negative: readonly ScoredOutcome[]
} {
  const outcomes = (side: 'repeat' | 'negative') =>
    graded.flatMap((one) => one[side]?.outcome ?? [])
  return {
    candidate: graded.map(({ candidate }) => candidate.outcome),
    incumbent: graded.map(({ incumbent }) => incumbent.outcome),
    repeat: outcomes('repeat'),
    negative: outcomes('negative'),
  }
}
