import { compareText } from '../../base/compare.ts'
import {
  type CallPace,
  decideTrial,
  type Halt,
  type PlannedCall,
  type ScoredAnswer,
} from '../../qualification/index.ts'
import type { ModelAnswer } from '../../schema/model-answer.ts'
import type { Task } from '../../schema/task-set.ts'
import type { TrialResult } from '../../schema/trial-result.ts'
import type { Store } from '../../store/index.ts'
import type { Answerer } from './answerer.ts'
import { CallAccount, type CallPrices, nameOfCall } from './call-account.ts'
import { type GradedUnit, gradeItems, type JudgeCall, outcomesOf } from './grade-look.ts'
import { KnownCalls } from './known-calls.ts'
import { callsOfLook, type Look, type OpenTrial } from './open-trial.ts'
import { adoptFrozen } from './adopt-frozen.ts'
import { adoptShared, isAdopted } from './adopt-shared.ts'
import { keptCalls } from './trial-journal.ts'

export interface RunParts {
  readonly store: Pick<Store, 'trials'>
  readonly trial: OpenTrial
  /** This process: another one for every start. */
  readonly by: string
  readonly folder: string
  readonly answerers: {
    readonly candidate: Answerer
    readonly incumbent: Answerer
    readonly judge: Answerer | null
  }
  /** This one alone is asked, and nothing is graded; absent: all. */
  readonly arm?: 'incumbent'
  readonly prices: CallPrices
  /** Billionths of a currency; null: no limit. */
  readonly budget: number | null
  readonly concurrent: number
  /** One for all trials that this process runs. */
  readonly pace: CallPace
  /** Calls that were lost when a process ended are asked once more. */
  readonly isAskingAgain: boolean
  readonly signal: AbortSignal
  readonly onProgress: (progress: TrialProgress) => void
}

export interface TrialProgress {
  readonly phase: 'asking' | 'grading' | 'judging'
  readonly answered: number
  /** Judges aside, whose calls are not known before. */
  readonly planned: number
  /** Billionths of a currency. */
  readonly cost: number
  /** Mode `e-process`: as of the last look; null: there was none. */
  readonly look: TrialResult | null
}

export interface RanTrial {
  /** Null: nothing is left to ask. */
  readonly halt: Halt | null
  /** Calls whose answer was lost with a process. */
  readonly lost: readonly PlannedCall[]
  readonly account: CallAccount
  /** Comparisons that count, all in their order. */
  readonly graded: readonly GradedUnit[]
  /** All that was to be asked was; else an e-process has decided early. */
  readonly isFinished: boolean
  /** RFC 3339: when the last answer came. */
  readonly lastAnswerAt: string
  /** Every name that the provider gave the model that answered for the candidate. */
  readonly served: readonly string[]
}

/** Makes the calls of a trial that are left, and grades them. What was answered before is not asked again. */
export async function runTrial(parts: RunParts): Promise<RanTrial> {
  const run = new TrialRun(parts)
  await run.takeStock()
  return await run.looks()
}

class TrialRun {
  readonly #parts: RunParts
  readonly #account: CallAccount
  readonly #known: KnownCalls
  /** What judges are asked, by the names of calls. */
  readonly #questions = new Map<string, JudgeCall>()
  readonly #graded: GradedUnit[] = []
  readonly #planned: number
  #look: TrialResult | null = null

