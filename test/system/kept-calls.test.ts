import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import { promptBody, readWholeAnswer } from '../support/gateway-answer.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  ledgerKeys,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { answerText } from '../support/provider/answer-text.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { temporaryFolder, writeFiles } from './holdfast.ts'

/** Calls that the gateway finishes and keeps for a caller who was killed in the middle of one. */

setGatewayKeys()
const { HOLDFAST_TEST_CLEARED: cleared, HOLDFAST_TEST_FOREIGN: foreign } = gatewayKeys
const folder = temporaryFolder()
const model = 'anthropic/claude-fable-5'

function headersOf(key: string, id: string): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'holdfast-call': id,
  }
}

interface Envelope {
  readonly id: string
  readonly state: string
  readonly askedAt: string
  readonly answeredAt: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly encoding: string
  readonly body: string
}

suite('calls that are kept', () => {
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0 })
    gateway = await startGateway(
      folder,
      gatewayWorld({ upstream: provider.baseUrl }),
      {},
      {
        processes: 1,
      },
    )
  })
  beforeEach(() => provider.reset())
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const send = (path: string, id: string, body: object, key: string = cleared): Promise<Response> =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: headersOf(key, id),
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    })

  const post = (
    id: string,
    prompt: string,
    more: { readonly key?: string; readonly isStream?: boolean; readonly path?: string } = {},
  ): Promise<Response> => {
    const { key, isStream = false, path = '/v1/messages' } = more
    return send(path, id, promptBody('anthropic-messages', { model, isStream, prompt }), key)
  }

  const fetched = (id: string, key: string = cleared): Promise<Response> =>
    fetch(`${gateway.url}/holdfast/calls/${id}`, {
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(20_000),
    })

  const isAnswered = (id: string) =>
    until(`call ${id} is answered`, async () => (await fetched(id)).status === 200)

  /** Asks, and is gone once the provider has the request. */
  async function askAndLeave(id: string, held: Promise<void>, prompt: string): Promise<void> {
    const asked = httpRequest(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: headersOf(cleared, id),
    })
    asked.on('error', () => undefined)
    asked.end(JSON.stringify(promptBody('anthropic-messages', { model, isStream: false, prompt })))
    await held
    await new Promise<void>((gone) => asked.once('close', gone).destroy())
  }

  const holding = () => provider.script({ model: 'claude-fable-5', holdAfterTokens: 0 })

  test('a caller that is killed in the middle finds the whole answer later, and nothing is asked twice', async () => {
    const script = holding()
    await askAndLeave('killed', script.held, '[[words: 12]] hello')
    const early = await fetched('killed')
    assert.equal(early.status, 202)
    assert.equal(((await early.json()) as Envelope).state, 'under-way')
    const waiting = post('killed', '[[words: 12]] hello')
    script.release()
    const waited = await waiting
    await isAnswered('killed')
    const kept = (await (await fetched('killed')).json()) as Envelope
    assert.equal(kept.id, 'killed')
    assert.equal(kept.state, 'answered')
    assert.equal(kept.status, 200)
    assert.equal(kept.encoding, 'utf8')
    assert.equal(kept.headers['holdfast-served-model'], model)
    assert.equal(kept.headers['holdfast-outcome'], 'direct')
    assert.ok(kept.askedAt <= kept.answeredAt)
    const text = answerText(0, 12)
    assert.equal(readWholeAnswer('anthropic-messages', kept.body).text, text)
    for (const again of [waited, await post('killed', '[[words: 12]] hello')]) {
      assert.equal(again.status, 200)
      assert.equal(await again.text(), kept.body)
      const id = again.headers.get('holdfast-request-id')
      assert.equal(id, kept.headers['holdfast-request-id'])
      assert.equal(again.headers.get('holdfast-notice'), 'kept-answer')
    }
    assert.equal(provider.requests.length, 1)
    assert.ok(provider.requests.every(({ headers }) => !('holdfast-call' in headers)))
  })

  test('without the header a caller who leaves ends the call at its provider', async () => {
    const script = holding()
    const left = new AbortController()
    const asked = fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${cleared}`, 'content-type': 'application/json' },
      body: JSON.stringify(
        promptBody('anthropic-messages', { model, isStream: false, prompt: 'hello' }),
      ),
      signal: left.signal,
    })
    await script.held
    left.abort()
    await assert.rejects(asked)
    await until('the provider is left', () => provider.requests[0]?.progress.ending === 'abandoned')
  })

  test("an id is its principal's own: nobody else finds the call, and theirs is another", async () => {
    assert.equal((await post('mine', '[[words: 3]] one')).status, 200)
    assert.equal((await fetched('mine', foreign)).status, 404)
    const nobody = await fetched('mine', 'no-such-key')
    assert.equal(nobody.status, 401)
    const unknown = await fetched('never-asked')
    assert.equal(unknown.status, 404)
    const { error } = (await unknown.json()) as { error: { code: string } }
    assert.equal(error.code, 'call_not_found')
    assert.ok(Date.parse(unknown.headers.get('holdfast-kept-since') ?? '') < Date.now())
    const theirs = await post('mine', '[[words: 4]] two', { key: foreign })
    assert.equal(theirs.status, 200)
    const text = readWholeAnswer('anthropic-messages', await theirs.text()).text
    assert.equal(text, answerText(0, 4))
    assert.equal(provider.requests.length, 2)
  })

  test('another request under the same id is refused, and so are ids and streams that cannot be kept', async () => {
    assert.equal((await post('taken', '[[words: 3]] one')).status, 200)
    const other = await post('taken', '[[words: 3]] another')
    assert.equal(other.status, 409)
    const told = (await other.json()) as { type: string; error: { type: string } }
    assert.equal(told.type, 'error')
    assert.equal(told.error.type, 'call_id_reused')
    for (const id of ['two words', 'x'.repeat(129), 'a/b'])
      assert.equal((await post(id, 'hello')).status, 400, id)
    const stream = await post('stream', 'hello', { isStream: true })
    assert.equal(stream.status, 400)
    assert.match(await stream.text(), /not streamed/)
    assert.equal((await fetched('stream')).status, 404)
    assert.equal(provider.requests.length, 1)
  })

  test('an answer that is an error is kept like any other', async () => {
    const script = provider.script({ model: 'claude-fable-5', fault: 's13' })
    const first = await post('wrong', 'hello')
    script.remove()
    const again = await post('wrong', 'hello')
    assert.ok(first.status >= 400)
    assert.equal(again.status, first.status)
    assert.equal(await again.text(), await first.text())
    const kept = (await (await fetched('wrong')).json()) as Envelope
    assert.equal(kept.status, first.status)
  })

  test('vectors and counts of tokens are kept as well', async () => {
    const counted = await post('counted', 'hello', { path: '/v1/messages/count_tokens' })
    assert.equal(counted.status, 200)
    const kept = (await (await fetched('counted')).json()) as Envelope
    assert.equal(kept.body, await counted.text())
    // The same body at another endpoint is another call.
    assert.equal((await post('counted', 'hello')).status, 409)
    const vectors = () =>
      send('/v1/embeddings', 'vectors', { model: 'mistral-large-2411', input: ['one', 'two'] })
    const first = await vectors()
    assert.equal(first.status, 200)
    assert.equal(await (await vectors()).text(), await first.text())
    const asked = provider.requests.filter(({ path }) => path.endsWith('/embeddings'))
    assert.equal(asked.length, 1)
  })

  test('what a directive forbids since is not handed out any more', async () => {
    const world = (load: readonly string[]) => gatewayWorld({ upstream: provider.baseUrl, load })
    assert.equal((await post('forbidden', '[[words: 3]] one')).status, 200)
    await gateway.change({ 'directives/late.yaml': banOnFable('late', 'all') })
    await gateway.configure(world(['late']))
    const refused = await fetched('forbidden')
    assert.equal(refused.status, 403)
    assert.match(await refused.text(), /model_not_permitted/)
    assert.equal((await post('forbidden', '[[words: 3]] one')).status, 403)
  })

  test('a gateway that is told to end finishes such a call first', async () => {
    const own = temporaryFolder()
    const keys = ledgerKeys()
    writeFiles(own, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(own, path), 0o600)
    const world = gatewayWorld({ upstream: provider.baseUrl, ledger: keys.ledger })
    const before = gateway
    gateway = await startGateway(own, world, {}, { processes: 1 })
    try {
      const script = holding()
      await askAndLeave('last', script.held, '[[words: 5]] hello')
      const stopped = gateway.stop()
      await until('it ends', () => gateway.events.some(({ event }) => event === 'stopping'))
      script.release()
      assert.equal(await stopped, 0)
      assert.equal(provider.requests[0]?.progress.ending, 'ended')
    } finally {
      await gateway.stop()
      gateway = before
    }
  })
})

test('with several processes only the one that asked knows, and none says more than it knows', async () => {
  const provider = await startProvider({ seed: 0 })
  const world = gatewayWorld({ upstream: provider.baseUrl })
  const gateway = await startGateway(temporaryFolder(), world, {}, { processes: 2 })
  try {
    const body = promptBody('anthropic-messages', { model, isStream: false, prompt: 'hello' })
    const asked = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: headersOf(cleared, 'one'),
      body: JSON.stringify(body),
    })
    assert.equal(asked.status, 200)
    const statuses = new Set<number>()
    for (let count = 0; count < 8; count += 1) {
      // A connection of its own, which may lead to either process.
      const found = await fetch(`${gateway.url}/holdfast/calls/one`, {
        headers: { authorization: `Bearer ${cleared}`, connection: 'close' },
      })
      statuses.add(found.status)
      assert.equal(found.headers.get('holdfast-kept-since'), null)
      await found.arrayBuffer()
    }
    assert.deepEqual(
      [...statuses].toSorted((a, b) => a - b),
      [200, 404],
    )
  } finally {
    await gateway.stop()
    await provider.close()
  }
})
