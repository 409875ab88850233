import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { type Caller, callerOf } from '../../src/cli/load-callers.ts'
import { presentedKeyDigest } from '../../src/store/index.ts'
import { inboundPaths, promptBody } from '../support/gateway-answer.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { talk } from '../support/gateway-socket.ts'
import { banOnFable, gatewayKeys, setGatewayKeys } from '../support/gateway-world.ts'
import type { Answer } from '../support/provider/answer.ts'
import { errorReply } from '../support/provider/faults/error-reply.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { head, send, type Step } from '../support/provider/step.ts'
import { temporaryFolder } from './holdfast.ts'

/** The design's "Keys and threats", as far as the gateway goes: what hostile callers and providers can make of it. */

setGatewayKeys()
const folder = temporaryFolder()
const callerKey = gatewayKeys.HOLDFAST_TEST_CLEARED
const foreignKey = gatewayKeys.HOLDFAST_TEST_FOREIGN
const firstCredential = 'credential-of-the-first-4e1c'
const secondCredential = 'credential-of-the-second-9a7d'
process.env['HOLDFAST_TEST_FIRST'] = firstCredential
process.env['HOLDFAST_TEST_SECOND'] = secondCredential
process.env['HOLDFAST_TEST_UNDETERMINED'] = 'undetermined-key-3c19f0b7e2aa'
const order = 'test-order'
const prompt = 'a prompt that nobody else may read [[words: 3]]'