  constructor(parts: RunParts) {
    this.#parts = parts
    const { store, trial, by, prices, budget, concurrent, pace, isAskingAgain, signal } = parts
    this.#account = new CallAccount(prices, budget)
    this.#known = new KnownCalls({
      store,
      trial: trial.record.id,
      seed: String(trial.registration.seed),
      by,
      answererOf: (call) => this.#answerer(call),
      taskOf: (call) => this.#taskOf(call),
      mayBegin: (call) => this.#account.mayBegin(call),
      concurrent,
      pace,
      isAskingAgain,
      signal,
    })
    this.#planned = trial.looks.reduce((sum, look) => sum + this.#callsOf(look).length, 0)
  }

  /** What is there of before; answers that were frozen, or asked for by another trial, among it. */
  async takeStock(): Promise<void> {
    const { store, trial, folder, by } = this.#parts
    if (trial.parameters.frozen !== null)
      await adoptFrozen(store, {
        trial: trial.record.id,
        folder,
        by,
        frozen: trial.parameters.frozen,
      })
    if (trial.parameters.sharesIncumbent) await adoptShared(store, trial)
    await this.#known.takeStock(({ call, answer, claimedBy }) => {
      if (!isAdopted({ claimedBy })) this.#count(call, answer)
    })
  }

  async looks(): Promise<RanTrial> {
    const { trial } = this.#parts
    const isSequential = trial.registration.mode === 'e-process'
    for (const look of trial.looks) {
      const halt = (await this.#ask(this.#callsOf(look))) ?? (await this.#grade(look))
      if (halt !== null) return await this.#ran(halt, false)
      if (isSequential && this.#isDecided()) return await this.#ran(null, false)
    }
    return await this.#ran(null, true)
  }

  /** Instants and names are read from what is kept: whoever decides again reads the same. */
  async #ran(halt: Halt | null, isFinished: boolean): Promise<RanTrial> {
    const { store, trial } = this.#parts
    const served = new Set<string>()
    let lastAnswerAt = trial.record.createdAt
    for await (const { arm, answer, answeredAt } of keptCalls(store, trial.record.id)) {
      if (answeredAt !== null && answeredAt > lastAnswerAt) lastAnswerAt = answeredAt
      const name = answer?.providerModel ?? null
      if (arm === 'candidate' && name !== null) served.add(name)
    }
    return {
      halt,
      lost: this.#known.lost,
      account: this.#account,
      graded: this.#graded,
      isFinished,
      lastAnswerAt,
      served: [...served].toSorted(compareText),
    }
  }

  async #ask(
    calls: readonly PlannedCall[],
    phase: TrialProgress['phase'] = 'asking',
  ): Promise<Halt | null> {
    return await this.#known.ask(calls, (call, answer) => {
      this.#count(call, answer)
      this.#tell(phase)
    })
  }

  #callsOf(look: Look): readonly PlannedCall[] {
    const { trial, arm } = this.#parts
    return callsOfLook(trial, look).filter((call) => arm === undefined || call.arm === arm)
  }

  /** Grades a look; what judges have to say is asked for in rounds, until nothing is missing. */
  async #grade(look: Look): Promise<Halt | null> {
    const { store, trial, prices, arm } = this.#parts
    if (arm !== undefined) return null
    const graded = new Map<string, GradedUnit>()
    let open = look.items
    while (open.length > 0) {
      this.#tell('grading')
      const round = await gradeItems(
        { store, trial, costOf: prices.costOf, isAgain: (call) => this.#known.isAgain(call) },
        look,
        open,
        (units) => {
          for (const one of units) graded.set(one.unit.id, lean(one))
        },
      )
      const halt = await this.#judge(round.needed)
      if (halt !== null) return halt
      open = round.open
    }
    for (const { id } of look.units) {
      const one = graded.get(id)
      if (one !== undefined) this.#graded.push(one)
    }
    return null
  }

  async #judge(needed: readonly JudgeCall[]): Promise<Halt | null> {
    for (const call of needed) this.#questions.set(nameOfCall(call), call)
    const halt = await this.#ask(needed, 'judging')
    this.#questions.clear()
    return halt
  }

  /** An e-process may end before its last task; what says that it cannot tell yet may still come to tell. */
  #isDecided(): boolean {
    const { trial } = this.#parts
    const { trials } = trial.parameters.plan
    this.#look = decideTrial({
      ...evidenceOf(trial, this.#graded),
      isFinished: false,
      decidedAt: trial.record.createdAt,
    })
    this.#tell('asking')
    const { verdict, pMax } = this.#look
    // Whatever the other trials of the plan come to.
    const holds = (pMax ?? 1) * trials.length <= trial.registration.alpha
    return verdict === 'NOT_QUALIFIED' || (verdict === 'QUALIFIED' && holds)
  }

  #count(call: PlannedCall, answer: ModelAnswer): void {
    const isFrozen = call.arm === 'incumbent' && this.#parts.trial.parameters.frozen !== null
    if (!isFrozen) this.#account.count(call, answer)
  }

  #answerer({ arm }: PlannedCall): Answerer {
    const { answerers } = this.#parts
    if (arm === 'candidate' || arm === 'incumbent') return answerers[arm]
    if (answerers.judge === null) throw new TypeError(`nobody is there for \`${arm}\``)
    return answerers.judge
  }

  #taskOf(call: PlannedCall): Task {
    const question = this.#questions.get(nameOfCall(call))?.question
    const task = this.#parts.trial.tasks.get(call.item)
    if (task === undefined) throw new TypeError(`there is no task \`${call.item}\``)
    if (question === undefined) return task
    const { system, user } = question
    return { id: call.item, request: { system, messages: [{ role: 'user', content: user }] } }
  }

  #tell(phase: TrialProgress['phase']): void {
    this.#parts.onProgress({
      phase,
      answered: this.#account.answered,
      planned: this.#planned,
      cost: this.#account.cost,
      look: this.#look,
    })
  }
}

/** Grades are kept where a report may show them; a large trial has no room for all. */
function lean(one: GradedUnit): GradedUnit {
  const { candidate, incumbent, repeat, negative } = one
  const bare = <T extends ScoredAnswer | null>(answer: T): T =>
    answer === null ? answer : { ...answer, grade: null }
  const isAlike = (candidate.outcome.score ?? 0) === (incumbent.outcome.score ?? 0)
  return {
    ...one,
    ...(isAlike ? { candidate: bare(candidate), incumbent: bare(incumbent) } : {}),
    repeat: bare(repeat),
    negative: bare(negative),
  }
}

/** What a verdict is made from, but for when and whether all of it is there. */
export function evidenceOf(trial: OpenTrial, graded: readonly GradedUnit[]) {
  const { registration, record, units } = trial
  return {
    registration,
    registrationDigest: record.registrationDigest,
    tasks: units,
    ...outcomesOf(graded),
  }
}
