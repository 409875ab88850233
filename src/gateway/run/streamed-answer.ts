import type { ProtocolCodec } from '../../protocols/index.ts'
import { type AttemptHead, evidenceFailure, type Failure, transportFailure } from '../attempt.ts'
import { answerOfEvents } from '../call-capture.ts'
import type { Call } from '../call.ts'
import { byteLane, continuedLane, type Lane, translatedLane } from '../lane.ts'
import type { Hop } from '../plan-hops.ts'
import { returnedHeaders } from '../route-request.ts'
import { SentBytes } from '../sent-bytes.ts'
import { relayStream } from '../stream-relay.ts'
import { isStream } from '../upstream-answer.ts'
import { streamWriter, writerAtEnd } from './answer-context.ts'
import { captureAnswer } from './capture-answer.ts'
import { checkServed, checkUsed } from './check-served.ts'
import { holdAnswer } from './hold-answer.ts'
import type { Progress } from './progress.ts'
import { recordBeginning, recordEnded } from './record-turn.ts'
import type { Asked } from './turn.ts'

/** A streamed answer, begun or gone on with. Null: the caller has it to its end. */
export async function answerStreamed(
  run: Progress,
  asked: Asked,
  head: AttemptHead,
): Promise<Failure | null> {
  const { attempt, turn, place } = asked
  const { hop } = turn.judged
  const target = run.codecOf(hop.route.protocol)
  if (!isStream(target, head)) {
    attempt.abort()
    return transportFailure('the provider answered without a stream', false)
  }
  turn.servedModel = hop.model
  if (run.isContinuing) {
    run.answers(turn)
    resume(run, hop)
    if (!(await recordBeginning(run, asked, { outcome: 'resumed', endedAt: null })))
      return evidenceFailure()
  }
  const { failure, usage, stop, textBytes, last } = await relayStream({
    attempt,
    ...laneOf(run, target, hop.model),
    answer: run.answer,
    delivered: run.delivered,
    clock: run.tools.clock,
    timeouts: hop.route.timeouts,
    isSeveral: isSeveral(run.call),
    isHolding: () => run.queue.hasMore(),
    served: (model) => checkServed(run, turn, model),
    used: (models) => checkUsed(run, turn, models),
    produced: () => produced(run, asked),
    begin: () => begin(run, asked, head),
  })
  const isWhole = failure === null
  place.used(() => ({ usage, textBytes: () => textBytes, isWhole }))
  asked.trace?.told(usage, stop)
  if (failure !== null) return failure
  const { servedModel } = turn
  const { sent } = run.answer
  const end = { outcome: run.outcome(turn), servedModel, usage }
  recordEnded(run, asked, sent === null ? end : { ...end, answer: sent })
  holdAnswer(run, turn, last)
  run.answer.end()
  if (run.isCaptured) captureAnswer(run, turn, answerOfEvents(run.delivered.events, stop))
  return null
}

/** Only the same protocol carries them. */
function isSeveral({ body: { n } }: Call): boolean {
  return typeof n === 'number' && n > 1
}

/** Another provider takes the open answer over. */
function resume(run: Progress, { model, route }: Hop): void {
  run.continuations += 1
  const { facts } = run.answer
  facts.outcome = 'resumed'
  facts.servedModel = model
  const words = `holdfast resumed model=${model} route=${route.id}`
  run.answer.send(streamWriter(run, model).comment(words), () => undefined)
}

/** The way to the caller, and what ends it where the provider closes without its last word. */
function laneOf(
  run: Progress,
  target: ProtocolCodec,
  model: string,
): { readonly lane: Lane; readonly closing: () => string } {
  const { codec } = run.call
  const reader = target.createReader()
  // The provider's own reason to finish and usage have gone out: told again, clients would add them up.
  if (!run.isContinuing && target.protocol === codec.protocol)
    return { lane: byteLane(reader), closing: () => codec.lastWord ?? '' }
  const writer = streamWriter(run, model)
  return {
    lane: run.isContinuing
      ? continuedLane(reader, writer, run.delivered)
      : translatedLane(reader, writer),
    closing: () => writerAtEnd(run).write({ kind: 'end' }),
  }
}

function produced(run: Progress, { turn, trace }: Asked): void {
  run.answers(turn)
  if (trace !== null) trace.producedAt = run.tools.clock.now()
}

function begin(run: Progress, asked: Asked, head: AttemptHead): Promise<boolean> | boolean {
  const { turn } = asked
  run.tellFacts(turn)
  const outcome = run.outcome(turn)
  const recorded = recordBeginning(run, asked, { outcome, endedAt: null })
  const open = (isRecorded: boolean): boolean => {
    if (!isRecorded) return false
    const isSame = turn.judged.hop.route.protocol === run.call.codec.protocol
    run.answer.open(isSame ? returnedHeaders(head.headers) : {}, sentBytes(run))
    return true
  }
  return typeof recorded === 'boolean' ? open(recorded) : recorded.then(open)
}

/** Null: nothing is recorded. */
function sentBytes({ call, tools: { evidence } }: Progress): SentBytes | null {
  if (evidence === null) return null
  const { digestOf, digestParts } = evidence
  const isKept = call.workflow?.keepsContents ?? false
  return new SentBytes({ digestOf, digestParts, isKept })
}
