import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { answerText } from '../support/provider/answer-text.ts'
import { errorClassIn, type Fault } from '../support/provider/faults/fault.ts'
import { faults } from '../support/provider/faults/faults.ts'
import { hear, type Heard } from '../support/provider/hear.ts'
import { type Mode, modes, type Protocol, protocols } from '../support/provider/protocol.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { type RawAnswer, type RawRequest, rawRequest } from '../support/provider/raw-client.ts'
import { sampleRequest } from '../support/provider/sample-request.ts'

/** 1 s of the catalogue passes in 5 ms. */
const timeScale = 0.005
const full = answerText(0, 60)
const prompt =
  '[[words: 60]] [[think: 12]] [[call: get_weather {"city":"Tromsø","unit":"celsius"}]]'
const otherModel = 'provider-other-model-2'

/** What one client saw of one faulty answer. */
interface Seen extends RawAnswer {
  readonly fault: Fault
  readonly protocol: Protocol
  readonly mode: Mode
  readonly model: string
  readonly heard: Heard
}

type Look = (seen: Seen) => void

let provider: Provider
before(async () => {
  provider = await startProvider({ timeScale, hugeBodyBytes: 1024 * 1024 })
})
after(() => provider.close())

async function ask(fault: Fault, protocol: Protocol, mode: Mode): Promise<Seen> {
  const model = `fault-${fault.id}`
  const sample = sampleRequest(protocol, mode, model, `${prompt} [[case: ${protocol} ${mode}]]`)
  const answer = await rawRequest({
    ...sample,
    baseUrl: provider.baseUrl,
    ...leaving(fault.id, protocol, mode),
  })
  const heard = hear(protocol, mode, answer.body)
  return { ...answer, fault, protocol, mode, model, heard }
}

/** An error with this status, whose body says this; Google and AWS have words of their own. */
function error(status: number | Partial<Record<Protocol, number>>, words: RegExp): Look {
  return (seen) => {
    const expected = typeof status === 'number' ? status : status[seen.protocol]
    assert.equal(seen.status, expected)
    assert.ok(seen.isComplete)
    const head = seen.headers.map(([, value]) => value).join('\n')
    assert.match(`${head}\n${seen.body.toString('utf8')}`, words)
    assert.equal(seen.heard.text, '')
  }
}

const healthy: Look = (seen) => {
  assert.equal(seen.status, 200)
  assert.equal(seen.heard.text, full)
  assert.equal(seen.heard.brokenEvents, 0)
  assert.ok(seen.isComplete && seen.heard.isClosed)
}

const nothing: Look = (seen) => {
  assert.equal(seen.status, null)
  assert.equal(seen.head, '')
}

const silence: Look = (seen) => {
  nothing(seen)
  assert.equal(seen.connection, 'left')
}

/** Between nothing and everything was said, and nothing closes it. */
const part: Look = ({ heard, mode }) => {
  if (mode === 'whole') return
  assert.ok(full.startsWith(heard.text) && heard.text.length < full.length)
  assert.equal(heard.stop, null)
  assert.ok(!heard.isClosed)
}

function tokens(count: number): Look {
  return ({ heard, mode }) => {
    if (mode === 'whole') return
    const thoughts = heard.thinking.split(/\s+/).filter((word) => word !== '').length
    const words = heard.text.split(/\s+/).filter((word) => word !== '').length
    assert.equal(thoughts + words, count)
  }
}

const cutOff: Look = (seen) => {
  assert.ok(!seen.isComplete)
  assert.equal(seen.connection, 'closed')
}

const reset: Look = (seen) => assert.equal(seen.connection, 'reset')

function header(name: string, value: RegExp | null): Look {
  return ({ headers }) => {
    const found = headers.find(([one]) => one === name)?.[1]
    if (value === null) assert.equal(found, undefined)
    else assert.match(found ?? '', value)
  }
}

function all(...looks: readonly Look[]): Look {
  return (seen) => {
    for (const look of looks) look(seen)
  }
}

const anyShape = { 'openai-chat': 0, 'openai-responses': 0, 'anthropic-messages': 0, gemini: 0 }
const notFound = error(404, /model_not_found|not_found_error|NOT_FOUND|ResourceNotFoundException/)
const tooMany = error(429, /rate_limit|RESOURCE_EXHAUSTED|ThrottlingException/)
const unavailable = error(503, /overloaded|Service unavailable|UNAVAILABLE|ServiceUnavailable/)
const tooLong = error(400, /context_length|prompt is too long|token count|Input is too long/)

