import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { loadCallers, callerOf, watchCallers } from '../../src/cli/load-callers.ts'
import { parseConfig } from '../../src/cli/load-config.ts'
import type { HoldfastConfig } from '../../src/schema/holdfast-config.ts'
import type { Store } from '../../src/store/index.ts'
import { skipWithoutPostgres, startPostgres } from '../support/postgres.ts'
import { storeCase, type StoreCase, systemClock, until } from '../support/store-case.ts'
import { morning } from '../support/store-records.ts'
import { holdfast, startHoldfast, temporaryFolder } from './holdfast.ts'

const configText = (location: string): string => `version: 1
organisation: { name: Acme }
groups: { appsec: { headcount: { not-foreign-person: 3 } }, support: {} }
workflows:
  - { id: review, task: code-review, audience: [appsec] }
  - { id: answers, task: support, audience: [support] }
  - { id: notes, task: summarisation }
store: ${location}
`

function configWith(more = ''): HoldfastConfig {
  return parseConfig(configText('embedded') + more, 'holdfast.yaml')
}

const at = '2026-06-20T00:00:00.000Z'

async function person(store: Store, id: string, groups: readonly string[] = ['appsec']) {
  await store.principals.save({
    id,
    kind: 'person',
    entity: null,
    employment: null,
    groups: [...groups],
    workflows: null,
    authorisations: [],
    createdAt: morning,
    createdBy: 'ada',
    disabledAt: null,
    revision: 0,
  })
  return await store.keys.issue({ principal: id, workflows: null, expiresAt: null, by: 'ada' })
}

suite('callers of holdfast.yaml and of the store', () => {
  let stores: StoreCase
  before(() => {
    stores = storeCase(() => 'embedded')
  })
  after(async () => {
    await stores.remove()
  })

  const load = (store: Store | null, config = configWith(), when = at) =>
    loadCallers({ config, folder: '.', store, at: when })

  test('are found by their keys, with class, groups and workflows', async () => {
    const store = await stores.open()
    const { text, key } = await person(store, 'rivka')
    const scoped = await store.keys.issue({
      principal: 'rivka',
      workflows: ['notes', 'answers'],
      expiresAt: '2026-06-21T00:00:00.000Z',
      by: 'ada',
    })
    process.env['CALLER_TEST_KEY'] = 'a key of another form'
    const config = configWith(`principals:
  - { id: ci-bot, kind: service, key: env:CALLER_TEST_KEY, groups: [appsec] }
  - { id: nobody, kind: person, key: none }
  - { id: lost, kind: person, key: env:CALLER_TEST_NO_KEY }
`)
    const callers = await load(store, config)
    const rivka = callerOf(callers, text, at)
    assert.equal(rivka?.id, 'rivka')
    assert.equal(rivka.origin, 'store')
    assert.equal(rivka.keyPrefix, key.prefix)
    assert.equal(rivka.principal.class, 'undetermined')
    assert.deepEqual(rivka.workflows, ['review', 'notes'])
    assert.deepEqual(callerOf(callers, scoped.text, at)?.workflows, ['notes'])
    assert.equal(callerOf(callers, scoped.text, '2026-06-21T00:00:00.000Z'), null)
    const bot = callerOf(callers, 'a key of another form', at)
    assert.deepEqual([bot?.id, bot?.origin], ['ci-bot', 'holdfast.yaml'])
    assert.equal(bot?.principal.class, 'not-foreign-person', 'the most restrictive of its groups')
    assert.equal(callers.keys.size, 3)
    assert.equal(callers.problems.length, 1)
    assert.match(callers.problems[0] ?? '', /`lost` cannot call: .*no `CALLER_TEST_NO_KEY`/)
    for (const other of ['', 'hfk_', `${text}A`, text.replace('hfk_', ''), text.toUpperCase()])
      assert.equal(callerOf(callers, other, at), null, other)
  })

  test('have the class that was attested last, as of the instant, and nothing comes back', async () => {
    const store = await stores.open()
    const { text } = await person(store, 'rivka')
    const attest = (
      stated: 'not-foreign-person' | 'foreign-person-not-authorised',
      more: { date?: string; expiresAt?: string; definition?: string } = {},
    ) =>
      store.attestations.add({
        principal: 'rivka',
        class: stated,
        definition: 'us-ear-772.1',
        basis: 'self-attestation',
        attester: 'People team',
        date: '2026-06-01',
        expiresAt: null,
        recordedBy: 'ada',
        ...more,
      })
    const classAt = async (when: string) => {
      const callers = await load(store, configWith(), when)
      return [callerOf(callers, text, when)?.principal.class, callers.changesAt]
    }
    await attest('not-foreign-person')
    assert.deepEqual(await classAt(at), ['not-foreign-person', null])
    await attest('foreign-person-not-authorised', { definition: 'another' })
    assert.deepEqual(await classAt(at), ['not-foreign-person', null], 'one definition')
    const end = '2026-06-25T00:00:00Z'
    const last = await attest('foreign-person-not-authorised', { expiresAt: end })
    assert.deepEqual(await classAt(at), [
      'foreign-person-not-authorised',
      '2026-06-25T00:00:00.000Z',
    ])
    assert.deepEqual(await classAt('2026-06-25T00:00:00.000Z'), ['undetermined', null])
    await store.attestations.revoke(last.id, 'ada')
    assert.deepEqual(await classAt(at), ['undetermined', null], 'the one before does not return')
    await attest('not-foreign-person', { date: '2026-06-23' })
    assert.deepEqual(await classAt(at), ['undetermined', '2026-06-22T10:00:00.000Z'])
    assert.deepEqual(await classAt('2026-06-22T10:00:00.000Z'), ['not-foreign-person', null])
  })

  test('that are disabled, rotated or revoked call no more, the old key until its end', async () => {
    const store = await stores.open()
    const { text, key } = await person(store, 'rivka')
    const ends = '2026-06-20T01:00:00.000Z'
    const next = await store.keys.rotate(key.id, { by: 'ada', oldEndsAt: ends, expiresAt: null })
    const callers = await load(store)
    assert.equal(callerOf(callers, text, at)?.id, 'rivka')
    assert.equal(callerOf(callers, text, ends), null, 'without being loaded again')
    assert.equal(callerOf(callers, next.text, ends)?.id, 'rivka')
    const record = await store.principals.find('rivka')
    assert.ok(record !== null)
    await store.principals.save({ ...record, disabledAt: morning })
    assert.equal((await load(store)).keys.size, 0)
  })

  test('one id in both places may not call, and two callers of one key neither', async () => {
    const store = await stores.open()
    const { text } = await person(store, 'rivka')
    const other = await person(store, 'other')
    process.env['CALLER_TEST_KEY'] = 'one key'
    process.env['CALLER_TEST_SAME'] = 'one key\n'
    const callers = await load(
      store,
      configWith(`principals:
  - { id: rivka, kind: person, key: env:CALLER_TEST_KEY }
  - { id: one, kind: person, key: env:CALLER_TEST_KEY }
  - { id: two, kind: person, key: env:CALLER_TEST_SAME }
`),
    )
    assert.equal(callerOf(callers, text, at), null)
    assert.equal(callerOf(callers, 'one key', at), null)
    assert.equal(callerOf(callers, other.text, at)?.id, 'other')
    assert.match(callers.problems.join('\n'), /`rivka` stands in holdfast\.yaml and in the store/)
    assert.match(callers.problems.join('\n'), /`two` has the key of `one`/)
    assert.doesNotMatch(callers.problems.join('\n'), /one key/)
  })
})

