import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import { after, afterEach, before, describe, test } from 'node:test'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { answerText, tokensOf } from '../support/provider/answer-text.ts'
import { hear } from '../support/provider/hear.ts'
import { jsonOrNull, listOf, objectOf } from '../support/provider/json-reading.ts'
import { modes, type Protocol, protocols } from '../support/provider/protocol.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { type RawAnswer, rawRequest } from '../support/provider/raw-client.ts'
import { bodyJson } from '../support/provider/received-request.ts'
import { sampleRequest } from '../support/provider/sample-request.ts'

let provider: Provider
before(async () => {
  provider = await startProvider({ timeScale: 0.001, models: ['model-a'] })
})
after(() => provider.close())
afterEach(() => provider.reset())

async function ask(
  protocol: Protocol,
  mode: 'stream' | 'whole',
  prompt: string,
  model = 'model-a',
): Promise<RawAnswer> {
  return rawRequest({
    ...sampleRequest(protocol, mode, model, prompt),
    baseUrl: provider.baseUrl,
  })
}

async function post(path: string, body: object, headers = {}): Promise<RawAnswer> {
  return rawRequest({ baseUrl: provider.baseUrl, path, headers, body: JSON.stringify(body) })
}

describe('the same answer in every protocol', () => {
  const prompt = '[[words: 30]] [[think: 8]] [[call: get_weather {"city":"Tromsø"}]] [[cached: 9]]'

  for (const protocol of protocols) {
    for (const mode of modes) {
      test(`${protocol}, ${mode}`, async () => {
        const answer = await ask(protocol, mode, prompt)
        const heard = hear(protocol, mode, answer.body)
        assert.equal(heard.text, answerText(0, 30))
        assert.equal(heard.thinking, answerText(101, 8))
        const isUnsigned = protocol === 'openai-chat'
        assert.equal(heard.signature.length > 700, !isUnsigned)
        assert.deepEqual(heard.calls, [{ name: 'get_weather', argumentsText: '{"city":"Tromsø"}' }])
        assert.equal(heard.brokenEvents, 0)
        assert.ok(heard.isClosed && heard.usage !== null)
        assert.deepEqual(heard.models, protocol === 'bedrock-converse' ? [] : ['model-a'])
        const again = hear(protocol, mode, (await ask(protocol, mode, prompt)).body)
        assert.deepEqual(again, heard)
      })
    }
  }

  test('reasoning of OpenRouter carries its signature through Chat Completions', async () => {
    const answer = await ask(
      'openai-chat',
      'stream',
      '[[think: 3]] [[reasoning: reasoning_details]]',
    )
    const heard = hear('openai-chat', 'stream', answer.body)
    assert.equal(heard.thinking, answerText(101, 3))
    assert.ok(heard.signature.length > 700)
  })

  test('one dress of an event or another, cut into any pieces, it is the same', async () => {
    const plain = hear('openai-chat', 'stream', (await ask('openai-chat', 'stream', 'hello')).body)
    for (const cues of ['[[sse: crlf]]', '[[sse: comments]]', '[[split: 1]]', '[[pace: 1]]']) {
      const answer = await ask('openai-chat', 'stream', `hello ${cues}`)
      const heard = hear('openai-chat', 'stream', answer.body)
      assert.equal(heard.text, plain.text, cues)
      assert.equal(heard.brokenEvents, 0)
    }
  })

  test('compressed when asked', async () => {
    const answer = await ask('openai-chat', 'whole', '[[gzip]]')
    const heard = hear('openai-chat', 'whole', gunzipSync(answer.body))
    assert.equal(heard.text, answerText(0, 60))
  })

  test('a field that no document knows stands in it when asked', async () => {
    for (const protocol of protocols) {
      for (const mode of modes) {
        const answer = await ask(protocol, mode, '[[unknown]] [[words: 3]]')
        assert.match(answer.body.toString(), /x_provider_note/)
      }
    }
  })

  test('it can be given word for word, or be an echo', async () => {
    const said = await ask('gemini', 'stream', '[[say: Guten Tag, 港!]]')
    assert.equal(hear('gemini', 'stream', said.body).text, 'Guten Tag, 港!')
    const echoed = await ask('bedrock-converse', 'stream', '[[echo]] and so on')
    assert.equal(hear('bedrock-converse', 'stream', echoed.body).text, 'and so on')
  })
})

