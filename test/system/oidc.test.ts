import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { after, before, beforeEach, suite, test } from 'node:test'
import { base64url, SignJWT } from 'jose'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { banOnFable, gatewayKeys, gatewayWorld, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { startIssuer, type TokenIssuer } from '../support/token-issuer.ts'
import { temporaryFolder } from './holdfast.ts'

/** Callers with signed tokens instead of keys: the real binary, a real issuer over loopback. */

setGatewayKeys()
process.env['HOLDFAST_TEST_BOT'] = 'bot-key-0a4f29d1c7e83b56'
const order = 'test-order'
const folder = temporaryFolder()
const classClaim = 'https://acme.example/holdfast_class'

suite('callers with tokens', () => {
  let provider: Provider
  let issuer: TokenIssuer
  let services: TokenIssuer
  let gateway: GatewayProcess
  let world: object

  before(async () => {
    provider = await startProvider({ seed: 0 })
    issuer = await startIssuer('ES256')
    services = await startIssuer('RS256')
    const base = gatewayWorld({ upstream: provider.baseUrl, load: [order] }) as {
      readonly principals: readonly object[]
    }
    world = {
      ...base,
      principals: [
        ...base.principals,
        { id: 'bot', kind: 'service', key: 'env:HOLDFAST_TEST_BOT', groups: ['staff'] },
      ],
      egress: { privateHosts: [issuer.host, services.host] },
      oidc: [
        {
          issuer: issuer.issuer,
          audience: ['other', 'holdfast'],
          clockSkew: '30s',
          claims: { groups: 'realm.groups', class: classClaim, workflows: 'workflows' },
          groups: { 'CN=Staff,DC=acme': 'staff' },
        },
        {
          issuer: services.issuer,
          audience: 'holdfast',
          kind: 'service',
          claims: { groups: 'groups' },
        },
      ],
    }
    gateway = await startGateway(folder, world, {
      [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person'),
    })
  })
  beforeEach(() => provider.reset())
  after(async () => {
    await gateway.stop()
    await provider.close()
    await issuer.close()
    await services.close()
  })

  const person = (stated: string | undefined, more: object = {}) => ({
    sub: 'somebody',
    realm: { groups: ['staff', 'unknown-here'] },
    ...(stated === undefined ? {} : { [classClaim]: stated }),
    ...more,
  })
  const ask = async (token: string, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({
        model: 'anthropic/claude-fable-5',
        messages: [{ role: 'user', content: 'hello' }],
      }),
    })
    const body = (await response.json()) as { error?: { message: string; type: string } }
    return {
      status: response.status,
      outcome: response.headers.get('holdfast-outcome'),
      model: response.headers.get('holdfast-served-model'),
      message: body.error?.message ?? '',
    }
  }
  const asked = async (claims: object, headers?: Readonly<Record<string, string>>) =>
    await ask(await issuer.sign({ claims: { ...claims } }), headers)

  test('the class that an issuer attests decides, and without one a person is undetermined', async () => {
    const served = async (claims: object) => (await asked(claims)).outcome
    assert.equal(await served(person('not-foreign-person')), 'direct')
    assert.equal(await served(person('foreign-person-not-authorised')), 'failover')
    assert.equal(await served(person(undefined)), 'failover')
    assert.equal(await served(person('undetermined')), 'failover')
  })

  test('a value that is no eligibility class grants nothing and is told without the value', async () => {
    for (const value of ['US', 'Not-Foreign-Person', ' not-foreign-person', ''])
      assert.equal((await asked(person(value))).outcome, 'failover', value)
    for (const value of [['not-foreign-person'], { class: 'not-foreign-person' }, true, null])
      assert.equal((await asked({ ...person(undefined), [classClaim]: value })).outcome, 'failover')
    const told = gateway.events.filter(({ message }) =>
      String(message).includes('eligibility class'),
    )
    assert.equal(told.length, 1)
    assert.ok(!JSON.stringify(told).includes('"US"'))
  })

  test('groups are those that holdfast.yaml knows, by their id or by what the issuer calls them', async () => {
    const named = { 'holdfast-workflow': 'review' }
    const permitted = async (groups: unknown) =>
      (await asked({ ...person('not-foreign-person'), realm: { groups } }, named)).status
    assert.equal(await permitted(['CN=Staff,DC=acme']), 200)
    assert.equal(await permitted('staff'), 200)
    assert.equal(await permitted(['Staff']), 403)
    assert.equal(await permitted([]), 403)
    assert.equal(await permitted(undefined), 403)
    const none = person('not-foreign-person', { workflows: ['other'] })
    assert.equal((await asked(none, named)).status, 403)
    const stated = person('not-foreign-person', { workflows: ['review'] })
    assert.equal((await asked(stated, named)).status, 200)
  })

  test('a token that has expired, does not count yet or is for somebody else is refused', async () => {
    const now = Math.floor(Date.now() / 1000)
    const claims = person('not-foreign-person')
    const refused = async (more: object, pattern: RegExp) => {
      const answer = await asked({ ...claims, ...more })
      assert.equal(answer.status, 401)
      assert.match(answer.message, pattern)
    }
    await refused({ exp: now - 60 }, /expired.*`clockSkew` allows .*set the clocks right/)
    await refused(
      { nbf: now + 600 },
      /does not count yet.*`clockSkew` allows .*set the clocks right/,
    )
    await refused({ exp: undefined }, /exp/)
    await refused({ aud: 'somebody-else' }, /aud/)
    await refused({ aud: undefined }, /aud/)
    await refused({ iss: 'https://other.example' }, /issuer/)
    await refused({ iss: `${issuer.issuer}/` }, /issuer/)
    await refused({ iss: services.issuer }, /key/)
    await refused({ sub: undefined }, /nobody/)
    await refused({ sub: 'a\nb' }, /nobody/)
    await refused({ cnf: { jkt: 'abc' } }, /cnf/)
    // Within the skew that is allowed.
    assert.equal((await asked({ ...claims, exp: now - 10 })).status, 200)
    assert.equal((await asked({ ...claims, nbf: now + 10 })).status, 200)
  })

  test('a token that was accepted once is refused when it has expired', async () => {
    const token = await issuer.sign({ claims: person('not-foreign-person'), lifeSeconds: -24 })
    assert.equal((await ask(token)).status, 200)
    await until('it has expired', async () => (await ask(token)).status === 401)
  })

  test('only signatures of public keys count: neither none, nor a secret, nor another kind of token', async () => {
    const claims = { ...person('not-foreign-person'), iss: issuer.issuer, aud: 'holdfast' }
    const exp = Math.floor(Date.now() / 1000) + 60
    const part = (value: object) => base64url.encode(JSON.stringify(value))
    const unsigned = `${part({ alg: 'none' })}.${part({ ...claims, exp })}.`
    assert.match((await ask(unsigned)).message, /not signed/)
    const { x = '', y = '' } = issuer.publicKey()
    for (const secret of [JSON.stringify(issuer.publicKey()), x, x + y]) {
      const head = `${part({ alg: 'HS256', kid: 'key-1' })}.${part({ ...claims, exp })}`
      const mac = createHmac('sha256', secret).update(head).digest('base64url')
      assert.equal((await ask(`${head}.${mac}`)).status, 401)
    }
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const forged = await new SignJWT({ ...claims, exp })
      .setProtectedHeader({
        alg: 'ES256',
        kid: 'key-1',
        jwk: stranger.publicKey.export({ format: 'jwk' }),
      })
      .sign(stranger.privateKey)
    assert.match((await ask(forged)).message, /signature/)
    const logout = await issuer.sign({ claims, header: { typ: 'logout+jwt' } })
    assert.match((await ask(logout)).message, /typ/)
    const access = await issuer.sign({ claims, header: { typ: 'at+jwt' } })
    assert.equal((await ask(access)).status, 200)
    const token = await issuer.sign({ claims })
    assert.equal((await ask(`${token.slice(0, -3)}AAA`)).status, 401)
    assert.equal((await ask(`${token}.x`)).status, 401)
    assert.equal((await ask('a.b.c')).status, 401)
  })

  test("a service names the person it works for, and the person's class decides", async () => {
    const bot = process.env['HOLDFAST_TEST_BOT'] ?? ''
    assert.equal((await ask(bot)).outcome, 'failover')
    const for_ = async (claims: object) => ({
      'holdfast-on-behalf-of': await issuer.sign({ claims: { ...claims } }),
    })
    assert.equal((await ask(bot, await for_(person('not-foreign-person')))).outcome, 'direct')
    assert.equal(
      (await ask(bot, await for_(person('foreign-person-not-authorised')))).outcome,
      'failover',
    )
    const outside = { ...person('not-foreign-person'), realm: { groups: [] } }
    assert.equal((await ask(bot, await for_(outside))).status, 403)
    assert.ok(!JSON.stringify(provider.requests).includes('on-behalf-of'))
    const service = await services.sign({ claims: { sub: 'ci', groups: ['staff'] } })
    assert.equal((await ask(service)).outcome, 'failover')
    assert.equal((await ask(service, await for_(person('not-foreign-person')))).outcome, 'direct')
  })

  test('a person that cannot be told is refused rather than passed over', async () => {
    const bot = process.env['HOLDFAST_TEST_BOT'] ?? ''
    const late = await issuer.sign({ claims: person('not-foreign-person'), lifeSeconds: -90 })
    const service = await services.sign({ claims: { sub: 'ci' } })
    const told = await issuer.sign({ claims: person('not-foreign-person') })
    const of = async (key: string, token: string) =>
      (await ask(key, { 'holdfast-on-behalf-of': token })).status
    assert.equal(await of(bot, late), 401)
    assert.equal(await of(bot, 'somebody'), 401)
    assert.equal(await of(bot, ''), 401)
    assert.equal(await of(bot, service), 403)
    assert.equal(await of(bot, `${told}, ${told}`), 401)
    assert.equal(await of(gatewayKeys.HOLDFAST_TEST_CLEARED, told), 403)
    assert.equal(await of(told, told), 403)
    assert.equal(await of('no-key-at-all', told), 401)
  })

  test('a key that comes counts soon, one that goes counts no more, and nobody waits for the issuer', async () => {
    const claims = person('not-foreign-person')
    const old = await issuer.sign({ claims })
    assert.equal((await ask(old)).status, 200)
    await issuer.rotate({ keepsOld: false })
    const next = await issuer.sign({ claims })
    const first = await ask(next)
    assert.equal(first.status, 401)
    assert.match(first.message, /rotation/)
    await until('the new key counts', async () => (await ask(next)).status === 200)
    assert.equal((await ask(old)).status, 401)
  })

  test('while the issuer is away its last known keys count, also after a restart', async () => {
    const claims = person('not-foreign-person')
    issuer.goAway()
    await gateway.stop()
    gateway = await startGateway(folder, world)
    assert.equal((await asked(claims)).outcome, 'direct')
    assert.ok(gateway.events.some(({ message }) => /last known ones count/.test(String(message))))
    issuer.comeBack()
  })

  test('an issuer that is not on the public network and not declared is not asked', async () => {
    const count = services.asked.length
    await gateway.configure({ ...world, egress: { privateHosts: [issuer.host] } })
    const other = await startIssuer()
    after(() => other.close())
    await gateway.configure({
      ...world,
      egress: { privateHosts: [issuer.host] },
      oidc: { issuer: other.issuer, audience: 'holdfast' },
    })
    const answer = await ask(await other.sign({ claims: { sub: 'somebody' } }))
    assert.equal(answer.status, 503)
    assert.match(answer.message, /keys of its issuer/)
    assert.deepEqual(other.asked, [])
    assert.equal(services.asked.length, count)
    await gateway.configure(world)
  })
})
