import type { Timer } from '../clock.ts'
import { hedgeMs } from '../hedge-ms.ts'
import type { JudgedHop } from '../plan-hops.ts'
import { mayGoOn } from './may-go-on.ts'
import type { Progress } from './progress.ts'
import { tryHop } from './try-hop.ts'
import type { Tried, Turn } from './turn.ts'

/** The hop whose turn it is, and one beside it if it says nothing for long; those that count, in this order. */
export async function tryHops(run: Progress, judged: JudgedHop): Promise<readonly Tried[]> {
  run.answering = null
  const first = await tryHop(run, run.turnOf(judged, false), hedgeLater)
  if (run.beside === null) return [first]
  const { end, turn } = first
  // What the request itself is refused for, another one need not find out.
  if (run.answering === null && end.kind === 'failed')
    if (!mayGoOn(run, turn.judged.hop, end.failure)) run.answers(turn)
  const second = await run.beside
  run.beside = null
  return [first, second].filter((tried) => !run.isOvertaken(tried.turn))
}

/** Starts when `hedge` says that a hop has said nothing for too long; null: there is no reason to. */
function hedgeLater(run: Progress, turn: Turn): Timer | null {
  if (turn.isBeside || run.hasHedged || run.isContinuing) return null
  const ms = hedgeMs(run.tools.state(), run.call)
  return ms === null ? null : run.tools.clock.after(ms, () => void hedge(run, turn))
}

async function hedge(run: Progress, turn: Turn): Promise<void> {
  await run.places.lookForRoom(() => run.queue.left)
  const isStillAsked = run.underWay.some((asked) => asked.turn === turn)
  if (!isStillAsked || run.answering !== null || run.isOver) return
  const judged = run.queue.beside((hop) => run.places.hasRoom(hop))
  if (judged === null) return
  run.hasHedged = true
  run.beside = tryHop(run, run.turnOf(judged, true), hedgeLater)
  // Whoever waits for both hears of it.
  run.beside.catch(() => undefined)
}