describe('Gemini', () => {
  test('streams a JSON array without `alt=sse`', async () => {
    const answer = await post(
      '/v1beta/models/gemini-x:streamGenerateContent',
      { contents: [{ role: 'user', parts: [{ text: '[[words: 5]]' }] }] },
      { 'x-goog-api-key': 'key' },
    )
    const chunks = listOf(jsonOrNull(answer.body))
    assert.equal(chunks.length, 6)
    assert.equal(objectOf(chunks[0])['modelVersion'], 'gemini-x')
  })

  test('counts, embeds, lists, forces calls, and answers from Vertex paths', async () => {
    const contents = [{ role: 'user', parts: [{ text: 'x'.repeat(40) }] }]
    const counted = await post('/v1beta/models/g:countTokens', { contents })
    assert.equal(objectOf(jsonOrNull(counted.body))['totalTokens'], 10)
    const embedded = await post('/v1beta/models/g:batchEmbedContents', { requests: [{}, {}] })
    assert.equal(listOf(objectOf(jsonOrNull(embedded.body))['embeddings']).length, 2)
    const listed = await rawRequest({
      baseUrl: provider.baseUrl,
      method: 'GET',
      path: '/v1beta/models?key=k',
    })
    assert.match(listed.body.toString(), /"name":"models\/model-a"/)
    const vertex = '/v1/projects/p/locations/eu/publishers/google/models/gemini-x:generateContent'
    const forced = await post(vertex, {
      contents,
      tools: [{ functionDeclarations: [{ name: 'look', parameters: { type: 'OBJECT' } }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
    })
    const heard = hear('gemini', 'whole', forced.body)
    assert.deepEqual(heard.calls, [{ name: 'look', argumentsText: '{}' }])
    assert.equal(provider.requests.at(-1)?.model, 'gemini-x')
  })
})

test('Azure deployments and Claude on Vertex are known by their paths', async () => {
  const azure = '/openai/deployments/my-gpt/chat/completions?api-version=2026-01-01'
  await post(azure, { messages: [{ role: 'user', content: 'hello' }] }, { 'api-key': 'azure' })
  const vertex = '/v1/projects/p/locations/eu/publishers/anthropic/models/claude-x:streamRawPredict'
  const answer = await post(vertex, {
    anthropic_version: 'vertex-2023-10-16',
    max_tokens: 99,
    messages: [{ role: 'user', content: 'hello' }],
  })
  assert.deepEqual(
    provider.requests.map((one) => [one.protocol, one.model, one.credential.kind]),
    [
      ['openai-chat', 'my-gpt', 'api-key'],
      ['anthropic-messages', 'claude-x', 'none'],
    ],
  )
  assert.deepEqual(hear('anthropic-messages', 'stream', answer.body).models, ['claude-x'])
})

describe('Bedrock', () => {
  const account = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'not-a-secret-of-anybody',
    region: 'eu-central-1',
  }
  const path = `/model/${encodeURIComponent('anthropic.claude-x:0')}/converse`
  const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: '[[words: 4]]' }] }] })

  async function signedHeaders(baseUrl: string, secret: string): Promise<Record<string, string>> {
    const signer = new SignatureV4({
      credentials: { ...account, secretAccessKey: secret },
      region: account.region,
      service: 'bedrock',
      sha256: Sha256,
    })
    const { host, hostname } = new URL(baseUrl)
    const signed = await signer.sign({
      method: 'POST',
      protocol: 'http:',
      hostname,
      path,
      headers: { host, 'content-type': 'application/json' },
      body,
    })
    const { host: _, 'content-type': __, ...rest } = signed.headers
    return rest
  }

  test('lets in what is signed with the right secret, and nothing else', async (t) => {
    const strict = await startProvider({ aws: account })
    t.after(() => strict.close())
    const { baseUrl } = strict
    const right = await signedHeaders(baseUrl, account.secretAccessKey)
    const accepted = await rawRequest({ baseUrl, path, body, headers: right })
    assert.equal(accepted.status, 200)
    assert.equal(hear('bedrock-converse', 'whole', accepted.body).text, answerText(0, 4))
    const wrong = await rawRequest({
      baseUrl,
      path,
      body,
      headers: await signedHeaders(baseUrl, 'guessed'),
    })
    const changed = await rawRequest({
      baseUrl,
      path,
      body: body.replace('words: 4', 'words: 5'),
      headers: right,
    })
    assert.deepEqual([wrong.status, changed.status], [403, 403])
  })

  test('refuses a missing or malformed signature even without knowing the secret', async () => {
    const right = await signedHeaders(provider.baseUrl, 'any')
    const spoiled: readonly Record<string, string>[] = [
      {},
      { ...right, authorization: 'AWS4-HMAC-SHA256 Credential=x' },
      { ...right, 'x-amz-date': 'yesterday' },
      { ...right, authorization: (right['authorization'] ?? '').replace('/bedrock/', '/s3/') },
      { ...right, authorization: (right['authorization'] ?? '').replace('host;', '') },
    ]
    for (const headers of spoiled) {
      const answer = await rawRequest({ baseUrl: provider.baseUrl, path, body, headers })
      assert.equal(answer.status, 403)
      assert.ok(answer.headers.some(([, value]) => value === 'UnrecognizedClientException'))
    }
  })

  test('is told no more than the frames of AWS’s library hold', async () => {
    const answer = await ask('bedrock-converse', 'stream', '[[words: 2]]')
    assert.equal(answer.body.readUInt32BE(0) <= answer.body.length, true)
    assert.match(answer.body.toString('latin1'), /:event-type.*messageStart/s)
  })
})