suite('a hostile caller', { concurrency: 8 }, () => {
  let first: Provider
  let second: Provider
  let stranger: Server
  const strangerRequests: string[] = []
  let strangerUrl = ''
  let gateway: GatewayProcess

  before(async () => {
    first = await startProvider({ seed: 0, keys: [firstCredential], keepRequests: 10_000 })
    second = await startProvider({ seed: 0, keys: [secondCredential], keepRequests: 10_000 })
    stranger = createServer((request, response) => {
      strangerRequests.push(request.url ?? '')
      response.end('{}')
    })
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    strangerUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
    gateway = await startGateway(folder, world(first.baseUrl, second.baseUrl), {
      [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person'),
    })
  })
  after(async () => {
    const code = await gateway.stop()
    await Promise.all([first.close(), second.close()])
    stranger.close()
    assert.equal(code, 0)
    const told = JSON.stringify(gateway.events)
    for (const secret of [callerKey, foreignKey, firstCredential, secondCredential, prompt])
      assert.ok(!told.includes(secret), `the log holds \`${secret}\``)
    for (const word of classes) assert.ok(!told.includes(word), `the log tells \`${word}\``)
    assert.doesNotMatch(told, /inside the gateway/)
    // Each credential went to its own origin, and keys of callers to none.
    assert.equal(first.mentioning(secondCredential).length, 0)
    assert.equal(second.mentioning(firstCredential).length, 0)
    for (const provider of [first, second]) {
      for (const key of [callerKey, foreignKey]) assert.equal(provider.mentioning(key).length, 0)
      assert.deepEqual(provider.strangerRequests, [])
    }
    assert.deepEqual(strangerRequests, [])
  })

  const body = (model: string, more: object = {}) =>
    JSON.stringify({
      model,
      max_tokens: 99,
      messages: [{ role: 'user', content: prompt }],
      ...more,
    })

  function requestText(lines: readonly string[], sent: string, path = '/v1/messages'): string {
    const head = [
      `POST ${path} HTTP/1.1`,
      'host: gateway',
      `x-api-key: ${callerKey}`,
      'content-type: application/json',
      ...lines,
    ]
    return `${head.join('\r\n')}\r\n\r\n${sent}`
  }

  function post(
    path: string,
    sent: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(`${gateway.url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'x-api-key': callerKey, 'content-type': 'application/json', ...headers },
      body: sent,
    })
  }

  /** Requests that the providers got for one model: each test has one of its own. */
  function sentFor(model: string): number {
    return [first, second].flatMap(({ requests }) => requests).filter((one) => one.model === model)
      .length
  }

  suite('smuggles no request', () => {
    const hidden = requestText(['content-length: 2'], '{}', '/v1/messages/count_tokens')
    const plain = body('smuggled')
    const chunked = (text: string) =>
      `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n0\r\n\r\n`
    const attempts: readonly (readonly [string, string])[] = [
      [
        'content-length and transfer-encoding',
        requestText(
          [`content-length: ${plain.length}`, 'transfer-encoding: chunked'],
          chunked(plain) + hidden,
        ),
      ],
      [
        'transfer-encoding and content-length, the other way round',
        requestText(['transfer-encoding: chunked', 'content-length: 4'], chunked(plain) + hidden),
      ],
      [
        'two lengths that differ',
        requestText(['content-length: 2', `content-length: ${plain.length}`], plain + hidden),
      ],
      [
        'two equal lengths',
        requestText([`content-length: ${plain.length}`, `content-length: ${plain.length}`], plain),
      ],
      ['a list of lengths', requestText([`content-length: ${plain.length}, 2`], plain)],
      ['a length with a sign', requestText([`content-length: +${plain.length}`], plain)],
      [
        'a folded line',
        requestText([`content-length: ${plain.length}`, 'x-folded: one', ' two'], plain),
      ],
      [
        'a folded transfer-encoding',
        requestText(['x-folded: one', ' transfer-encoding: chunked'], chunked(plain)),
      ],
      [
        'lines that end with a line feed alone',
        requestText([`content-length: ${plain.length}`], plain).replaceAll('\r\n', '\n'),
      ],
      [
        'one line that ends with a line feed alone',
        requestText([`x-one: 1\ncontent-length: ${plain.length}`], plain),
      ],
      [
        'a carriage return alone within a line',
        requestText([`x-one: 1\rcontent-length: ${plain.length}`], plain),
      ],
      ['a space before the colon', requestText([`content-length : ${plain.length}`], plain)],
      ['an unknown transfer-encoding', requestText(['transfer-encoding: gzip, x'], chunked(plain))],
      [
        'a transfer-encoding that only looks like one',
        requestText(['transfer-encoding: xchunked'], chunked(plain) + hidden),
      ],
      [
        'chunked, but not last',
        requestText(['transfer-encoding: chunked, identity'], chunked(plain) + hidden),
      ],
      [
        'chunks that end with a line feed alone',
        requestText(['transfer-encoding: chunked'], chunked(plain).replaceAll('\r\n', '\n')),
      ],
      [
        'a chunk longer than it says',
        requestText(['transfer-encoding: chunked'], `2\r\n${plain}\r\n0\r\n\r\n`),
      ],
      [
        'a chunk size that is no number',
        requestText(['transfer-encoding: chunked'], `0x2\r\n{}\r\n0\r\n\r\n${hidden}`),
      ],
      ['a NUL in a line', requestText([`content-length: ${plain.length}`, 'x-one: a\0b'], plain)],
      [
        'no host',
        requestText([`content-length: ${plain.length}`], plain).replace('host: gateway\r\n', ''),
      ],
      ['an empty name', requestText([`content-length: ${plain.length}`, ': no name'], plain)],
    ]
    for (const [name, bytes] of attempts)
      test(`with ${name}`, async () => {
        const { isClosed, statuses, text } = await talk(gateway.url, bytes)
        assert.deepEqual(statuses, [400], text.slice(0, 300))
        assert.ok(isClosed, 'the connection is not used again')
        assert.equal(sentFor('smuggled'), 0)
      })
  })

  test('pipelines requests, and each gets its own answer in its turn', async () => {
    const two = ['one', 'two'].map((name) => {
      const sent = body('anthropic/claude-sonnet-4-5', {
        messages: [{ role: 'user', content: `[[say: answer ${name}]]` }],
      })
      return requestText([`content-length: ${Buffer.byteLength(sent)}`], sent)
    })
    const { statuses, text } = await talk(gateway.url, two.join(''), { answers: 2 })
    assert.deepEqual(statuses, [200, 200])
    assert.ok(text.indexOf('answer one') < text.indexOf('answer two'), text)
  })

  test('is refused when a key stands there twice and the two differ', async () => {
    const sent = body('doubled')
    for (const lines of [
      [`authorization: Bearer ${foreignKey}`],
      [`x-api-key: ${foreignKey}`],
      [`authorization: Bearer ${callerKey}`, `authorization: Bearer ${foreignKey}`],
    ]) {
      const text = requestText([...lines, `content-length: ${sent.length}`], sent)
      const answer = await talk(gateway.url, text)
      assert.deepEqual(answer.statuses, [401], `${lines.join('; ')}\n${answer.text.slice(0, 200)}`)
    }
    assert.equal(sentFor('doubled'), 0)
  })

  test('puts no line of its own into the answer by a name of a model', async () => {
    const names = [
      'x\r\nholdfast-served-model: stolen',
      'x\nset-cookie: a=b',
      'ü\u0000\u2028/🌊',
      ' ',
    ]
    for (const name of names) {
      const sent = body(name)
      const lines = [`content-length: ${Buffer.byteLength(sent)}`]
      const { statuses, text } = await talk(gateway.url, requestText(lines, sent))
      assert.deepEqual(statuses, [403], text)
      const [lineText = ''] = text.split('\r\n\r\n')
      for (const line of lineText.split('\r\n').slice(1)) {
        assert.match(line, /^[a-z-]+: [\x20-\x7e]*$/i)
        assert.doesNotMatch(line, /^(?:holdfast-served-model|set-cookie):/i)
      }
    }
  })

  test('reaches no workflow by a trick of its name', async () => {
    for (const name of ['__proto__', 'constructor', 'review, review', 'REVIEW', '%72eview', 'ä'])
      for (const path of Object.values(inboundPaths)) {
        const { text } = await talk(
          gateway.url,
          requestText(
            [`holdfast-workflow: ${name}`, 'connection: close', 'content-length: 2'],
            '{}',
            path,
          ),
        )
        assert.match(text, /^HTTP\/1\.1 40[03] /)
      }
    const named = await post('/v1/messages', body('by-workflow'), { 'holdfast-workflow': 'other' })
    assert.equal(named.status, 403)
    assert.equal(sentFor('by-workflow'), 0)
  })

  test('gets nowhere by paths, methods, absolute targets and upgrades', async () => {
    const sent = body('elsewhere')
    const lines = [`content-length: ${sent.length}`, 'connection: close']
    const request = requestText(lines, sent)
    const paths = [
      '/v1/../v1/messages',
      '/v1/messages/../../admin',
      '/%2e%2e/v1/messages',
      '//v1/messages',
      '/v1//messages',
      '/v1/messages%2f',
      '/V1/Messages',
      '/v1/messages;x=1',
      `${strangerUrl}/v1/messages`,
      'http://127.0.0.1:1/v1/messages',
    ]
    for (const path of paths) {
      const { statuses, text } = await talk(gateway.url, request.replace('/v1/messages', path))
      assert.ok(statuses.length === 1 && [400, 404, 501].includes(statuses[0] ?? 0), text)
    }
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'HEAD', 'QUERY']) {
      const { statuses, text } = await talk(gateway.url, request.replace('POST', method))
      assert.ok([400, 404, 405].includes(statuses[0] ?? 0), text)
    }
    const connected = await talk(gateway.url, 'CONNECT example.org:443 HTTP/1.1\r\nhost: x\r\n\r\n')
    assert.ok(connected.statuses.every((status) => status >= 400) && connected.isClosed)
    assert.equal(sentFor('elsewhere'), 0)
  })

  test('overrides no method, and an upgrade is an ordinary request', async () => {
    const sent = body('anthropic/claude-sonnet-4-5')
    const lines = [
      `content-length: ${sent.length}`,
      'x-http-method-override: DELETE',
      'connection: upgrade, x-private',
      'upgrade: websocket',
      'x-private: for this connection alone',
    ]
    const { statuses, text } = await talk(gateway.url, requestText(lines, sent))
    assert.deepEqual(statuses, [200], text)
    const last = first.requests.findLast(({ headers }) => 'x-http-method-override' in headers)
    assert.equal(last?.method, 'POST')
    assert.equal(last?.headers['upgrade'], undefined)
    assert.equal(last?.headers['x-private'], undefined)
  })

  test('waits for `100 Continue` and gets it; another expectation fails', async () => {
    const sent = body('anthropic/claude-sonnet-4-5')
    const lines = [`content-length: ${sent.length}`, 'expect: 100-continue']
    const request = requestText(lines, sent)
    const at = request.indexOf('\r\n\r\n') + 4
    const answer = await talk(gateway.url, [request.slice(0, at), request.slice(at)], {
      paceMs: 200,
    })
    assert.match(answer.text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
    const other = await talk(gateway.url, request.replace('100-continue', 'the-unexpected'))
    assert.deepEqual(other.statuses, [417])
  })

  test('sends nothing too large: lines, bodies, names', async () => {
    const lines = await talk(gateway.url, requestText([`x-large: ${'a'.repeat(70_000)}`], ''))
    assert.deepEqual(lines.statuses, [431])
    const told = await talk(gateway.url, requestText(['content-length: 99999999999'], ''))
    assert.deepEqual(told.statuses, [413], told.text)
    assert.ok(told.isClosed)
    const many = Array.from({ length: 3_000 }, (_, index) => `x-${index}: 1`)
    const counted = await talk(gateway.url, requestText([...many, 'content-length: 2'], '{}'))
    assert.ok(
      counted.statuses.every((status) => status >= 400),
      counted.text.slice(0, 200),
    )
    const name = await post('/v1/messages', body('n'.repeat(100_000)))
    assert.equal(name.status, 403)
    assert.ok((name.headers.get('holdfast-requested-model') ?? '').length <= 1_000)
  })

  test('sends a body without end in chunks, and is cut off', async () => {
    const head = requestText(['transfer-encoding: chunked'], '')
    const megabyte = Buffer.alloc(2 ** 20, 0x20)
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), megabyte, Buffer.from('\r\n')])
    const pieces = [head, ...Array.from({ length: 66 }, () => chunk)]
    const { isClosed, statuses } = await talk(gateway.url, pieces)
    assert.deepEqual(statuses, [413])
    assert.ok(isClosed)
  })

  test('sends its header lines drop by drop, and is cut off in time', async () => {
    const drops = requestText(['content-length: 2'], '{}').split('').slice(0, 60)
    const { afterMs, isClosed, statuses } = await talk(gateway.url, drops, { paceMs: 400 })
    assert.ok(isClosed)
    assert.deepEqual(statuses, [408])
    assert.ok(afterMs < 20_000, `${Math.round(afterMs)} ms`)
  })

  test('sends what is nested without end, and only that request fails', async () => {
    const nested = nestedText(60_000)
    const schema = `[{"name":"t","input_schema":${nested}}]`
    for (const model of ['mistral/mistral-large-2411', 'anthropic/claude-sonnet-4-5']) {
      const sent = body(model).replace(/\}$/, `,"tools":${schema}}`)
      assert.equal((await post('/v1/messages', sent)).status, 400, model)
    }
    const healthy = await post('/v1/messages', body('anthropic/claude-sonnet-4-5'))
    assert.equal(healthy.status, 200)
  })

  test('makes the gateway fetch nothing: pictures and files by URL go on as they are, or are refused', async () => {
    const url = `${strangerUrl}/picture.png`
    const parts = {
      'openai-chat': {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image_url', image_url: { url } },
              { type: 'text', text: prompt },
            ],
          },
        ],
      },
      'openai-responses': {
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_image', image_url: url },
              { type: 'input_file', file_url: url },
              { type: 'input_text', text: prompt },
            ],
          },
        ],
      },
      'anthropic-messages': {
        max_tokens: 99,
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image', source: { type: 'url', url } },
              { type: 'document', source: { type: 'url', url } },
              { type: 'text', text: prompt },
            ],
          },
        ],
      },
    } as const
    for (const [protocol, more] of Object.entries(parts))
      for (const model of [
        'anthropic/claude-sonnet-4-5',
        'mistral/mistral-large-2411',
        'google/gemini-2.5-pro',
        'test/on-bedrock',
      ]) {
        const path = inboundPaths[protocol as keyof typeof inboundPaths]
        const answer = await post(path, JSON.stringify({ model, ...more }))
        assert.ok([200, 400].includes(answer.status), `${protocol} ${model}: ${answer.status}`)
      }
    assert.deepEqual(strangerRequests, [])
  })

  test('names itself by header lines, and none of them goes on', async () => {
    const lines = {
      'holdfast-workflow': 'review',
      'holdfast-request-id': 'stolen',
      'holdfast-served-model': 'stolen',
      cookie: 'session=stolen',
      'x-goog-api-key': 'stolen',
      'api-key': 'stolen',
      'proxy-authorization': 'Basic stolen',
      forwarded: 'for=stolen',
      'x-forwarded-for': 'stolen',
      'x-extra': 'kept',
    }
    for (const model of ['anthropic/claude-sonnet-4-5', 'mistral/mistral-large-2411']) {
      const answer = await post('/v1/messages', body(model), {
        ...lines,
        'x-extra': `kept ${model}`,
      })
      assert.equal(answer.status, 200)
      assert.notEqual(answer.headers.get('holdfast-request-id'), 'stolen')
    }
    assert.equal(first.mentioning('stolen').length + second.mentioning('stolen').length, 0)
    assert.equal(first.mentioning('kept anthropic/claude-sonnet-4-5').length, 1)
  })

  test('learns nobody’s class: not from answers, refusals, counts, lists or header lines', async () => {
    const keys = [callerKey, foreignKey, process.env['HOLDFAST_TEST_UNDETERMINED'] ?? '']
    const asks = [
      ...Object.entries(inboundPaths).flatMap(([protocol, path]) =>
        [false, true].flatMap((isStream) =>
          ['anthropic/claude-fable-5', 'anthropic/claude-sonnet-4-5'].map((model) => ({
            path,
            sent: JSON.stringify(
              promptBody(protocol as keyof typeof inboundPaths, { model, isStream, prompt }),
            ),
          })),
        ),
      ),
      { path: '/v1/messages/count_tokens', sent: body('anthropic/claude-fable-5') },
      {
        path: '/v1/embeddings',
        sent: JSON.stringify({ model: 'anthropic/claude-fable-5', input: 'x' }),
      },
    ]
    for (const key of keys)
      for (const { path, sent } of asks)
        for (const workflow of ['review', 'alone']) {
          const headers = { 'x-api-key': key, 'holdfast-workflow': workflow }
          const answer = await post(path, sent, headers)
          const told = JSON.stringify([...answer.headers]) + (await answer.text())
          for (const word of classes) assert.ok(!told.includes(word), told)
          assert.doesNotMatch(told, /undetermined|nationality|citizen/i)
        }
    const listed = await fetch(`${gateway.url}/v1/models`, { headers: { 'x-api-key': foreignKey } })
    assert.doesNotMatch(await listed.text(), /foreign|class/)
  })

  suite('a hostile provider', () => {
    test('redirects, and neither request nor credential goes there', async () => {
      const target = `${strangerUrl}/v1/stolen`
      for (const status of [301, 302, 303, 307, 308]) {
        const script = first.script({
          when: ({ headers }) => headers['x-case'] === `redirect-${status}`,
          reply: () => [head(status, [['location', target]]), { kind: 'end' }],
        })
        const answer = await post('/v1/messages', body('anthropic/claude-sonnet-4-5'), {
          'x-case': `redirect-${status}`,
        })
        assert.ok(answer.status >= 400, String(answer.status))
        assert.equal(answer.headers.get('location'), null)
        assert.ok(script.matched.length > 0)
        script.remove()
      }
      assert.deepEqual(strangerRequests, [])
    })

    test('speaks for the gateway, sets cookies and names models as it likes, and is not believed', async () => {
      const script = first.script({
        when: ({ headers }) => headers['x-case'] === 'liar',
        reply: (healthy) =>
          healthy.map((step) =>
            step.kind === 'head'
              ? head(step.status, [
                  ...step.headers,
                  ['holdfast-served-model', 'stolen'],
                  ['holdfast-outcome', 'stolen'],
                  ['set-cookie', 'session=stolen'],
                  ['connection', 'x-hop'],
                  ['x-hop', 'stolen'],
                  ['alt-svc', 'h3="stolen:443"'],
                  ['x-kept', 'as it came'],
                ])
              : step,
          ),
      })
      for (const isStream of [false, true]) {
        const answer = await post(
          '/v1/messages',
          body('anthropic/claude-sonnet-4-5', { stream: isStream }),
          { 'x-case': 'liar' },
        )
        const told = JSON.stringify([...answer.headers]) + (await answer.text())
        assert.equal(answer.status, 200)
        assert.ok(!told.includes('stolen'), told)
        assert.equal(answer.headers.get('x-kept'), 'as it came')
      }
      script.remove()
    })

    test('writes anything as the name of its model, and the header lines stay whole', async () => {
      for (const [index, name] of [
        'a\r\nset-cookie: b=c',
        '🌊\u0000',
        'x'.repeat(5_000),
      ].entries()) {
        const script = first.script({
          when: ({ headers }) => headers['x-case'] === `name-${index}`,
          reply: (healthy) =>
            healthy.map((step) => withText(step, '"claude-sonnet-4-5"', JSON.stringify(name))),
        })
        for (const isStream of [false, true]) {
          const answer = await post(
            '/v1/messages',
            body('anthropic/claude-sonnet-4-5', { stream: isStream }),
            { 'x-case': `name-${index}` },
          )
          await answer.text()
          assert.equal(answer.headers.get('set-cookie'), null)
          assert.ok((answer.headers.get('holdfast-served-model') ?? '').length <= 3_100)
          assert.ok(answer.status === 200 || answer.status >= 500, String(answer.status))
        }
        script.remove()
      }
    })

    test('answers with what is nested without end, and only that answer fails', async () => {
      const nested = nestedText(60_000)
      const isDeep = ({ body: sent }: { readonly body: Buffer }) =>
        String(sent).includes('a nested answer')
      const call = { kind: 'tool-call', id: 'call_1', name: 'look' } as const
      const told = (argumentsText: string) => (answer: Answer) => ({
        ...answer,
        pieces: [{ ...call, argumentsText }],
        stop: 'tool-use' as const,
      })
      const texts = second.script({ protocol: 'openai-chat', when: isDeep, say: told(nested) })
      const objects = second.script({
        when: (request) => isDeep(request) && request.protocol !== 'openai-chat',
        say: told('{"at":"MARK"}'),
        reply: (healthy) => healthy.map((step) => withText(step, '"MARK"', nested)),
      })
      for (const model of [
        'mistral/mistral-large-2411',
        'google/gemini-2.5-pro',
        'test/on-bedrock',
      ])
        for (const path of Object.keys(inboundPaths) as (keyof typeof inboundPaths)[])
          // Frames of Bedrock's streams carry such arguments as text.
          for (const isStream of model.startsWith('test/') ? [false] : [false, true]) {
            const asked = promptBody(path, { model, isStream, prompt: 'a nested answer' })
            const answer = await post(inboundPaths[path], JSON.stringify(asked))
            await answer.text().catch(() => undefined)
            assert.ok(answer.status === 200 || answer.status > 500, `${path} ${model} ${isStream}`)
          }
      texts.remove()
      objects.remove()
      const healthy = await post('/v1/messages', body('mistral/mistral-large-2411'))
      assert.equal(healthy.status, 200)
    })

    test('refuses our credential, and the caller is not told that its key is wrong', async () => {
      const script = first.script({
        when: ({ headers }) => headers['x-case'] === 'refused',
        reply: (_, turn) => errorReply('bad-credential', turn),
      })
      const answer = await post('/v1/messages', body('anthropic/claude-opus-4-1'), {
        'x-case': 'refused',
      })
      const told = await answer.text()
      assert.equal(answer.status, 502)
      assert.match(told, /upstream_credential_refused/)
      assert.ok(!told.includes(firstCredential))
      script.remove()
    })
  })

  const classes = [
    'not-foreign-person',
    'foreign-person-authorised',
    'foreign-person-not-authorised',
  ] as const
})

test('the time to look a key up does not depend on how much of it is right', () => {
  const right = 'a-key-of-nobody-else-5f0c2d7a9b8e4f31a6d2'
  const principal = { kind: 'service', definition: 'x', class: 'undetermined' } as const
  const caller: Caller = {
    id: 'caller',
    origin: 'holdfast.yaml',
    principal: { ...principal, entity: null, employment: null, groups: [], authorisations: [] },
    workflows: [],
    keyPrefix: null,
    keyEndsAt: null,
  }
  const at = '2026-11-25T00:00:00.000Z'
  const keys = new Map([[presentedKeyDigest(right), caller]])
  const callers = { at, keys, changesAt: null, problems: [], doubts: [] }
  const timeOf = (key: string): number => {
    const startedAt = performance.now()
    for (let count = 0; count < 1_000; count += 1) assert.equal(callerOf(callers, key, at), null)
    return performance.now() - startedAt
  }
  const guesses = [`${right.slice(0, -1)}x`, `x${right.slice(1)}`]
  // The least of many: what the machine does beside it only ever adds.
  const least = [Infinity, Infinity]
  for (let round = 0; round < 40; round += 1)
    for (const [index, guess] of guesses.entries())
      least[index] = Math.min(least[index] ?? Infinity, timeOf(guess))
  const [almost = 0, nothing = 0] = least
  assert.ok(almost / nothing > 0.5 && almost / nothing < 2, `${almost} ms, ${nothing} ms`)
  assert.equal(callerOf(callers, right, at), caller)
})

/** What is sent with another text in it; the length of a whole body is no longer told. */
function withText(step: Step, text: string, other: string): Step {
  if (step.kind === 'head')
    return head(
      step.status,
      step.headers.filter(([name]) => name !== 'content-length'),
    )
  if (step.kind !== 'send') return step
  const bytes = Buffer.from(String(step.frame.bytes).replaceAll(text, other))
  return send({ ...step.frame, bytes })
}

/** Objects within each other. */
function nestedText(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
}

function world(firstUrl: string, secondUrl: string): object {
  const person = (id: string, key: string, eligibility: string): object => ({
    id,
    kind: 'person',
    key: `env:${key}`,
    class: eligibility,
    groups: ['staff'],
  })
  return {
    version: 1,
    organisation: { name: 'Test' },
    routes: [
      {
        id: 'first',
        provider: 'anthropic',
        protocol: 'anthropic-messages',
        baseUrl: firstUrl,
        credential: 'env:HOLDFAST_TEST_FIRST',
        models: {
          'anthropic/claude-fable-5': 'claude-fable-5',
          'anthropic/claude-sonnet-4-5': 'claude-sonnet-4-5',
          'anthropic/claude-opus-4-1': 'claude-opus-4-1',
        },
      },
      {
        id: 'second',
        provider: 'mistral',
        protocol: 'openai-chat',
        baseUrl: `${secondUrl}/v1`,
        credential: 'env:HOLDFAST_TEST_SECOND',
        models: { 'mistral/mistral-large-2411': 'mistral-large-2411' },
      },
      {
        id: 'gemini',
        provider: 'google',
        protocol: 'gemini',
        baseUrl: secondUrl,
        credential: 'env:HOLDFAST_TEST_SECOND',
        models: { 'google/gemini-2.5-pro': 'gemini-2.5-pro' },
      },
      {
        id: 'bedrock',
        provider: 'aws-bedrock',
        protocol: 'bedrock-converse',
        baseUrl: secondUrl,
        region: 'us-east-1',
        credential: 'env:HOLDFAST_TEST_SECOND',
        models: { 'test/on-bedrock': 'on-bedrock' },
      },
    ],
    workflows: [
      {
        id: 'review',
        task: 'code-review',
        audience: ['staff'],
        model: 'anthropic/claude-fable-5',
        fallbacks: [
          'mistral/mistral-large-2411',
          'anthropic/claude-sonnet-4-5',
          'google/gemini-2.5-pro',
          'test/on-bedrock',
        ],
      },
      { id: 'alone', task: 'chat', audience: ['staff'], model: 'anthropic/claude-fable-5' },
      {
        id: 'other',
        task: 'chat',
        audience: ['nobody'],
        model: 'anthropic/claude-fable-5',
      },
    ],
    groups: { staff: {}, nobody: {} },
    principals: [
      person('cleared', 'HOLDFAST_TEST_CLEARED', 'not-foreign-person'),
      person('foreign', 'HOLDFAST_TEST_FOREIGN', 'foreign-person-not-authorised'),
      person('unknown', 'HOLDFAST_TEST_UNDETERMINED', 'undetermined'),
    ],
    eligibility: { definition: 'us-ear-772.1', reviewedBy: 'counsel', legalBasis: 'test' },
    directives: { load: [order] },
    gateway: {
      // The providers share the process of the tests, which is busy with what a hostile caller sends.
      timeouts: {
        connectMs: 10_000,
        headersMs: 10_000,
        firstTokenMs: 10_000,
        idleMs: 10_000,
        totalMs: 30_000,
      },
    },
  }
}