const policy: Look = (seen) => {
  if (seen.protocol !== 'gemini') {
    error(400, /content_policy_violation|content filtering policy/)(seen)
    return
  }
  assert.equal(seen.status, 200)
  assert.equal(seen.heard.stop, 'PROHIBITED_CONTENT')
}

const invalidJson: Look = (seen) => {
  assert.equal(seen.heard.brokenEvents, 1)
  assert.equal(seen.heard.text, full)
  assert.ok(seen.heard.isClosed)
}

const withoutTerminal: Look = (seen) => {
  assert.ok(seen.isComplete && !seen.heard.isClosed)
  assert.equal(seen.heard.text, full)
}

const inBand: Look = (seen) => {
  assert.equal(seen.status, 200)
  assert.ok(seen.isComplete)
  assert.equal(seen.heard.errors.length, 1)
  assert.match(JSON.stringify(seen.heard.errors), /overloaded|UNAVAILABLE|unable to process/)
}

const inTool: Look = (seen) => {
  cutOff(seen)
  const [call] = seen.heard.calls
  if (seen.protocol === 'gemini') return
  assert.ok(call !== undefined && call.argumentsText.length > 0)
  assert.throws(() => JSON.parse(call.argumentsText))
  assert.equal(seen.heard.text, full)
}

const inThinking: Look = (seen) => {
  cutOff(seen)
  const thought = answerText(101, 12)
  assert.ok(thought.startsWith(seen.heard.thinking) && seen.heard.thinking.length > 0)
  assert.ok(seen.heard.thinking.length < thought.length)
  assert.equal(seen.heard.text, '')
}

const otherName: Look = (seen) => assert.ok(seen.heard.models.includes(otherModel))

const drip: Look = (seen) => {
  assert.equal(seen.status, 200)
  assert.ok(seen.body.length < full.length, `${seen.body.length} bytes`)
  assert.equal(seen.heard.text, '')
  assert.equal(seen.connection, 'left')
}

function closeOnly(seen: Seen): void {
  assert.equal(seen.connection, 'closed')
}

