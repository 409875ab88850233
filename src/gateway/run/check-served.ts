import type { UsedModel } from '../../protocols/index.ts'
import type { Failure } from '../attempt.ts'
import { decideUse } from '../decide-use.ts'
import { mustBeQualified, unqualifiedNotice } from '../plan-hops.ts'
import { mismatch, servedModel, servedSnapshot, untried } from '../served-model.ts'
import type { Progress } from './progress.ts'
import type { Turn } from './turn.ts'

/** The model that the provider of a turn says it serves, noted; a failure: it may not be this one. */
export function checkServed(run: Progress, turn: Turn, written: string): Failure | null {
  const { hop } = turn.judged
  const served = servedModel(run.tools.state(), run.call, hop, { written, at: run.now() })
  turn.servedModel = typeof served === 'string' ? served : null
  turn.writtenModel = written
  if (run.answering === turn) run.answer.facts.servedModel = turn.servedModel
  return typeof served === 'string' ? checkSnapshot(run, turn, written) : served
}

/** The verdict that opened this hop may be about another snapshot than the one that answers. */
function checkSnapshot(run: Progress, turn: Turn, written: string): Failure | null {
  const state = run.tools.state()
  const { ended, refuted } = servedSnapshot(state, turn.judged, written)
  for (const verdict of ended) run.tools.verdictEnded(verdict, written)
  if (!refuted) return null
  if (mustBeQualified(state, run.call)) return untried(turn.judged.hop.model, written)
  turn.judged = { ...turn.judged, notice: unqualifiedNotice }
  return null
}

/** Whoever wrote the answer is held against what was asked for, all others only against policy. */
export function checkUsed(run: Progress, turn: Turn, models: readonly UsedModel[]): Failure | null {
  const { hop } = turn.judged
  const state = run.tools.state()
  return firstFailure(models, ({ name, isAuthor }) => {
    if (isAuthor) return checkServed(run, turn, name)
    const model = state.modelOf(name)
    if (model === null || model === hop.model) return null
    const use = { model, route: hop.route.id, at: run.now() }
    return decideUse(state, run.call, use).verdict === 'allow' ? null : usedBeside(model)
  })
}

export function firstFailure<T>(
  items: readonly T[],
  problemOf: (item: T) => Failure | null,
): Failure | null {
  for (const item of items) {
    const problem = problemOf(item)
    if (problem !== null) return problem
  }
  return null
}

function usedBeside(model: string): Failure {
  return mismatch(`\`${model}\`, which policy denies, worked on the answer`)
}
