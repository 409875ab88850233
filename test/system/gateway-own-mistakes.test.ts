import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { gatewayKeys, gatewayWorld, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { bodyReply } from '../support/provider/reply.ts'
import { temporaryFolder } from './holdfast.ts'

/**
 * What one caller gets wrong is that caller's alone: it takes no model out of use for others, whatever its provider
 * repeats of it, and it is told rather than hidden behind an estimate.
 */

setGatewayKeys()
const folder = temporaryFolder()
const json = [['content-type', 'application/json']] as const

suite('a mistake of one caller', () => {
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0 })
    const workflow = { fallbacks: ['mistral/mistral-large-2411', 'test/twice'] }
    const world = gatewayWorld({ upstream: provider.baseUrl, workflow }) as {
      readonly routes: readonly object[]
    }
    const twice = ['once', 'again'].map((id) => ({
      id,
      provider: 'test',
      protocol: 'anthropic-messages',
      baseUrl: provider.baseUrl,
      credential: 'env:HOLDFAST_TEST_UPSTREAM',
      models: { 'test/twice': `twice-${id}` },
    }))
    gateway = await startGateway(folder, { ...world, routes: [...world.routes, ...twice] })
  })
  afterEach(() => provider.reset())
  after(async () => {
    assert.equal(await gateway.stop(), 0)
    await provider.close()
  })

  const ask = (path: string, body: object): Promise<Response> =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { 'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    })
  const says = (content: string) => ({ max_tokens: 9, messages: [{ role: 'user', content }] })

  /** The next request is answered with this error, in the shape of its provider. */
  function failsOnce(
    model: string,
    status: number,
    error: object,
    operation?: 'count-tokens',
  ): void {
    const body = JSON.stringify(model.startsWith('claude') ? { type: 'error', error } : { error })
    provider.script({
      model,
      times: 1,
      reply: () => bodyReply(status, json, body),
      ...(operation === undefined ? {} : { operation }),
    })
  }

  for (const [model, status, error] of [
    [
      'mistral-large-2411',
      404,
      {
        type: 'invalid_request_error',
        message:
          "Item with id 'rs_68ab01' not found. Items are not persisted when `store` is set to false.",
      },
    ],
    ['mistral-large-2411', 404, { message: "Prompt with id 'pmpt_68ab' not found." }],
    ['claude-fable-5', 404, { type: 'not_found_error', message: 'File not found: file_011CQ' }],
    ['claude-fable-5', 404, { type: 'not_found_error', message: 'Skill not found: skill_01X' }],
  ] as const)
    test(`that names what its provider does not have: ${error.message}`, async () => {
      failsOnce(model, status, error)
      const refused = await ask('/v1/messages', { model, ...says('[[words: 3]] hi') })
      assert.equal(refused.status, 404, await refused.text())
      const next = await ask('/v1/messages', { model, ...says('[[words: 3]] hi') })
      assert.equal(next.headers.get('holdfast-outcome'), 'direct', await next.text())
    })

  for (const [model, told] of [
    ['claude-fable-5', 'tool_choice: input tag `the model is retired` does not match'],
    ['mistral-large-2411', "Invalid value: 'this model was discontinued'. Supported are: auto"],
    ['mistral-large-2411', "Invalid value: 'unknown model'. Supported are: auto"],
  ] as const)
    test(`that its provider repeats in words of a withdrawal: ${told}`, async () => {
      failsOnce(model, 400, { type: 'invalid_request_error', message: told })
      const prompt = '[[words: 3]] the model is retired, this model was discontinued, unknown model'
      await ask('/v1/messages', { model, ...says(prompt) })
      const next = await ask('/v1/messages', { model, ...says('[[words: 3]] hi') })
      assert.equal(next.headers.get('holdfast-outcome'), 'direct', await next.text())
    })

  test('in a request to count tokens is told, not estimated', async () => {
    const message = 'messages: roles must alternate'
    failsOnce('claude-fable-5', 400, { type: 'invalid_request_error', message }, 'count-tokens')
    const counted = await ask('/v1/messages/count_tokens', {
      model: 'claude-fable-5',
      ...says('hi'),
    })
    const text = await counted.text()
    assert.equal(counted.status, 400, text)
    assert.ok(text.includes(message), text)
  })

  test('tokens are counted over another route of the model before they are estimated', async () => {
    const script = provider.script({ operation: 'count-tokens', fault: 's04', times: 1 })
    const counted = await ask('/v1/messages/count_tokens', { model: 'test/twice', ...says('hi') })
    assert.equal(counted.status, 200, await counted.text())
    assert.equal(counted.headers.get('holdfast-notice'), null)
    assert.equal(counted.headers.get('holdfast-route'), 'again')
    assert.equal(script.matched.length, 1)
  })
})
