import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { spokenText } from './answer.ts'
import { messageIdOf } from './anthropic-wire.ts'
import { faultInCue, faultInName, faultNamed } from './chosen-fault.ts'
import { signatureProblem } from './credential.ts'
import type { ErrorKind } from './error-kind.ts'
import { errorReply } from './faults/error-reply.ts'
import type { Fault, Turn } from './faults/fault.ts'
import { isObject, jsonOrNull, objectOf, textOrNull } from './json-reading.ts'
import { limits } from './limits.ts'
import { makeAnswer } from './make-answer.ts'
import type { Memory } from './memory.ts'
import { message, type ModelRequest, plainRequest } from './model-request.ts'
import { openaiChatWire } from './openai-chat-wire.ts'
import { responseIdOf } from './openai-responses-wire.ts'
import { playSteps } from './play-steps.ts'
import { type AnswerOrder, cuedMessage, plainOrder, readCues } from './prompt-cues.ts'
import type { ProviderOptions } from './provider-options.ts'
import type { OpenRecord } from './received-request.ts'
import { heldReply, streamReply, wholeReply } from './reply.ts'
import { type ActiveScript, doesMatch, scriptedFault } from './script.ts'
import type { Step } from './step.ts'
import type { Served, Wire } from './wire.ts'
import { recognise } from './wires.ts'

/** One request and all that its answer depends on. */
export interface Exchange {
  readonly record: OpenRecord
  readonly response: ServerResponse
  readonly socket: Socket
  readonly isTooLarge: boolean
  readonly signal: AbortSignal
  readonly options: ProviderOptions
  readonly strangerUrl: string
  readonly scripts: readonly ActiveScript[]
  readonly memory: Memory
}

/** The life of a request: understand it, let it in, choose the fault, make the answer, spoil it, send it. */
export async function answerTurn(exchange: Exchange): Promise<void> {
  const { record } = exchange
  const query = new URL(record.url, 'http://provider').searchParams
  const found = recognise({
    method: record.method,
    path: record.path,
    query,
    headers: record.headers,
    body: objectOf(jsonOrNull(record.body)),
  })
  const { wire, request } = found ?? {
    wire: openaiChatWire,
    request: plainRequest('openai-chat', {}),
  }
  const continued = withHistory(request, exchange.memory)
  const order = orderOf(continued ?? request, exchange.options)
  if (found !== null) noteRequest(record, request, order)
  const refused = await admissionProblem(exchange, found !== null, continued !== null)
  const turn = turnOf(exchange, wire, continued ?? request, order)
  if (refused !== null) {
    await play(errorReply(refused, turn), exchange, order)
    return
  }
  await answerAdmitted(exchange, turn)
}

function noteRequest(record: OpenRecord, request: ModelRequest, order: AnswerOrder): void {
  record.protocol = request.protocol
  record.operation = request.operation
  record.model = request.model
  record.isStream = request.isStream
  record.case = order.case
}

/** Puts the remembered conversation before a request that goes on behind it; null when it is not known. */
function withHistory(request: ModelRequest, memory: Memory): ModelRequest | null {
  const previous = previousOf(request)
  if (previous === null) return request
  const history = memory.conversation(previous)
  return history === null ? null : { ...request, messages: [...history, ...request.messages] }
}

function previousOf({ protocol, body }: ModelRequest): string | null {
  if (protocol === 'openai-responses') return textOrNull(body['previous_response_id'])
  if (protocol !== 'anthropic-messages') return null
  return textOrNull(objectOf(body['thread'])['previous_message_id'])
}

function orderOf(request: ModelRequest, options: ProviderOptions): AnswerOrder {
  const start = { ...plainOrder, seed: options.seed ?? 0 }
  const cued = request.messages[cuedMessage(request.messages)]
  return cued === undefined ? start : readCues(cued.text, start)
}

async function admissionProblem(
  exchange: Exchange,
  isRoute: boolean,
  hasHistory: boolean,
): Promise<ErrorKind | null> {
  const { record, options, isTooLarge } = exchange
  if (isTooLarge) return 'request-too-large'
  if (!isRoute) return 'not-a-route'
  if (record.protocol === 'bedrock-converse' && record.credential.kind !== 'bearer') {
    const query = new URL(record.url, 'http://provider').searchParams
    const problem = await signatureProblem({ ...record, query }, options.aws ?? null)
    if (problem !== null) return 'bad-credential'
  } else if (options.keys !== undefined && !options.keys.includes(record.credential.value)) {
    return 'bad-credential'
  }
  return hasHistory ? null : 'previous-response'
}

