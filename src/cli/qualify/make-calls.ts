import { type Arm, type Halt, type PlannedCall, runCalls } from '../../qualification/index.ts'
import type { FreshAnswer, ModelAnswer } from '../../schema/model-answer.ts'
import type { Store } from '../../store/index.ts'
import { keptCalls, trialJournal } from './trial-journal.ts'

export interface CallsToMake {
  readonly store: Pick<Store, 'trials'>
  readonly trial: string
  /** This process: another one for every start. */
  readonly by: string
  readonly planned: readonly PlannedCall[]
  readonly ask: (call: PlannedCall) => Promise<FreshAnswer>
  /** Billionths of a currency that an answer has cost; null: nobody knows. */
  readonly costOf: (call: PlannedCall, answer: ModelAnswer) => number | null
  /** The most that a call may cost; null: nobody knows. */
  readonly costAtMost: (call: PlannedCall) => number | null
  /** For all calls of the trial, those made before among them; null: no limit. */
  readonly budget: number | null
  readonly concurrent: number
  readonly perMinute: number
  /** Calls that were lost when a process ended are asked once more. */
  readonly isAskingAgain: boolean
  readonly signal: AbortSignal
  readonly onAnswer: (call: PlannedCall, answer: ModelAnswer) => void
}

export interface MadeCalls {
  /** Null: all that could be made are made. */
  readonly halt: Halt | null
  readonly answered: number
  /** Claimed without an answer: lost with a process, or under way in another one. */
  readonly lost: readonly PlannedCall[]
  /** Billionths of a currency, as far as prices are known. */
  readonly cost: number
  /** Answers whose price nobody knows. */
  readonly unpriced: number
}

/** Makes the calls of a trial that are left; whatever was answered before is told again and not asked again. */
export async function makeCalls(parts: CallsToMake): Promise<MadeCalls> {
  const { store, trial, by, planned, budget } = parts
  const account = new Account(parts)
  const known = new Map(planned.map((call) => [nameOf(call), call]))
  const open = new Map(known)
  const lost = new Map<string, PlannedCall>()
  for await (const { item, arm, attempt, answer } of keptCalls(store, trial)) {
    const call = known.get(nameOf({ item, arm: arm as Arm, attempt }))
    if (call === undefined) continue
    if (answer === null) lost.set(nameOf(call), call)
    else account.answered(call, answer)
    if (answer !== null || !parts.isAskingAgain) open.delete(nameOf(call))
  }
  const halt = await runCalls([...open.values()], {
    journal: trialJournal(store, trial, by),
    ask: parts.ask,
    concurrent: parts.concurrent,
    perMinute: parts.perMinute,
    mayBegin: (call) => account.mayBegin(call, budget),
    onAnswer: (call, answer) => {
      lost.delete(nameOf(call))
      account.answered(call, answer)
    },
    again: new Set(parts.isAskingAgain ? lost.values() : []),
    signal: parts.signal,
  })
  const { count, cost, unpriced } = account
  return { halt, answered: count, lost: [...lost.values()], cost, unpriced }
}

/** What was spent, and what those under way may still cost. */
class Account {
  readonly #parts: CallsToMake
  readonly #underWay = new Map<string, number>()
  count = 0
  cost = 0
  unpriced = 0

  constructor(parts: CallsToMake) {
    this.#parts = parts
  }

  mayBegin(call: PlannedCall, budget: number | null): boolean {
    const most = this.#parts.costAtMost(call) ?? 0
    const promised = [...this.#underWay.values()].reduce((sum, one) => sum + one, 0)
    if (budget !== null && this.cost + promised + most > budget) return false
    this.#underWay.set(nameOf(call), most)
    return true
  }

  answered(call: PlannedCall, answer: ModelAnswer): void {
    this.#underWay.delete(nameOf(call))
    this.count += 1
    const cost = this.#parts.costOf(call, answer)
    if (cost === null) this.unpriced += 1
    else this.cost += cost
    this.#parts.onAnswer(call, answer)
  }
}

function nameOf({ item, arm, attempt }: PlannedCall): string {
  return `${arm} ${attempt} ${item}`
}