/** For every fault what a client on a socket must be able to see. */
const looks: Readonly<Record<string, Look>> = {
  s01: all(tooMany, header('retry-after', /^2$/)),
  s02: all(tooMany, header('retry-after', null)),
  s03: error(500, /server_error|api_error|INTERNAL|InternalServerException/),
  s04: unavailable,
  s05: all(nothing, reset),
  s06: silence,
  s07: all(healthy, ({ bodyAfterMs, headAfterMs, protocol, mode }) => {
    const isFirstEventContent = protocol === 'gemini' || mode === 'whole'
    const waited = (bodyAfterMs ?? 0) - (headAfterMs ?? 0)
    if (isFirstEventContent) assert.ok(waited > 5, `${waited} ms`)
  }),
  s08: all(cutOff, part, tokens(40)),
  s09: all(cutOff, part, tokens(20)),
  s10: invalidJson,
  s11: withoutTerminal,
  s12: tooLong,
  s13: policy,
  s14: all(cutOff, part, tokens(40)),
  s15: unavailable,
  s16: unavailable,
  h01: notFound,
  h02: healthy,
  h03: all(inBand, tokens(20)),
  h04: inTool,
  h05: inThinking,
  h06: otherName,
  h07: drip,
  withdrawn: notFound,
  gone: error(410, /deactivated|no longer available|removed/),
  'model-forbidden': error(403, /does not have access|Permission denied|don't have access/),
  deprecated: error(400, /model_decommissioned|deprecated|model identifier is invalid/),
  'temporarily-unavailable': error(503, /TEMPORARILY_UNAVAILABLE/),
  'bad-credential': error(
    { ...each(401), gemini: 400, 'bedrock-converse': 403 },
    /invalid_api_key|authentication_error|API_KEY_INVALID|UnrecognizedClientException/,
  ),
  forbidden: error(403, /insufficient permissions|permission|not authorized/),
  'rate-limited': all(tooMany, header('retry-after', null)),
  'rate-limited-seconds': all(tooMany, header('retry-after', /^2$/)),
  'rate-limited-date': all(tooMany, ({ headers }) => {
    const at = Date.parse(headers.find(([name]) => name === 'retry-after')?.[1] ?? '')
    assert.ok(Math.abs(at - Date.now()) < 10_000)
  }),
  'quota-exhausted': error(
    { ...each(429), 'anthropic-messages': 402 },
    /insufficient_quota|billing_error|QuotaFailure|tokens per day/,
  ),
  'server-error': error(500, /server_error|api_error|INTERNAL|InternalServerException/),
  'bad-gateway': all(error(502, /Bad Gateway/), header('content-type', /html/)),
  unavailable,
  'unavailable-seconds': all(unavailable, header('retry-after', /^2$/)),
  overloaded: error({ ...each(503), 'anthropic-messages': 529 }, /overloaded|ServiceUnavailable/),
  'timed-out': error({ ...each(504), 'bedrock-converse': 408 }, /timed? ?out|timeout/i),
  'invalid-request': error(400, /invalid_request_error|INVALID_ARGUMENT|ValidationException/),
  'too-large': error(413, /large|exceeds/),
  'context-length': tooLong,
  'content-policy': policy,
  'prefill-rejected': healthy,
  'reset-before-headers': all(nothing, reset),
  'close-before-headers': all(nothing, closeOnly),
  'reset-after-headers': all(reset, ({ status, body }) => {
    assert.equal(status, 200)
    assert.equal(body.length, 0)
  }),
  'reset-mid-body': all(reset, part, tokens(40)),
  'close-mid-body': all(cutOff, part, tokens(40)),
  'no-response': silence,
  'late-headers': all(healthy, ({ headAfterMs }) => assert.ok((headAfterMs ?? 0) > 50)),
  'late-first-token': healthy,
  stall: all(part, tokens(20), ({ connection, body }) => {
    assert.equal(connection, 'left')
    assert.ok(body.length > 0)
  }),
  'stall-before-content': ({ status, heard, connection }) => {
    assert.equal(status, 200)
    assert.equal(heard.text + heard.thinking, '')
    assert.equal(connection, 'left')
  },
  'slow-loris': drip,
  'slow-loris-later': all(part, tokens(20), ({ heard }) => assert.equal(heard.brokenEvents, 1)),
  'pings-only': ({ heard, body, connection }) => {
    assert.equal(heard.text + heard.thinking, '')
    assert.equal(heard.brokenEvents, 0)
    assert.ok(pings(body) >= 6)
    assert.equal(connection, 'left')
  },
  'pings-later': all(part, tokens(20), ({ body }) => assert.ok(pings(body) >= 6)),
  'slow-and-steady': healthy,
  'cut-in-text': all(cutOff, part, tokens(40)),
  'cut-in-tool-arguments': inTool,
  'cut-in-thinking': inThinking,
  'cut-in-character': all(cutOff, ({ body }) => {
    const lead = body.at(-1) ?? 0
    assert.ok(lead >= 0xc2, `ends with ${lead.toString(16)}`)
  }),
  'cut-in-event': all(cutOff, part, ({ heard }) => assert.equal(heard.brokenEvents, 1)),
  'clean-cut': all(part, tokens(40), ({ isComplete }) => assert.ok(isComplete)),
  'clean-cut-body': ({ isComplete, heard, status }) => {
    assert.equal(status, 200)
    assert.ok(isComplete && heard.brokenEvents === 1)
  },
  'invalid-json': invalidJson,
  'damaged-event': ({ heard }) => {
    assert.equal(heard.brokenEvents, 1)
    assert.ok(heard.text.length < full.length)
    assert.ok(heard.isClosed && heard.stop !== null)
  },
  'bad-checksum': ({ heard }) => {
    assert.equal(heard.brokenEvents, 1)
    assert.ok(heard.text.length < full.length && heard.isClosed)
  },
  'missing-terminal': withoutTerminal,
  'missing-finish': ({ heard, isComplete }) => {
    assert.equal(heard.text, full)
    assert.ok(isComplete && !heard.isClosed)
    assert.equal(heard.stop, null)
  },
  'in-band-error': all(inBand, tokens(20)),
  'in-band-error-first': all(inBand, tokens(0)),
  'in-band-rate-limit': ({ heard }) => {
    assert.match(JSON.stringify(heard.errors), /rate_limit|RESOURCE_EXHAUSTED|Too many requests/)
  },
  'in-band-withdrawal': all(tokens(20), ({ heard }) => {
    assert.match(JSON.stringify(heard.errors), /model_not_found|not_found_error|NOT_FOUND/)
  }),
  'error-with-200': ({ status, heard }) => {
    assert.equal(status, 200)
    assert.equal(heard.errors.length, 1)
  },
  'unknown-events': all(healthy, ({ body }) => assert.match(body.toString(), /x_provider_event/)),
  'whole-for-stream': ({ body, protocol, headers }) => {
    assert.ok(headers.some(([name, value]) => name === 'content-type' && value.includes('json')))
    assert.equal(hear(protocol, 'whole', body).text, full)
  },
  'lying-model': otherName,
  'lying-model-later': all(otherName, ({ heard, model }) => {
    assert.deepEqual(heard.models, [model, otherModel])
  }),
  'dated-model': all(healthy, ({ heard, model }) => {
    assert.deepEqual(heard.models, [`${model}-2026-01-15`])
  }),
  'nameless-model': all(healthy, ({ heard }) => assert.deepEqual(heard.models, [])),
  'server-side-fallback': all(healthy, ({ heard, mode, model, body }) => {
    assert.deepEqual(heard.models, mode === 'stream' ? [model, otherModel] : [otherModel])
    assert.match(body.toString(), /"type":"fallback_message"/)
  }),
  refusal: ({ status, heard, protocol }) => {
    assert.equal(status, 200)
    assert.equal(heard.text, '')
    if (protocol.startsWith('openai')) assert.match(heard.refusal, /can't help/)
    else assert.match(heard.stop ?? '', /refusal|SAFETY|content_filtered/)
  },
  'refusal-later': ({ heard }) => {
    assert.equal(heard.text, answerText(0, 10))
    assert.match(heard.stop ?? '', /refusal|SAFETY|content_filtered/)
  },
  'content-filter': ({ heard }) => {
    assert.equal(heard.text, answerText(0, 10))
    assert.match(heard.stop ?? '', /content_filter|incomplete|refusal|PROHIBITED|guardrail/)
  },
  'empty-answer': ({ heard, isComplete }) => {
    assert.equal(heard.text + heard.thinking, '')
    assert.ok(isComplete && heard.isClosed && heard.stop !== null)
  },
  'usage-missing': all(healthy, ({ heard }) => assert.equal(heard.usage, null)),
  'huge-body': ({ body }) => assert.ok(body.length >= 1024 * 1024),
  html: all(error(200, /<html>/), header('content-type', /html/)),
  'wrong-content-type': all(healthy, header('content-type', /^text\/plain$/)),
  garbage: ({ status, heard }) => {
    assert.equal(status, 200)
    assert.equal(heard.text, '')
    assert.ok(heard.brokenEvents > 0)
  },
  'empty-body': ({ status, body, isComplete }) => {
    assert.deepEqual([status, body.length, isComplete], [200, 0, true])
  },
  'truncated-gzip': all(header('content-encoding', /^gzip$/), ({ body, isComplete }) => {
    assert.ok(isComplete)
    assert.equal(body.readUInt16BE(0), 0x1f8b)
  }),
  'duplicate-content-length': ({ headers }) => {
    const lengths = headers.filter(([name]) => name === 'content-length').map(([, value]) => value)
    assert.equal(new Set(lengths).size, 2)
  },
  'content-length-and-chunked': all(
    header('content-length', /^3$/),
    header('transfer-encoding', /^chunked$/),
  ),
  'content-length-too-long': all(cutOff, ({ heard }) => assert.equal(heard.text, full)),
  'bad-chunk-size': ({ isComplete, body }) => {
    assert.ok(!isComplete)
    assert.equal(body.length, 0)
  },
  'short-chunk': cutOff,
  'chunked-trailers': all(healthy, ({ trailers }) => assert.match(trailers, /x-provider-trailer/)),
  'early-hints': healthy,
  'huge-headers': all(healthy, ({ head }) => assert.ok(head.length > 64 * 1024)),
  'bad-status-line': ({ head, status }) => {
    assert.equal(status, null)
    assert.match(head, /^SSH/)
  },
  redirect: all(({ status }) => assert.equal(status, 307), header('location', /^http:\/\/127/)),
  'redirect-found': all(({ status }) => assert.equal(status, 302), header('location', /\/v1\//)),
}

function each(status: number): Record<Protocol, number> {
  return {
    ...anyShape,
    'openai-chat': status,
    'openai-responses': status,
    'anthropic-messages': status,
    gemini: status,
    'bedrock-converse': status,
  }
}

/** When a client gives up that faces a fault longer than any patience. */
function leaving(id: string, protocol: Protocol, mode: Mode): Partial<RawRequest> {
  switch (id) {
    case 's06':
    case 'no-response':
      return { patienceMs: 150 }
    case 'stall':
    case 'stall-before-content':
      return { quietMs: 300 }
    case 'h07':
    case 'slow-loris':
      return { leaveWhen: (body) => body.length >= 8 }
    case 'slow-loris-later':
      return { leaveWhen: (body) => hear(protocol, mode, body).brokenEvents > 0 }
    case 'pings-only':
    case 'pings-later':
      return { leaveWhen: (body) => pings(body) >= 6 }
    default:
      return {}
  }
}

function pings(body: Buffer): number {
  return (body.toString('latin1').match(/"ping"\}|: keep-alive/g) ?? []).length
}

test('every fault has an expectation, and every expectation a fault', () => {
  assert.deepEqual(Object.keys(looks).toSorted(), faults.map((one) => one.id).toSorted())
})

test('all published scenarios and ours are there, each id once', () => {
  const ids = faults.map((one) => one.id)
  assert.equal(new Set(ids).size, ids.length)
  for (let number = 1; number <= 16; number += 1) {
    assert.ok(ids.includes(`s${String(number).padStart(2, '0')}`))
  }
  for (let number = 1; number <= 7; number += 1) assert.ok(ids.includes(`h0${number}`))
  for (const { fallbackFault } of faults) {
    assert.ok(fallbackFault === undefined || ids.includes(fallbackFault))
  }
})

describe('every fault is seen on the wire', () => {
  for (const fault of faults) {
    const cases = protocols
      .filter((protocol) => fault.protocols.includes(protocol))
      .flatMap((protocol) => modes.map((mode) => [protocol, mode] as const))
      .filter(([, mode]) => fault.modes.includes(mode))
    test(`${fault.id}: ${fault.title}`, async () => {
      const look = looks[fault.id]
      assert.ok(look)
      const seen = await Promise.all(cases.map(([protocol, mode]) => ask(fault, protocol, mode)))
      for (const one of seen) {
        try {
          look(one)
        } catch (problem) {
          const { heard, status, connection, isComplete } = one
          const found = JSON.stringify({ status, connection, isComplete, heard }).slice(0, 900)
          throw new Error(`${one.protocol}, ${one.mode}: ${String(problem)}\n${found}`, {
            cause: problem,
          })
        }
      }
    })
  }
})

test('a fault of some attempts ends after them, per case', async () => {
  const statuses: (number | null)[] = []
  for (const name of ['one', 'two']) {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const sample = sampleRequest('openai-chat', 'whole', 'fault-s04-x2', `[[case: ${name}]]`)
      const { status } = await rawRequest({ ...sample, baseUrl: provider.baseUrl })
      statuses.push(status)
    }
  }
  assert.deepEqual(statuses, [503, 503, 200, 503, 503, 200])
})

test('an outage of a minute is over after a minute', async () => {
  const sample = sampleRequest('openai-chat', 'whole', 'fault-s15', '[[case: outage]]')
  const first = await rawRequest({ ...sample, baseUrl: provider.baseUrl })
  await new Promise((resolve) => setTimeout(resolve, 60_000 * timeScale + 5))
  const second = await rawRequest({ ...sample, baseUrl: provider.baseUrl })
  assert.deepEqual([first.status, second.status], [503, 200])
})

test('embeddings and counts meet faults as well', async () => {
  const embedded = await rawRequest({
    baseUrl: provider.baseUrl,
    path: '/v1/embeddings',
    body: JSON.stringify({ model: 'fault-h01', input: 'hello' }),
  })
  const counted = await rawRequest({
    baseUrl: provider.baseUrl,
    path: '/v1/messages/count_tokens',
    body: JSON.stringify({ model: 'fault-s04', messages: [] }),
  })
  assert.deepEqual([embedded.status, counted.status], [404, 503])
})

test('a model that rejects a prefill says so in its own words, and only then', async () => {
  const body = {
    model: 'fault-prefill-rejected',
    max_tokens: 99,
    messages: [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: 'Once upon' },
    ],
  }
  const answer = await rawRequest({
    baseUrl: provider.baseUrl,
    path: '/v1/messages',
    body: JSON.stringify(body),
  })
  assert.equal(answer.status, 400)
  assert.match(answer.body.toString(), /does not support assistant message prefill/)
})

test('nobody follows a redirect here, so the other origin hears nothing', () => {
  assert.deepEqual(provider.strangerRequests, [])
})

test('what a protocol lets pass as complete is classed so', () => {
  const terminal = faults.find((one) => one.id === 'missing-terminal')
  assert.ok(terminal)
  assert.equal(errorClassIn(terminal, 'openai-chat'), 'none')
  assert.equal(errorClassIn(terminal, 'openai-responses'), 'transport')
})
