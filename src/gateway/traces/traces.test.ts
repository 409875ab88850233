import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import type { HeaderLines } from '../header-lines.ts'
import type { TracedCall } from './traced-call.ts'
import { type TraceRules, Traces } from './traces.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const parent = (flags: string) => ({ traceparent: `00-${trace}-00f067aa0ba902b7-${flags}` })

function made(rules: TraceRules | null, drawn = 0.5) {
  const ended: TracedCall[] = []
  const sink = { rules, ended: (call: TracedCall) => void ended.push(call) }
  const traces = new Traces(sink, {
    clock: new ManualClock(),
    random: () => drawn,
    randomBytes: (count) => Buffer.alloc(count, 7),
  })
  const began = (headers: HeaderLines = {}) => {
    const response = new EventEmitter()
    const facts = {
      requestedModel: null,
      servedModel: null,
      writtenModel: null,
      route: null,
      outcome: null,
      isBroken: false,
      decision: null,
      notices: [],
      lost: [],
    }
    const call = traces.began({
      id: '01998a3c-1f2e-7c4d-9a5b-6c7d8e9fa0b1',
      endpoint: 'generate',
      method: 'POST',
      path: '/v1/messages',
      headers,
      response: response as ServerResponse,
      facts,
    })
    response.emit('close')
    return call
  }
  return { began, ended }
}

test('a share of the calls is traced, whatever their callers say', () => {
  for (const headers of [{}, parent('01')]) {
    const half = made({ sampleRatio: 0.51, propagate: false })
    half.began(headers)
    assert.equal(half.ended.length, 1)
    const less = made({ sampleRatio: 0.49, propagate: false })
    assert.equal(less.began(headers), null)
    assert.equal(less.ended.length, 0)
  }
  assert.equal(made({ sampleRatio: 0, propagate: false }, 0).began(parent('01')), null)
})

test('a caller can have less traced', () => {
  const { began, ended } = made({ sampleRatio: 1, propagate: false })
  assert.equal(began(parent('00')), null)
  assert.equal(ended.length, 0)
})

test('what is not traced is passed on all the same, where providers are to hear of it', () => {
  const { began, ended } = made({ sampleRatio: 0, propagate: true })
  const call = began(parent('01'))
  call?.identified()
  assert.equal(call?.trace, trace)
  assert.ok(!call.parts.isSampled)
  assert.equal(ended.length, 0)
})

test("a caller's trace counts once the caller is known", () => {
  const { began } = made({ sampleRatio: 1, propagate: false })
  const call = began({ ...parent('01'), tracestate: 'acme=1' })
  assert.equal(call?.trace, '01998a3c1f2e7c4d9a5b6c7d8e9fa0b1')
  assert.equal(call.parent?.span, undefined)
  call.identified()
  assert.equal(call.trace, trace)
  assert.equal(call.parent?.span, '00f067aa0ba902b7')
  assert.equal(call.traceState, 'acme=1')
})

test('a state that no header line could carry, or that is too long, is left out', () => {
  const { began } = made({ sampleRatio: 1, propagate: true })
  for (const tracestate of ['acme=\u00e9', `acme=${'a'.repeat(600)}`]) {
    const call = began({ ...parent('01'), tracestate })
    call?.identified()
    assert.equal(call?.trace, trace)
    assert.equal(call.traceState, null)
  }
})