describe('a conversation that broke off goes on', () => {
  const full = answerText(0, 60)
  const heard = tokensOf(full).slice(0, 37).join('')
  const turn = 'The connection dropped. Please go on exactly where you stopped.'
  const cases = [
    ['exact', full.slice(heard.length - 40)],
    ['none', full.slice(heard.length)],
    ['restart', full],
  ] as const

  async function goOn(cues: string, partial: string, isPrefill = false): Promise<string> {
    const messages = [
      { role: 'user', content: `[[words: 60]] ${cues}` },
      { role: 'assistant', content: partial },
      ...(isPrefill ? [] : [{ role: 'user', content: turn }]),
    ]
    const answer = await post('/v1/messages', { model: 'm', max_tokens: 999, messages })
    return hear('anthropic-messages', 'whole', answer.body).text
  }

  for (const [mode, expected] of cases) {
    test(`with the tail repeated: ${mode}`, async () => {
      assert.equal(await goOn(`[[continue: ${mode}]]`, heard), expected)
    })
  }

  test('with other white space in the repeated tail, and to the byte after it', async () => {
    const answer = await goOn('[[continue: whitespace]]', heard)
    const tail = full.slice(heard.length - 40, heard.length)
    assert.notEqual(answer.slice(0, 40), tail)
    assert.equal(answer.slice(0, 40).replace(/\s+/g, ' '), tail.replace(/\s+/g, ' '))
    assert.equal(answer.slice(40), full.slice(heard.length))
  })

  test('with polite words before it', async () => {
    const answer = await goOn('[[continue: preamble]]', heard)
    assert.ok(answer.startsWith('Of course.') && answer.endsWith(full.slice(heard.length - 40)))
  })

  test('wherever it was cut, even in the middle of a word', async () => {
    for (let length = 1; length < full.length; length += 23) {
      const partial = full.slice(0, length)
      const expected = full.slice(Math.max(0, partial.trimEnd().length - 40))
      const answer = await goOn('', partial.trimEnd())
      assert.equal(answer, expected)
    }
  })

  test('after a second cut as well, when the turns overlap', async () => {
    const second = full.slice(heard.length - 40, heard.length + 60)
    const messages = [
      { role: 'user', content: '[[words: 60]]' },
      { role: 'assistant', content: heard },
      { role: 'user', content: turn },
      { role: 'assistant', content: second },
      { role: 'user', content: turn },
    ]
    const answer = await post('/v1/chat/completions', { model: 'm', messages })
    const text = hear('openai-chat', 'whole', answer.body).text
    assert.equal(text, full.slice(heard.length + 20))
  })

  test('from the end of an assistant turn, where prefill is allowed', async () => {
    assert.equal(await goOn('', heard, true), full.slice(heard.length))
  })

  test('with the call that was still missing when all text had been said', async () => {
    const messages = [
      { role: 'user', content: '[[words: 60]] [[call: look {"at":1}]]' },
      { role: 'assistant', content: full },
      { role: 'user', content: turn },
    ]
    const answer = await post('/v1/chat/completions', { model: 'm', messages })
    const said = hear('openai-chat', 'whole', answer.body)
    assert.equal(said.text, full.slice(-40))
    assert.deepEqual(said.calls, [{ name: 'look', argumentsText: '{"at":1}' }])
  })

  test('but a question after a whole answer is a new question', async () => {
    assert.equal(await goOn('', full), full)
  })
})

