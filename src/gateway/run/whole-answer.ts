import { type AttemptHead, evidenceFailure, type Failure, isFailure } from '../attempt.ts'
import { answerOfParts } from '../call-capture.ts'
import { gatewayLimits } from '../limits.ts'
import { bytesOfTexts } from '../limits/bytes-of-texts.ts'
import { movedTo } from '../moved-to.ts'
import { returnedHeaders } from '../route-request.ts'
import { readAnswer, writtenText } from '../upstream-answer.ts'
import { answerContext } from './answer-context.ts'
import { captureAnswer } from './capture-answer.ts'
import { checkServed, checkUsed, firstFailure } from './check-served.ts'
import { holdAnswer } from './hold-answer.ts'
import { overtaken } from './own-failures.ts'
import type { Progress } from './progress.ts'
import { recordBeginning } from './record-turn.ts'
import type { Asked } from './turn.ts'

/** An answer that is not streamed: read, held against what was asked for, recorded, released whole. Null: it is out. */
export async function answerWhole(
  run: Progress,
  asked: Asked,
  head: AttemptHead,
): Promise<Failure | null> {
  const { attempt, turn, place } = asked
  const { hop } = turn.judged
  const { codec } = run.call
  const bytes = await attempt.whole(gatewayLimits.answerBytesMax)
  if (!Buffer.isBuffer(bytes)) return bytes
  const target = run.codecOf(hop.route.protocol)
  const read = readAnswer(target, bytes)
  if (isFailure(read)) return read
  const { usage, parts } = read
  const textBytes = () => bytesOfTexts(parts)
  place.used(() => ({ usage, textBytes, isWhole: true }))
  asked.trace?.told(usage, read.stop)
  const names = [read.model, ...parts.map(movedTo)].filter((name) => name !== null)
  const otherModel =
    firstFailure(names, (name) => checkServed(run, turn, name)) ??
    checkUsed(run, turn, usage?.models ?? [])
  if (otherModel !== null) return otherModel
  const isSame = target.protocol === codec.protocol
  const text = isSame
    ? bytes
    : writtenText(() => codec.writeAnswer(read, answerContext(run, turn.servedModel)))
  if (!Buffer.isBuffer(text) && typeof text !== 'string') return text
  if (!run.answers(turn)) return overtaken
  run.tellFacts(turn)
  const isRecorded = await recordBeginning(run, asked, {
    outcome: run.outcome(turn),
    endedAt: run.tools.clock.now(),
    usage: read.usage,
    answer: text,
  })
  if (!isRecorded) return evidenceFailure()
  const cut = run.cutByPolicy(hop)
  if (cut !== null) return cut
  const headers = isSame ? returnedHeaders(head.headers) : { 'content-type': 'application/json' }
  holdAnswer(run, turn, text)
  run.answer.whole(200, headers, text)
  if (run.isCaptured) captureAnswer(run, turn, answerOfParts(read))
  return null
}
