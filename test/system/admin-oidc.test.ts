import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { askAdmin } from '../support/admin-api.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { adminTokens, gatewayWorld, ledgerKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { runHoldfast } from '../support/run-holdfast.ts'
import { until } from '../support/store-case.ts'
import { startIssuer, type TokenIssuer } from '../support/token-issuer.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** The admin API for people with tokens of an issuer: the real binary, a real issuer over loopback. */

setGatewayKeys()
const folder = temporaryFolder()
const config = join(folder, 'holdfast.yaml')
const audience = 'holdfast-admin'

suite('the admin API with signed tokens', () => {
  let provider: Provider
  let issuer: TokenIssuer
  let gateway: GatewayProcess
  let world: (admin: object) => object
  let withIssuer: object

  before(async () => {
    provider = await startProvider({ seed: 0 })
    issuer = await startIssuer('ES256', audience)
    const keys = ledgerKeys()
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    world = (admin) => ({
      ...gatewayWorld({ upstream: provider.baseUrl, ledger: keys.ledger, admin: { ...admin } }),
      egress: { privateHosts: [issuer.host] },
    })
    withIssuer = {
      oidc: {
        issuer: issuer.issuer,
        audience,
        clockSkew: '5s',
        claims: { roles: 'realm.groups', subject: 'email' },
        roles: { '/ops/on-call': 'operator', '/legal': 'counsel', readers: 'viewer' },
      },
    }
    gateway = await startGateway(folder, world(withIssuer))
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
    await issuer.close()
  })

  const of = (groups: unknown, more: object = {}) => ({
    email: 'ada@acme.example',
    realm: { groups },
    ...more,
  })
  const signed = (claims: object) => issuer.sign({ claims: { ...claims } })
  const ask = async (token: string, path: string, method = 'GET', body?: object) =>
    await askAdmin(gateway.admin, path, {
      method,
      body,
      headers: { authorization: `Bearer ${token}` },
    })
  const status = async (claims: object, path = '/api/v1/status', method = 'GET') =>
    (await ask(await signed(claims), path, method, method === 'POST' ? {} : undefined)).status
  const disable = '/api/v1/routes/anthropic/disable'
  const enable = '/api/v1/routes/anthropic/enable'

  test('groups of the issuer give roles, several give all of theirs', async () => {
    const decisionsOf = '/api/v1/decisions?principal=cleared'
    assert.equal(await status(of('readers')), 200)
    assert.equal(await status(of(['readers']), '/metrics'), 200)
    assert.equal(await status(of(['readers']), disable, 'POST'), 403)
    assert.equal(await status(of(['/ops/on-call']), enable, 'POST'), 200)
    assert.equal(await status(of(['/ops/on-call']), decisionsOf), 403)
    assert.equal(await status(of(['/legal']), decisionsOf), 200)
    assert.equal(await status(of(['/legal']), enable, 'POST'), 403)
    const both = of(['/legal', 'something else', '/ops/on-call'])
    assert.equal(await status(both, decisionsOf), 200)
    assert.equal(await status(both, enable, 'POST'), 200)
  })

  test('a token that gives no role may not even read, also with the name of a role as its group', async () => {
    for (const groups of [[], undefined, 'nobody', ['admin', 'operator'], { '/legal': true }])
      for (const path of ['/api/v1/status', '/metrics', '/api/v1/nothing'])
        assert.equal(await status(of(groups), path), 403, JSON.stringify(groups))
    const answer = await ask(await signed(of([])), '/api/v1/status')
    assert.match(answer.text, /role_not_permitted/)
  })

  test('a token that is for somebody else, too old or forged is none', async () => {
    const now = Math.floor(Date.now() / 1000)
    const refused = async (more: object, pattern: RegExp) => {
      const answer = await ask(await signed(of(['/legal'], more)), '/api/v1/status')
      assert.equal(answer.status, 401)
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
      assert.match(answer.text, pattern)
    }
    await refused({ exp: now - 60 }, /expired/)
    await refused({ nbf: now + 600 }, /does not count yet/)
    await refused({ aud: 'holdfast' }, /aud/)
    await refused({ iss: 'https://other.example' }, /issuer/)
    await refused({ email: undefined }, /nobody/)
    const token = await signed(of(['/legal']))
    assert.equal((await ask(`${token.slice(0, -3)}AAA`, '/api/v1/status')).status, 401)
    assert.equal((await ask('a.b.c', '/api/v1/status')).status, 401)
    assert.equal((await ask('no-token', '/api/v1/status')).status, 401)
  })

  test('the ledger names who made a change, as the issuer names it', async () => {
    const token = await signed(of(['/ops/on-call']))
    assert.equal((await ask(token, disable, 'POST', { reason: 'an audit' })).status, 200)
    assert.equal((await ask(token, enable, 'POST', { by: 'Ada' })).status, 200)
    const search = ['ledger', 'search', '--kind', 'route', '--format', 'json']
    const found = holdfast([...search, '--config', config])
    const by = [...found.stdout.matchAll(/"by":"(?<by>[^"]+)"/g)].map((one) => one.groups?.['by'])
    const name = `ada@acme.example of ${issuer.issuer}`
    assert.ok(by.includes(name), found.stdout)
    assert.ok(by.includes(`Ada (${name})`))
    assert.ok(!found.stdout.includes(token))
  })

  test('a command shows the running process the token that it is given', async () => {
    process.env['HOLDFAST_ADMIN_TOKEN'] = await signed(of(['/ops/on-call']))
    const done = await runHoldfast(['route', 'disable', 'anthropic', '--config', config], folder)
    assert.equal(done.status, 0, done.stderr)
    process.env['HOLDFAST_ADMIN_TOKEN'] = await signed(of(['readers']))
    const refused = await runHoldfast(['route', 'enable', 'anthropic', '--config', config], folder)
    assert.equal(refused.status, 2, refused.stderr)
    assert.match(refused.stderr, /viewer/)
    delete process.env['HOLDFAST_ADMIN_TOKEN']
    assert.equal(await status(of(['/ops/on-call']), enable, 'POST'), 200)
  })

  test('an issuer that is listed no more counts no more within a second, and again when it is', async () => {
    const token = await signed(of(['readers']))
    await gateway.configure(world({ ...adminTokens }))
    assert.equal((await ask(token, '/api/v1/status')).status, 401)
    assert.equal((await askAdmin(gateway.admin, '/api/v1/status', { as: 'viewer' })).status, 200)
    await gateway.configure(world({ ...adminTokens, ...withIssuer }))
    await until('it counts', async () => (await ask(token, '/api/v1/status')).status === 200)
    assert.equal((await askAdmin(gateway.admin, '/api/v1/status', { as: 'viewer' })).status, 200)
  })
})
