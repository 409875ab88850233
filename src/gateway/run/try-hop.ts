import { withdrawalTold } from '../../protocols/index.ts'
import { Attempt, type AttemptHead, type Failure, isFailure } from '../attempt.ts'
import type { Call } from '../call.ts'
import { wholeCall } from '../conversations/recalled.ts'
import type { Timer } from '../clock.ts'
import { gatewayLimits } from '../limits.ts'
import type { AttemptPlace } from '../limits/attempt-place.ts'
import type { AttemptUse } from '../limits/used-tokens.ts'
import { modelMismatch } from '../served-model.ts'
import { signedRequest } from '../signed-request.ts'
import { tracedRequest } from '../traces/traced-request.ts'
import { readFailure } from '../upstream-answer.ts'
import { waitBeforeRetry } from './may-go-on.ts'
import { anotherTries, isOurs, triedByAnother } from './own-failures.ts'
import type { Progress } from './progress.ts'
import { recordFailed } from './record-turn.ts'
import { requestFor } from './request-for.ts'
import { answerStreamed } from './streamed-answer.ts'
import type { Asked, AttemptEnd, Tried, Turn } from './turn.ts'
import { answerWhole } from './whole-answer.ts'

/** Hears that a provider is asked; a timer is cancelled when that is over. */
type WhenAsked = (run: Progress, turn: Turn) => Timer | null

/** One hop: its route is asked, and asked again where that can help. */
export async function tryHop(run: Progress, turn: Turn, whenAsked: WhenAsked): Promise<Tried> {
  let before: AttemptEnd | null = null
  for (let attempt = 1; ; attempt += 1) {
    const end = await enterAndAsk(run, turn, whenAsked)
    if (end.kind === 'served' || run.hasLeft || turn.isBeside || run.isOvertaken(turn))
      return { turn, end }
    if (end.failure.code === triedByAnother) return { turn, end: before ?? end }
    before = end
    if (run.call.recalled?.isUnknownAt(turn.judged.hop.route.id, end.failure) === true) continue
    const wait = attempt < gatewayLimits.attemptsPerRoute ? waitBeforeRetry(run, end.failure) : null
    if (wait === null) return { turn, end }
    await run.sleep(wait)
    if (run.hasLeft || run.isOvertaken(turn)) return { turn, end }
  }
}

/** One attempt, with its place at the route. */
async function enterAndAsk(run: Progress, turn: Turn, whenAsked: WhenAsked): Promise<AttemptEnd> {
  const { hop } = turn.judged
  const entered = run.places.enter(hop, !turn.isBeside)
  const place = entered instanceof Promise ? await entered : entered
  if (isFailure(place)) return { kind: 'failed', failure: run.cutByPolicy(hop) ?? place }
  try {
    return await ask(run, turn, place, whenAsked)
  } finally {
    place.release()
  }
}

async function ask(
  run: Progress,
  turn: Turn,
  place: AttemptPlace,
  whenAsked: WhenAsked,
): Promise<AttemptEnd> {
  const { hop } = turn.judged
  const { circuits, clock, upstreams } = run.tools
  const startedAt = clock.now()
  const made = requestFor(run, turn)
  if (isFailure(made)) return { kind: 'failed', failure: made }
  const trace = run.call.trace?.attempt(turn.judged, turn.number, startedAt) ?? null
  const unsigned = tracedRequest(made, run.call.trace, trace)
  const request =
    hop.route.protocol === 'bedrock-converse'
      ? await signedRequest(hop.route, unsigned, startedAt)
      : unsigned
  const begun = circuits.began(hop.model, hop.route.id, turn.judged.passed !== null)
  if (!(typeof begun === 'boolean' ? begun : await begun))
    return { kind: 'failed', failure: anotherTries }
  // It may have changed while a place, a signature or another process was waited for, or between two attempts.
  const cut = run.goneOrOvertaken(turn) ?? run.cutByPolicy(hop)
  if (cut !== null) {
    circuits.released(hop.model, hop.route.id)
    return { kind: 'failed', failure: cut }
  }
  const attempt = new Attempt({
    upstreams,
    clock,
    request,
    timeouts: hop.route.timeouts,
    isWhole: !run.call.isStream,
  })
  const asked = { turn, attempt, place, startedAt, trace }
  run.underWay = [...run.underWay, asked]
  const timer = whenAsked(run, turn)
  try {
    const head = await attempt.head
    const failure = isFailure(head) ? head : await readAnswer(run, asked, head)
    if (run.isOvertaken(turn)) place.used(() => overtakenUse)
    if (failure !== null) recordFailed(run, asked, failure)
    if (trace !== null) trace.writtenModel = turn.writtenModel
    trace?.ended(clock.now(), failure, run.isOvertaken(turn))
    judgeRoute(run, turn, failure)
    return failure === null ? { kind: 'served' } : { kind: 'failed', failure }
  } finally {
    timer?.cancel()
    run.underWay = run.underWay.filter((other) => other !== asked)
  }
}

/** Null: the caller has its answer. */
function readAnswer(run: Progress, asked: Asked, head: AttemptHead): Promise<Failure | null> {
  if (head.status >= 300) {
    const codec = run.codecOf(asked.turn.judged.hop.route.protocol)
    return readFailure(codec, head, asked.attempt, run.tools.clock.now())
  }
  return run.call.isStream ? answerStreamed(run, asked, head) : answerWhole(run, asked, head)
}

/** What the way of this attempt says about the route, for later calls. Null: it was served. */
function judgeRoute(run: Progress, turn: Turn, failure: Failure | null): void {
  const { circuits } = run.tools
  const { model, route } = turn.judged.hop
  if (failure === null) circuits.succeeded(model, route.id)
  // To be slower than another says nothing of a route.
  else if (run.hasLeft || run.isOvertaken(turn) || isOfThisCall(run.call, failure))
    circuits.released(model, route.id)
  else circuits.failed(model, route.id, failure)
}

/**
 * It says nothing of the route to other calls: what the caller itself has said does not, and another model or snapshot than
 * this call may have serves all those that may have it.
 */
function isOfThisCall(call: Call, failure: Failure): boolean {
  return isOurs(failure) || failure.code === modelMismatch || isEchoed(call, failure)
}

/** A withdrawal that only words tell of which stand in the request too: its provider may have repeated them. */
function isEchoed(call: Call, { class: kind, status, code, message }: Failure): boolean {
  if (kind !== 'withdrawn' || status === 403 || status === 404 || status === 410) return false
  const words = withdrawalTold(code, message)
  return words !== null && JSON.stringify(wholeCall(call).body).toLowerCase().includes(words)
}

/** Of a hop that was given up: its provider has read the request all the same, and may charge for it. */
const overtakenUse: AttemptUse = {
  usage: { input: null, output: 0, cacheRead: null, cacheWrite: null, reasoning: null },
  textBytes: () => 0,
  isWhole: true,
}