describe('a test holds the reins', () => {
  test('the latest script that matches decides, so often as it says', async () => {
    provider.script({ model: 'model-a', answer: { say: 'always' } })
    const once = provider.script({ model: 'model-a', answer: { say: 'once' }, times: 1 })
    const said: string[] = []
    for (let count = 0; count < 2; count += 1) {
      const answer = await ask('openai-chat', 'whole', 'hello')
      said.push(hear('openai-chat', 'whole', answer.body).text)
    }
    assert.deepEqual(said, ['once', 'always'])
    assert.equal(once.matched.length, 1)
  })

  test('faults come one by one, then health', async () => {
    const script = provider.script({ fault: ['s04', null, 'h01'] })
    const statuses: (number | null)[] = []
    for (let count = 0; count < 4; count += 1) {
      statuses.push((await ask('openai-chat', 'whole', 'hello')).status)
    }
    assert.deepEqual(statuses, [503, 200, 404, 200])
    script.remove()
    assert.deepEqual(
      provider.requests.map((one) => one.fault),
      ['s04', null, 'h01', null],
    )
  })

  test('a cue in the prompt faults one model and spares its fallback', async () => {
    const prompt = '[[fault: h01 @model-a]]'
    const first = await ask('openai-chat', 'whole', prompt)
    const second = await ask('openai-chat', 'whole', prompt, 'model-b')
    assert.deepEqual([first.status, second.status], [404, 200])
  })

  test('an answer waits in the middle until it is released', async () => {
    const script = provider.script({ holdAfterTokens: 5 })
    const asked = ask('anthropic-messages', 'stream', 'hello')
    await script.held
    const [request] = provider.requests
    assert.equal(request?.progress.tokensSent, 5)
    assert.equal(request.progress.ending, 'answering')
    script.release()
    const heard = hear('anthropic-messages', 'stream', (await asked).body)
    assert.equal(heard.text, answerText(0, 60))
    await request.done
    assert.equal(request.progress.ending, 'ended')
  })

  test('a test may spoil the bytes itself', async () => {
    provider.script({ reply: (healthy) => [...healthy.slice(0, 3), { kind: 'cut', by: 'close' }] })
    const answer = await ask('openai-chat', 'stream', 'hello')
    assert.ok(!answer.isComplete)
    assert.equal(hear('openai-chat', 'stream', answer.body).text, tokensOf(answerText(0, 1))[0])
  })

  test('a fault that does not exist is the test’s mistake and is told at the end', async () => {
    const careless = await startProvider()
    const sample = sampleRequest('openai-chat', 'whole', 'fault-s99', 'hello')
    const answer = await rawRequest({ ...sample, baseUrl: careless.baseUrl })
    assert.equal(answer.status, 500)
    await assert.rejects(careless.close(), /no fault is called `s99`/)
  })
})

