import type { Failure } from '../attempt.ts'
import { type HopFacts, recordBegun, recordHop } from '../hop-evidence.ts'
import { modelMismatch } from '../served-model.ts'
import type { Progress } from './progress.ts'
import type { Asked } from './turn.ts'

/** What became of a turn, told afterwards. */
export function recordEnded(
  run: Progress,
  { turn, startedAt }: Asked,
  facts: Omit<HopFacts, 'hop' | 'startedAt' | 'endedAt'>,
): void {
  const endedAt = run.tools.clock.now()
  const { judged, number: hop } = turn
  recordHop(run.tools, run.call, judged, { hop, startedAt, endedAt, ...facts })
}

export function recordFailed(run: Progress, asked: Asked, { code, denied }: Failure): void {
  const { turn } = asked
  if (run.isOvertaken(turn)) return recordEnded(run, asked, { outcome: 'overtaken' })
  const servedModel = code === modelMismatch ? turn.writtenModel : null
  const outcome = run.isContinuing ? 'cut' : 'failed'
  // What policy has taken away is recorded with what policy said, not with what it said before.
  const judged = { ...turn.judged, ...denied }
  recordEnded(run, { ...asked, turn: { ...turn, judged } }, { outcome, servedModel })
}

/** The entry before the first byte; `false`: it could not be kept, and the answer may not go out. */
export function recordBeginning(
  run: Progress,
  { turn, startedAt }: Asked,
  facts: Omit<HopFacts, 'hop' | 'startedAt'>,
): Promise<boolean> | boolean {
  const { judged, number: hop, servedModel } = turn
  return recordBegun(run.tools, run.call, judged, { hop, servedModel, startedAt, ...facts })
}
