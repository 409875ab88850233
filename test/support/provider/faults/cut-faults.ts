import type { Answer, Piece } from '../answer.ts'
import { frame, type Carries, type Frame } from '../frame.ts'
import { bodyBytes, headOf, isTokenStep, throughToken } from '../reply.ts'
import { cut, end, head, send, type Step } from '../step.ts'
import { jsonForSchema } from '../json-for-schema.ts'
import type { Served } from '../wire.ts'
import { type Fault, fault } from './fault.ts'

/** Where an answer has no call, it gets one, so that there is something to cut. */
function withCall(answer: Answer, served: Served): Answer {
  if (answer.pieces.some((one) => one.kind === 'tool-call')) return answer
  const [tool] = served.request.tools
  const made =
    tool === undefined ? { city: 'Tromsø', unit: 'celsius' } : jsonForSchema(tool.schema, 0)
  const call: Piece = {
    kind: 'tool-call',
    id: '0cut',
    name: tool?.name ?? 'get_weather',
    argumentsText: JSON.stringify(made),
  }
  return { ...answer, pieces: [...answer.pieces, call], stop: 'tool-use' }
}

function withThinking(answer: Answer): Answer {
  if (answer.pieces.some((one) => one.kind === 'thinking')) return answer
  const text = 'First I look at what was asked, then I weigh what I know of it, and then I answer.'
  const thinking: Piece = { kind: 'thinking', text, signature: 'c2lnbmF0dXJl'.repeat(40) }
  return { ...answer, pieces: [thinking, ...answer.pieces] }
}

/** Up to the middle of the first stretch of such frames. */
function intoStretch(healthy: readonly Step[], carries: Carries): readonly Step[] {
  const first = healthy.findIndex((step) => carriesOf(step) === carries)
  if (first === -1) return healthy.slice(0, 1)
  const rest = healthy.slice(first)
  const after = rest.findIndex((step) => step.kind === 'send' && carriesOf(step) !== carries)
  const length = after === -1 ? rest.length : after
  return healthy.slice(0, first + Math.max(1, Math.floor(length / 2)))
}

function carriesOf(step: Step): Carries | null {
  return step.kind === 'send' ? step.frame.carries : null
}

/** All before the token that comes after so many, and this token cut where the rule says. */
function insideToken(
  healthy: readonly Step[],
  tokens: number,
  cutAt: (one: Frame) => number | null,
): readonly Step[] {
  const before = throughToken(healthy, tokens)
  for (let index = before.length; index < healthy.length; index += 1) {
    const step = healthy[index]
    if (step === undefined || step.kind !== 'send' || !isTokenStep(step)) continue
    const at = cutAt(step.frame)
    if (at === null) continue
    const part = send(frame('comment', step.frame.bytes.subarray(0, at)))
    return [...healthy.slice(0, index), part, cut('close')]
  }
  return [...before, cut('close')]
}

/** Just after the first byte of a character of several bytes. */
function insideCharacter(bytes: Buffer): number | null {
  const json = Math.max(bytes.indexOf('{'), 0)
  const isLead = (byte: number, index: number): boolean =>
    index >= json && byte >= 0xc2 && byte <= 0xf4 && ((bytes[index + 1] ?? 0) & 0xc0) === 0x80
  const lead = bytes.findIndex(isLead)
  return lead === -1 ? null : lead + 1
}

/** The answer breaks off inside something; for all that HTTP can tell, or for the reader only. */
export const cutFaults: readonly Fault[] = [
  fault({
    id: 'cut-in-text',
    title: 'breaks off after 40 of 60 tokens',
    errorClass: 'transport',
    strikes: 'mid-content',
    modes: ['stream'],
    reply: (healthy) => [...throughToken(healthy, 40), cut('close')],
  }),
  fault({
    id: 'cut-in-tool-arguments',
    title: 'breaks off inside the arguments of a tool call',
    errorClass: 'transport',
    strikes: 'mid-content',
    modes: ['stream'],
    answer: withCall,
    reply: (healthy) => [...intoStretch(healthy, 'tool-arguments'), cut('close')],
  }),
  fault({
    id: 'cut-in-thinking',
    title: 'breaks off inside a thinking block',
    errorClass: 'transport',
    strikes: 'mid-content',
    modes: ['stream'],
    answer: withThinking,
    reply: (healthy) => [...intoStretch(healthy, 'thinking'), cut('close')],
  }),
  fault({
    id: 'cut-in-character',
    title: 'breaks off after the first byte of a character of several bytes',
    errorClass: 'transport',
    strikes: 'mid-content',
    reply: (healthy) => {
      const bytes = bodyBytes(healthy)
      const { status, headers } = headOf(healthy)
      const isWhole = !healthy.some(isTokenStep)
      if (!isWhole) return insideToken(healthy, 20, (one) => insideCharacter(one.bytes))
      const at = insideCharacter(bytes) ?? Math.ceil(bytes.length / 2)
      return [head(status, headers), send(frame('body', bytes.subarray(0, at))), cut('close')]
    },
  }),
  fault({
    id: 'cut-in-event',
    title: 'breaks off inside the line of an event, or inside a binary frame',
    errorClass: 'transport',
    strikes: 'mid-content',
    modes: ['stream'],
    reply: (healthy) => insideToken(healthy, 20, (one) => Math.floor(one.bytes.length / 2)),
  }),
  fault({
    id: 'clean-cut',
    title: 'ends after 40 tokens as HTTP wants it, without any closing event',
    errorClass: 'transport',
    strikes: 'mid-content',
    modes: ['stream'],
    reply: (healthy) => [...throughToken(healthy, 40), end],
  }),
  fault({
    id: 'clean-cut-body',
    title: 'ends in the middle of the JSON as HTTP wants it',
    errorClass: 'transport',
    strikes: 'before-content',
    modes: ['whole'],
    reply: (healthy) => {
      const bytes = bodyBytes(healthy)
      const { status, headers } = headOf(healthy)
      const open = headers.filter(([name]) => name !== 'content-length')
      const half = bytes.subarray(0, Math.ceil(bytes.length / 2))
      return [head(status, open), send(frame('body', half)), end]
    },
  }),
]
