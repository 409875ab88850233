import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as jose from 'jose'
import type { TokenCaller, TokenRefusal } from '../gateway/index.ts'
import { ConfigOidcIssuer, HoldfastConfig } from '../schema/holdfast-config.ts'
import { callerOfClaims } from './oidc-callers.ts'
import { IssuerKeys } from './oidc-keys.ts'
import { tokenCallers } from './oidc-tokens.ts'

const issuer = 'https://login.acme.example'
const at = '2026-11-25T12:00:00.000Z'
const now = Date.parse(at) / 1000
const config = HoldfastConfig.parse({ version: 1, organisation: { name: 'Acme' } })

async function madeCallers(
  algorithms: readonly string[],
  { isNamed = true, knownTokensMax = 10 } = {},
) {
  const pairs = await Promise.all(algorithms.map((one) => jose.generateKeyPair(one)))
  const published = await Promise.all(
    pairs.map(async ({ publicKey }, index) => ({
      ...(await jose.exportJWK(publicKey)),
      ...(isNamed ? { kid: String(index) } : {}),
    })),
  )
  const keys = new IssuerKeys(
    { issuer, jwks: `${issuer}/keys` },
    {
      now: () => Date.parse(at),
      after: () => () => undefined,
      get: async () => Buffer.from(JSON.stringify({ keys: published })),
      warn: () => undefined,
    },
    { read: async () => null, write: async () => undefined },
  )
  await keys.start()
  const settings = ConfigOidcIssuer.parse({ issuer, audience: 'holdfast' })
  let verified = 0
  const callers = tokenCallers({
    jose,
    knownTokensMax,
    issuers: [{ config: settings, keys }],
    callerOf: (one, claims) => {
      verified += 1
      return callerOfClaims({ config, evidence: null, warn: () => undefined }, one, claims)
    },
  })
  const sign = async (index: number, claims: jose.JWTPayload = {}) =>
    await new jose.SignJWT({ iss: issuer, aud: 'holdfast', sub: 'a', exp: now + 60, ...claims })
      .setProtectedHeader({
        alg: algorithms[index] ?? '',
        ...(isNamed ? { kid: String(index) } : {}),
      })
      .sign(pairs[index]?.privateKey ?? new Uint8Array())
  return { callers, sign, verified: () => verified, keys }
}

function outcome(found: TokenCaller | TokenRefusal | null): string {
  return found === null ? 'no token' : 'status' in found ? found.message : found.id
}

test('every kind of signature that only the issuer can make counts', async () => {
  const algorithms = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
  const { callers, sign } = await madeCallers(algorithms)
  for (const [index] of algorithms.entries())
    assert.equal(outcome(await callers.find(await sign(index), at)), `${issuer}#a`)
})

test('keys without a name are tried one after another', async () => {
  const { callers, sign } = await madeCallers(['ES256', 'ES256', 'EdDSA'], { isNamed: false })
  for (const index of [0, 1, 2])
    assert.equal(outcome(await callers.find(await sign(index), at)), `${issuer}#a`)
  const other = await madeCallers(['ES256'], { isNamed: false })
  assert.match(outcome(await callers.find(await other.sign(0), at)), /signature/)
})

test('a token is verified once, and without a wait afterwards, until it expires', async () => {
  const { callers, sign, verified } = await madeCallers(['ES256'])
  const token = await sign(0)
  const first = await callers.find(token, at)
  const second = callers.find(token, at)
  assert.ok(!(second instanceof Promise))
  assert.equal(second, first)
  assert.equal(verified(), 1)
  const late = new Date((now + 121) * 1000).toISOString()
  assert.match(outcome(await callers.find(token, late)), /expired/)
})

test('so many tokens are remembered and no more: the oldest is verified again', async () => {
  const { callers, sign } = await madeCallers(['EdDSA'], { knownTokensMax: 3 })
  const tokens = await Promise.all(['1', '2', '3', '4'].map((jti) => sign(0, { jti })))
  for (const token of tokens) await callers.find(token, at)
  assert.deepEqual(
    tokens.map((token) => callers.find(token, at) instanceof Promise),
    [true, false, false, false],
  )
})

test('what has not the form of a token is none', async () => {
  const { callers } = await madeCallers(['ES256'])
  for (const text of ['', 'key', 'a.b', 'a.b.c.d.e', 'a b.c.d', `${'a'.repeat(20_000)}.b.c`])
    assert.equal(callers.find(text, at), null)
  assert.equal(await callers.find('a.b.c', at), null)
})

test('names of objects that every object has are no claims', async () => {
  const settings = ConfigOidcIssuer.parse({
    issuer,
    audience: 'holdfast',
    claims: { subject: 'constructor.name', entity: '__proto__', groups: 'a.b' },
  })
  const sources = { config, evidence: null, warn: () => undefined }
  assert.equal(callerOfClaims(sources, settings, { sub: 'a' }), null)
  const named = callerOfClaims(sources, settings, { constructor: { name: 'x' }, a: { b: ['c'] } })
  assert.equal(named?.id, `${issuer}#x`)
  assert.equal(named?.principal.entity, null)
  assert.deepEqual(named?.principal.groups, [])
})
