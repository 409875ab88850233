import assert from 'node:assert/strict'
import type { Part, Stop, StreamEvent, UpstreamError, Usage } from '../../../src/protocols/index.ts'

/** What a caller learns from an answer, whole or streamed. */
export interface CollectedAnswer {
  readonly text: string
  readonly thinking: string
  readonly refusal: string
  readonly toolCalls: readonly { id: string; name: string; arguments: string }[]
  readonly stop: Stop | null
  readonly usage: Usage | null
  readonly isEnded: boolean
  readonly error: UpstreamError | null
}

export function collectParts(
  parts: readonly Part[],
  rest: { readonly stop: Stop; readonly usage: Usage | null },
): CollectedAnswer {
  const textOf = (kind: 'text' | 'thinking' | 'refusal') =>
    parts.map((part) => (part.kind === kind ? part.text : '')).join('')
  return {
    text: textOf('text'),
    thinking: textOf('thinking'),
    refusal: textOf('refusal'),
    toolCalls: parts
      .filter((part) => part.kind === 'tool-call')
      .map(({ id, name, arguments: text }) => ({ id, name, arguments: text })),
    ...rest,
    isEnded: true,
    error: null,
  }
}

/** Puts a stream together and holds it against the rules of events: one part at a time, numbered from 0, in order. */
export function collectEvents(events: readonly StreamEvent[]): CollectedAnswer {
  const parts: Part[] = []
  const rest: {
    stop: Stop | null
    usage: Usage | null
    isEnded: boolean
    error: UpstreamError | null
  } = { stop: null, usage: null, isEnded: false, error: null }
  let isStarted = false
  let open = -1
  const add = (index: number, text: string, kind: Part['kind']) => {
    assert.equal(index, open, `${kind} for part ${index}, which is not open`)
    const part = parts[index]
    assert.ok(part !== undefined && part.kind === kind, `${kind} for a ${String(part?.kind)}`)
    if (part.kind === 'tool-call') parts[index] = { ...part, arguments: part.arguments + text }
    else if (part.kind === 'text' || part.kind === 'thinking' || part.kind === 'refusal')
      parts[index] = { ...part, text: part.text + text }
  }
  for (const event of events) {
    assert.ok(!rest.isEnded && rest.error === null, `${event.kind} after the end`)
    switch (event.kind) {
      case 'start':
        assert.ok(!isStarted, 'two beginnings')
        isStarted = true
        break
      case 'part-start':
        assert.ok(isStarted, 'a part before the beginning')
        assert.equal(open, -1, 'a part within a part')
        assert.equal(event.index, parts.length, 'parts are numbered in order')
        open = event.index
        parts.push(event.part)
        break
      case 'text':
      case 'thinking':
      case 'refusal':
        add(event.index, event.text, event.kind)
        break
      case 'arguments':
        add(event.index, event.text, 'tool-call')
        break
      case 'part-end':
        assert.equal(event.index, open)
        open = -1
        break
      case 'signature':
      case 'citation':
        assert.equal(event.index, open)
        break
      case 'usage':
        rest.usage = event.usage
        break
      case 'stop':
        assert.equal(open, -1, 'a reason to stop within a part')
        rest.stop = event.stop
        break
      case 'end':
        assert.ok(rest.stop !== null, 'an end without a reason')
        rest.isEnded = true
        break
      case 'error':
        rest.error = event.error
        break
      case 'ping':
        break
    }
  }
  const stop = rest.stop ?? { reason: 'other', raw: null }
  return { ...collectParts(parts, { stop, usage: rest.usage }), ...rest }
}