describe('everything that arrives is written down', () => {
  test('as it was sent, to the byte', async () => {
    const body = '{"model":"model-a" , "messages":[{"role":"user","content":"h\\u00e9"}],"x":1e2}'
    const headers = { 'X-Odd-Header': 'Odd Value', authorization: 'Bearer sk-123' }
    await rawRequest({
      baseUrl: provider.baseUrl,
      path: '/v1/chat/completions?a=b',
      headers,
      body,
    })
    const [request] = provider.requests
    assert.ok(request)
    assert.equal(request.body.toString(), body)
    assert.equal(request.url, '/v1/chat/completions?a=b')
    assert.ok(request.rawHeaders.includes('X-Odd-Header'))
    assert.equal(objectOf(bodyJson(request))['x'], 100)
    assert.deepEqual(request.credential, { kind: 'bearer', value: 'sk-123' })
    assert.equal(provider.mentioning('sk-123').length, 1)
    assert.equal(provider.mentioning('sk-456').length, 0)
  })

  test('and so is how far the answer got when the caller left', async () => {
    const sample = sampleRequest('openai-chat', 'stream', 'model-a', '[[pace: 5]]')
    await rawRequest({
      ...sample,
      baseUrl: provider.baseUrl,
      leaveWhen: (body) => body.length > 1_500,
    })
    const [request] = provider.requests
    assert.ok(request)
    await request.done
    const { ending, tokensSent, bytesSent, endedAtMs } = request.progress
    assert.equal(ending, 'abandoned')
    assert.ok(tokensSent > 0 && tokensSent < 60, `${tokensSent} tokens`)
    assert.ok(bytesSent > 1_400 && endedAtMs !== null)
  })

  test('and whether the answer broke by the provider’s own doing', async () => {
    await ask('openai-chat', 'stream', 'hello', 'fault-s08')
    await ask('openai-chat', 'stream', 'hello')
    const [broken, whole] = provider.requests
    await Promise.all([broken?.done, whole?.done])
    assert.equal(broken?.progress.ending, 'broken')
    assert.equal(broken.progress.tokensSent, 40)
    assert.equal(whole?.progress.ending, 'ended')
  })

  test('and a request that follows a redirect is seen by the other origin', async () => {
    const sample = sampleRequest('openai-chat', 'whole', 'fault-redirect', 'hello')
    const { path, ...rest } = sample
    await fetch(`${provider.baseUrl}${path}`, { method: 'POST', ...rest })
    assert.equal(provider.strangerRequests.length, 1)
    assert.match(provider.strangerRequests[0]?.url ?? '', /^\/v1\/stolen\//)
  })

  test('only the newest are kept, and all are counted', async (t) => {
    const short = await startProvider({ keepRequests: 2 })
    t.after(() => short.close())
    for (let count = 0; count < 3; count += 1) {
      await rawRequest({ baseUrl: short.baseUrl, method: 'GET', path: '/v1/models' })
    }
    assert.equal(short.requests.length, 2)
    assert.equal(short.received(), 3)
  })
})

test('only known keys are let in when keys are named', async (t) => {
  const guarded = await startProvider({ keys: ['right'] })
  t.after(() => guarded.close())
  const statuses = await Promise.all(
    ['right', 'wrong'].map(async (key) => {
      const headers = { authorization: `Bearer ${key}` }
      const answer = await rawRequest({
        ...sampleRequest('openai-chat', 'whole', 'm', 'hello'),
        baseUrl: guarded.baseUrl,
        headers,
      })
      return answer.status
    }),
  )
  assert.deepEqual(statuses, [200, 401])
})

test('an unknown path is 404, and a body that is no JSON does not sink it', async () => {
  const lost = await post('/v2/nowhere', {})
  assert.equal(lost.status, 404)
  const odd = await rawRequest({
    baseUrl: provider.baseUrl,
    path: '/v1/chat/completions',
    body: '{"model":',
  })
  assert.equal(odd.status, 200)
})