const backEnds = [
  {
    name: 'embedded',
    skip: false as const,
    start: () => ({ location: 'embedded', stop: () => undefined }),
  },
  {
    name: 'PostgreSQL',
    skip: skipWithoutPostgres(),
    start: () => {
      const server = startPostgres({ durable: false })
      return { location: server.createDatabase(), stop: server.remove }
    },
  },
]

for (const { name, skip, start } of backEnds) {
  suite(`a key that another process revokes, on ${name}`, { skip }, () => {
    let location = ''
    let stop: () => void = () => undefined
    before(() => {
      const started = start()
      location = started.location
      stop = started.stop
    })
    after(() => stop())

    test('is refused soon after that process has said so', async () => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'holdfast.yaml'), configText(location))
      const add = ['principal', 'add', 'ci-bot', '--kind', 'service', '--group', 'appsec']
      const added = holdfast(add, { cwd: folder })
      assert.equal(added.status, 0, added.stderr)
      const key = added.stdout.trim()
      const config = parseConfig(configText(location), 'holdfast.yaml')
      const stores = storeCase(() => location)
      const store = await stores.open({
        location,
        folder: join(folder, '.holdfast'),
        clock: systemClock,
      })
      const now = () => new Date().toISOString()
      let callers = await loadCallers({ config, folder, store, at: now() })
      let loading: Promise<void> = Promise.resolve()
      const watch = await watchCallers(store, () => {
        loading = loading.then(async () => {
          callers = await loadCallers({ config, folder, store, at: now() })
          return undefined
        })
      })
      try {
        assert.equal(callerOf(callers, key, now())?.id, 'ci-bot')
        const revoking = startHoldfast(['principal', 'revoke', 'ci-bot'], folder)
        let saidAt = 0
        revoking.stdout.once('data', () => (saidAt = performance.now()))
        await until('the key is refused', () => callerOf(callers, key, now()) === null)
        const refusedAt = performance.now()
        await until('the other process has said so', () => saidAt > 0)
        assert.ok(refusedAt - saidAt < 5_000, `${refusedAt - saidAt} ms`)
      } finally {
        await watch.close()
        await loading
        await stores.remove()
      }
    })
  })
}
