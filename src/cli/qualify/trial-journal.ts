import { Fault } from '../../base/fault.ts'
import type { CallJournal, PlannedCall } from '../../qualification/index.ts'
import { ModelAnswer } from '../../schema/model-answer.ts'
import type { TrialAnswer } from '../../schema/trial-answer.ts'
import type { Store } from '../../store/index.ts'

/** A call that was claimed, and what came of it. */
export interface KeptCall {
  readonly item: string
  readonly arm: string
  readonly attempt: number
  /** Process that asked, and when it was about to. */
  readonly claimedBy: string
  readonly claimedAt: string
  /** RFC 3339, when the answer came, whoever kept it and when; null: no answer is there. */
  readonly answeredAt: string | null
  readonly answer: ModelAnswer | null
}

const pageRows = 500

/** Calls of one trial in the store; `by`: this process. */
export function trialJournal(
  { trials }: Pick<Store, 'trials'>,
  trial: string,
  by: string,
): CallJournal {
  const keyOf = ({ item, arm, attempt }: PlannedCall) => ({ trial, item, arm, attempt })
  return {
    claim: (call) => trials.claimAnswer(keyOf(call), by),
    retake: async (call) => {
      if (await trials.retakeAnswer(keyOf(call), by)) return
      throw new Fault(
        'HF_TRIAL_CONFLICT',
        `another process has answered \`${call.item}\` meanwhile`,
      )
    },
    release: (call) => trials.releaseAnswer(keyOf(call), by),
    keep: async (call, answer) => void (await trials.keepAnswer(keyOf(call), answer)),
  }
}

/** All calls of a trial in the order of task, arm and attempt; only a page of them is held at a time. */
export async function* keptCalls(
  { trials }: Pick<Store, 'trials'>,
  trial: string,
): AsyncGenerator<KeptCall> {
  let after: TrialAnswer | undefined
  for (;;) {
    const page = await trials.listAnswers(trial, {
      limit: pageRows,
      ...(after === undefined ? {} : { after }),
    })
    yield* page.map(keptCall)
    after = page.at(-1)
    if (page.length < pageRows || after === undefined) return
  }
}

function keptCall({ answer, item, arm, attempt, ...rest }: TrialAnswer): KeptCall {
  const read = answer === null ? null : ModelAnswer.parse(answer)
  const { claimedBy, claimedAt } = rest
  const answeredAt = read?.at ?? rest.answeredAt
  return { item, arm, attempt, claimedBy, claimedAt, answeredAt, answer: read }
}

/** Answers to one task of a trial, by arm and attempt. */
export interface ItemAnswers {
  /** Whether it was claimed at least. */
  has(arm: string, attempt: number): boolean
  /** Null: there is none. */
  answer(arm: string, attempt: number): ModelAnswer | null
}

export async function answersOfItem(
  { trials }: Pick<Store, 'trials'>,
  trial: string,
  item: string,
): Promise<ItemAnswers> {
  const kept = new Map<string, ModelAnswer | null>()
  let after: TrialAnswer | undefined
  do {
    const page = await trials.listAnswers(trial, {
      item,
      limit: itemPageRows,
      ...(after === undefined ? {} : { after }),
    })
    for (const one of page.map(keptCall)) kept.set(`${one.arm} ${one.attempt}`, one.answer)
    after = page.length < itemPageRows ? undefined : page.at(-1)
  } while (after !== undefined)
  return {
    has: (arm, attempt) => kept.has(`${arm} ${attempt}`),
    answer: (arm, attempt) => kept.get(`${arm} ${attempt}`) ?? null,
  }
}

const itemPageRows = 32
