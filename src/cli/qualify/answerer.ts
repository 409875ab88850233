import type { FreshAnswer } from '../../schema/model-answer.ts'
import type { Task } from '../../schema/task-set.ts'

/** What was found of a call whose process ended before its answer was kept. */
export type FoundCall =
  /** The answer is there after all. */
  | { readonly kind: 'answered'; readonly answer: FreshAnswer }
  /** It was never made, or came to nothing that anybody paid for: it may be asked as if for the first time. */
  | { readonly kind: 'not-made' }
  /** Perhaps it was made, and its answer is gone. */
  | { readonly kind: 'lost' }

/** Something that answers a task: a model over a route, or a tool. */
export interface Answerer {
  /**
   * In a session of its own, so that nothing of another task is remembered. Throws `UnreachableError` when it was
   * certainly not asked.
   */
  answer(task: Task, call: string): Promise<FreshAnswer>
  /** What became of a call of before; waits for one that is still under way. `claimedAt`: shortly before it was made. */
  find(call: string, claimedAt: string): Promise<FoundCall>
}

/** Family of a model, for judges: who made it. */
export function familyOf(model: string): string {
  const [vendor = model] = model.split('/')
  return vendor
}