function turnOf(exchange: Exchange, wire: Wire, request: ModelRequest, order: AnswerOrder): Turn {
  const { options, record, strangerUrl } = exchange
  const served: Served = {
    request,
    order,
    number: record.number,
    model: request.model,
    laterModel: null,
    createdSeconds: Math.floor(record.atMs / 1000),
  }
  return {
    served,
    wire,
    answer: null,
    attempt: 1,
    nowMs: record.atMs,
    scaled: (ms) => ms * (options.timeScale ?? 1),
    strangerUrl,
    hugeBodyBytes: options.hugeBodyBytes ?? limits.hugeBodyBytes,
    retryAfterSeconds: options.retryAfterSeconds ?? 2,
  }
}

async function answerAdmitted(exchange: Exchange, admitted: Turn): Promise<void> {
  const { record, scripts, memory } = exchange
  const script = scripts.find((one) => doesMatch(one, record)) ?? null
  const order = { ...admitted.served.order, ...script?.rule.answer }
  record.case = order.case
  const { operation, model } = admitted.served.request
  const asked = memory.ask([operation, model, order.case].join('\n'), record.atMs)
  record.attempt = asked.attempt
  const chosen = chooseFault(admitted, order, script)
  const fault = isActive(chosen, asked, admitted) ? chosen : null
  record.fault = fault?.id ?? null
  script?.matched.push(record)
  const turn = preparedTurn({ ...admitted, attempt: asked.attempt }, order, fault, script)
  const healthy = healthyReply(turn, exchange.options)
  const spoiled = fault?.reply?.(healthy, turn) ?? healthy
  const scripted = script?.rule.reply?.(spoiled, turn) ?? spoiled
  const { holdAfterTokens } = script?.rule ?? {}
  const steps =
    holdAfterTokens === undefined || script === null
      ? scripted
      : heldReply(scripted, holdAfterTokens, script.gate)
  rememberTurn(turn, memory)
  await play(steps, exchange, turn.served.order)
}

/** The script's word, else the cue's, else the model's name. */
function chooseFault(turn: Turn, order: AnswerOrder, script: ActiveScript | null): Fault | null {
  const { model, operation } = turn.served.request
  if (operation === 'list-models' || operation === 'show-model') return null
  const scripted = script === null ? undefined : scriptedFault(script)
  if (scripted !== undefined) return scripted === null ? null : faultNamed(scripted)
  return faultInCue(order.fault, model) ?? faultInName(model)
}

function isActive(
  fault: Fault | null,
  asked: { readonly attempt: number; readonly sinceMs: number },
  turn: Turn,
): boolean {
  if (fault === null) return false
  const { isStream, protocol } = turn.served.request
  const mode = isStream ? 'stream' : 'whole'
  if (!fault.modes.includes(mode) || !fault.protocols.includes(protocol)) return false
  switch (fault.until.kind) {
    case 'always':
      return true
    case 'attempts':
      return asked.attempt <= fault.until.count
    case 'elapsed':
      return asked.sinceMs < turn.scaled(fault.until.ms)
  }
}

/** Makes the answer and lets fault and script change what is said. */
function preparedTurn(
  turn: Turn,
  ordered: AnswerOrder,
  fault: Fault | null,
  script: ActiveScript | null,
): Turn {
  const order = fault?.order?.(ordered, turn) ?? ordered
  const plain = { ...turn.served, order }
  const served = fault?.served?.(plain) ?? plain
  if (served.request.operation !== 'generate') return { ...turn, served }
  const made = makeAnswer(served.request, order)
  const faulty = fault?.answer?.(made, served) ?? made
  return { ...turn, served, answer: script?.rule.say?.(faulty) ?? faulty }
}

function healthyReply(turn: Turn, options: ProviderOptions): readonly Step[] {
  const { answer, served, wire } = turn
  const { operation, isStream } = served.request
  if (answer !== null) {
    return isStream
      ? streamReply(wire, answer, served)
      : wholeReply(wire.whole(answer, served), served.order.isGzip)
  }
  if (operation === 'count-tokens') return wholeReply(wire.countTokens(served))
  if (operation === 'embed') return wholeReply(wire.embed(served))
  return wholeReply(wire.listModels(options.models ?? [], served))
}

function rememberTurn(turn: Turn, memory: Memory): void {
  const { answer, served } = turn
  const id = answer === null ? null : rememberedAs(served)
  if (answer === null || id === null) return
  const calls = answer.pieces.filter((one) => one.kind === 'tool-call').length
  memory.remember(id, [
    ...served.request.messages,
    message('assistant', spokenText(answer.pieces), calls),
  ])
}

/** The id by which the answer may be taken up; null: it may not. */
function rememberedAs(served: Served): string | null {
  const { protocol, body } = served.request
  if (protocol === 'openai-responses') return responseIdOf(served)
  return protocol === 'anthropic-messages' && isObject(body['thread']) ? messageIdOf(served) : null
}

async function play(steps: readonly Step[], exchange: Exchange, order: AnswerOrder): Promise<void> {
  const { response, socket, record, signal } = exchange
  await playSteps(steps, { response, socket, record, signal, splitBytes: order.splitBytes })
}
