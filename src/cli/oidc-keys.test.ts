import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import { IssuerKeys, type KeptKeys, oidcLimits } from './oidc-keys.ts'

const issuer = 'https://login.acme.example'
const day = 86_400_000

/** An issuer, a clock and a shelf that a test turns by hand. */
async function madeWorld(kept: KeptKeys | null = null) {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const world = {
    now: 1_000_000,
    isAway: false,
    keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] as unknown,
    told: issuer,
    asked: [] as string[],
    warnings: [] as string[],
    shelf: kept,
    timers: [] as { at: number; ring: () => void }[],
    privateKey: await exportJWK(privateKey),
  }
  const keys = new IssuerKeys(
    { issuer, jwks: null },
    {
      now: () => world.now,
      after: (ms, ring) => {
        const timer = { at: world.now + ms, ring }
        world.timers.push(timer)
        return () => void (world.timers = world.timers.filter((one) => one !== timer))
      },
      get: async (address) => {
        world.asked.push(address)
        if (world.isAway) throw new Error('nobody answers')
        const document = address.endsWith('/keys')
          ? { keys: world.keys }
          : { issuer: world.told, jwks_uri: `${issuer}/keys` }
        return Buffer.from(JSON.stringify(document))
      },
      warn: (message) => world.warnings.push(message),
    },
    {
      read: async () => world.shelf,
      write: async (written) => void (world.shelf = written),
    },
  )
  /** Turns the clock and lets what is due happen. */
  const pass = async (ms: number) => {
    world.now += ms
    const due = world.timers.filter(({ at }) => at <= world.now)
    world.timers = world.timers.filter(({ at }) => at > world.now)
    for (const { ring } of due) ring()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { world, keys, pass }
}

test('keys are read ahead of requests, and a change is noticed within a minute', async () => {
  const { world, keys, pass } = await madeWorld()
  assert.equal(keys.usable(world.now, day), null)
  await keys.start()
  assert.notEqual(keys.usable(world.now, day), null)
  const { version } = keys
  await pass(oidcLimits.refreshMs)
  assert.equal(keys.version, version)
  world.keys = []
  await pass(oidcLimits.refreshMs)
  assert.notEqual(keys.version, version)
  assert.ok(oidcLimits.refreshMs + 2 * oidcLimits.retryMs < 60_000)
  assert.match(world.warnings.join(), /no key that could have signed/)
  keys.stop()
  assert.deepEqual(world.timers, [])
})

test('while the issuer is away its last keys count for a bounded time, and it is asked again soon', async () => {
  const { world, keys, pass } = await madeWorld()
  await keys.start()
  world.isAway = true
  for (let count = 0; count < 5; count += 1) await pass(oidcLimits.refreshMs)
  assert.notEqual(keys.usable(world.now, 300_000), null)
  assert.equal(world.warnings.length, 1)
  assert.match(world.warnings[0] ?? '', /last known ones count for now: nobody answers/)
  assert.equal(keys.usable(world.now + 300_000, 300_000), null)
  world.isAway = false
  await pass(oidcLimits.retryMs)
  assert.notEqual(keys.usable(world.now, 0), null)
  assert.equal(world.warnings.length, 2)
})

test('what a restart finds on the shelf counts from when it was read, and not from a time to come', async () => {
  const before = await madeWorld()
  await before.keys.start()
  const kept = before.world.shelf
  assert.notEqual(kept, null)
  const { world, keys } = await madeWorld(kept)
  world.isAway = true
  world.now += 3_600_000
  await keys.start()
  assert.notEqual(keys.usable(world.now, 3_600_000), null)
  assert.equal(keys.usable(world.now, 60_000), null)
  const later = await madeWorld(kept === null ? null : { ...kept, readAt: 9e15 })
  later.world.isAway = true
  await later.keys.start()
  assert.equal(later.keys.usable(later.world.now + day, 60_000), null)
})

test('a token with an unknown key makes it ask again, but not more often than allowed', async () => {
  const { world, keys, pass } = await madeWorld()
  await keys.start()
  const before = world.asked.length
  for (let count = 0; count < 100; count += 1) keys.refreshSoon()
  await pass(0)
  assert.equal(world.asked.length, before)
  await pass(oidcLimits.retryMs)
  assert.equal(world.asked.length, before + 1)
})

test('a discovery document of another issuer is not believed', async () => {
  const { world, keys } = await madeWorld()
  world.told = 'https://login.other.example'
  await keys.start()
  assert.equal(keys.usable(world.now, day), null)
  assert.match(world.warnings[0] ?? '', /of another issuer/)
})

test('of a key only what verifies is taken: no secret, no private part, none for encryption', async () => {
  const { world, keys } = await madeWorld()
  const { d, ...published } = world.privateKey
  world.keys = [
    { kty: 'oct', k: 'c2VjcmV0', kid: 'secret' },
    { ...published, d, kid: 'whole' },
    { ...published, kid: 'sealing', use: 'enc' },
    { ...published, kid: 'signing', key_ops: ['sign'] },
    null,
    'text',
  ]
  await keys.start()
  const set = keys.usable(world.now, day)?.jwks().keys ?? []
  assert.deepEqual(
    set.map(({ kid }) => kid),
    ['whole'],
  )
  assert.ok(!JSON.stringify([set, world.shelf]).includes(d ?? '?'))
})
