import { instantText } from '../../base/instant-text.ts'
import type { CallerError, ProtocolCodec } from '../../protocols/index.ts'
import type { CallerAnswer } from '../caller-answer.ts'
import type { Caller } from '../gateway-state.ts'
import { denialOf, type KeepTools, nameOf } from './keep-call.ts'
import type { KeptAnswer } from './kept-calls.ts'

/** `GET /holdfast/calls/ID`: the answer of a call that is kept, for whoever asked it. */
export function answerKeptCall(
  tools: KeepTools,
  {
    id,
    caller,
    codec,
    answer,
  }: {
    readonly id: string
    readonly caller: Caller
    readonly codec: ProtocolCodec
    readonly answer: CallerAnswer
  },
): void {
  const call = tools.kept.find(nameOf(caller, id))
  if (call === null) {
    const since = { 'holdfast-kept-since': instantText(tools.kept.since) }
    return answer.error(codec, unknown, tools.isAlone ? since : {})
  }
  const { askedAt, answered } = call
  const told = { id, askedAt: instantText(askedAt) }
  if (answered === null) return answer.json(202, { ...told, state: 'under-way' })
  const denied = denialOf(tools, caller, call.work, answered)
  if (denied !== null) return answer.error(codec, denied)
  answer.json(200, { ...told, state: 'answered', ...written(answered) })
}

const unknown: CallerError = {
  status: 404,
  type: 'call_not_found',
  message: 'this process of the gateway keeps no call of this key under this id',
}

/** Bodies are texts, almost always; one that is none comes whole all the same. */
function written({ status, headers, body, at }: KeptAnswer) {
  const text = body.toString('utf8')
  const isText = Buffer.from(text, 'utf8').equals(body)
  return {
    answeredAt: instantText(at),
    status,
    headers,
    encoding: isText ? 'utf8' : 'base64',
    body: isText ? text : body.toString('base64'),
  }
}
