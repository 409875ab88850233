import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../src/base/fault.ts'
import type { FaultCode } from '../../src/base/fault-codes.ts'
import {
  directiveDigest,
  openMadeStore,
  type Store,
  verifyKey,
  type WatchNotice,
} from '../../src/store/index.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../support/postgres.ts'
import { type StoreCase, storeCase, until } from '../support/store-case.ts'
import { directive, morning, principal, register, verdict } from '../support/store-records.ts'

/** What every store promises, held against both back ends. */

interface BackEnd {
  readonly name: string
  readonly skip: string | false
  readonly start: () => { newLocation: () => string; stop: () => void }
}

const backEnds: readonly BackEnd[] = [
  {
    name: 'embedded',
    skip: false,
    start: () => ({ newLocation: () => 'embedded', stop: () => undefined }),
  },
  {
    name: 'PostgreSQL',
    skip: skipWithoutPostgres(),
    start: () => {
      const server: PostgresServer = startPostgres({ durable: false })
      return { newLocation: server.createDatabase, stop: server.remove }
    },
  },
]

for (const { name, skip, start } of backEnds) {
  suite(`a store on ${name}`, { skip }, () => {
    let stop: () => void = () => undefined
    let stores: StoreCase
    let store: Store

    before(async () => {
      const started = start()
      stop = started.stop
      stores = storeCase(started.newLocation)
      store = await stores.open()
    })
    after(async () => {
      await stores.remove()
      stop()
    })

    test('keeps a principal and its versions, and refuses to overwrite one that changed', async () => {
      const saved = await store.principals.save(principal('ada'))
      assert.equal(saved.revision, 1)
      assert.deepEqual(await store.principals.find('ada'), saved)
      const disabled = await store.principals.save({ ...saved, disabledAt: morning })
      assert.equal(disabled.revision, 2)
      // Repeated after an answer that was lost, it is the same change.
      assert.deepEqual(await store.principals.save({ ...saved, disabledAt: morning }), disabled)
      await assert.rejects(
        store.principals.save({ ...saved, groups: ['other'] }),
        fault('HF_STORE_CONFLICT'),
      )
      assert.deepEqual(await store.principals.find('ada'), disabled)
      assert.equal(await store.principals.find('nobody'), null)
    })

    test('saving the same new record again, after an answer that was lost, is no conflict', async () => {
      const first = await store.principals.save(principal('twice'))
      assert.deepEqual(await store.principals.save(principal('twice')), first)
      await assert.rejects(
        store.principals.save({ ...principal('twice'), entity: 'Other' }),
        fault('HF_STORE_CONFLICT'),
      )
    })

    test('refuses a record that does not follow its schema, and text that a database would change', async () => {
      await assert.rejects(
        store.principals.save({ ...principal('x'), createdAt: '2026-06-12' }),
        fault('HF_STORE_RECORD'),
      )
      await assert.rejects(store.principals.save(principal('')), fault('HF_STORE_RECORD'))
      await assert.rejects(
        store.principals.save({ ...principal('x'), entity: 'a\0b' }),
        fault('HF_STORE_RECORD'),
      )
      await assert.rejects(
        store.principals.save({ ...principal('x'), entity: 'a\ud800' }),
        fault('HF_STORE_RECORD'),
      )
      assert.equal(await store.principals.find('x'), null)
    })

    test('a key is seen once; afterwards only its digest is there, and it counts until it is revoked', async () => {
      await store.principals.save(principal('caller'))
      const { text, key } = await store.keys.issue({
        principal: 'caller',
        workflows: ['review'],
        expiresAt: null,
        by: 'ada',
      })
      assert.match(text, /^hfk_[a-z2-7]{10}_[A-Za-z0-9_-]{43}$/)
      assert.ok(!JSON.stringify(await store.keys.list('caller')).includes(text.slice(15)))
      assert.deepEqual(await store.keys.verify(text), key)
      assert.equal(
        await store.keys.verify(`${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`),
        null,
      )
      assert.equal(await store.keys.verify('hfk_'), null)
      const revoked = await store.keys.revoke(key.id, 'grace')
      assert.equal(revoked.revokedBy, 'grace')
      assert.equal(await store.keys.verify(text), null)
      assert.deepEqual(await store.keys.revoke(key.id, 'somebody else'), revoked)
    })

    test('a rotated key has the rights of the old one, which goes on until the instant that was named', async () => {
      await store.principals.save(principal('rotating'))
      const old = await store.keys.issue({
        principal: 'rotating',
        workflows: ['review'],
        expiresAt: null,
        by: 'ada',
      })
      await assert.rejects(store.keys.revoke('no such key', 'ada'), fault('HF_STORE_MISSING'))
      const endsAt = new Date(Date.now() + 3_600_000).toISOString()
      const next = await store.keys.rotate(old.key.id, {
        by: 'ada',
        oldEndsAt: endsAt,
        expiresAt: null,
      })
      assert.deepEqual(next.key.workflows, ['review'])
      assert.equal(next.key.replaces, old.key.id)
      assert.equal((await store.keys.verify(old.text))?.id, old.key.id)
      const keys = await store.keys.list('rotating')
      assert.equal(verifyKey(old.text, keys, endsAt), null)
      assert.equal(verifyKey(next.text, keys, endsAt)?.id, next.key.id)
      await store.keys.revoke(next.key.id, 'ada')
      const rotation = { by: 'ada', oldEndsAt: null, expiresAt: null }
      await assert.rejects(store.keys.rotate(next.key.id, rotation), fault('HF_STORE_CONFLICT'))
    })

    test('a key and an attestation need a principal that is there', async () => {
      const wanted = { principal: 'nobody', workflows: null, expiresAt: null, by: 'ada' }
      await assert.rejects(store.keys.issue(wanted), fault('HF_STORE_MISSING'))
      await assert.rejects(store.attestations.add(attestation('nobody')), fault('HF_STORE_MISSING'))
    })

    test('an attestation counts until it expires or is revoked, and stays to be read', async () => {
      await store.principals.save(principal('grace'))
      const added = await store.attestations.add(attestation('grace'))
      const valid = async (at: string) =>
        (await store.attestations.listValid(at)).some((one) => one.id === added.id)
      assert.equal(await valid('2026-12-31T00:00:00.000Z'), false)
      assert.equal(await valid('2026-12-30T23:59:59.999Z'), true)
      await store.attestations.revoke(added.id, 'ada')
      assert.equal(await valid(morning), false)
      assert.equal((await store.attestations.list('grace')).length, 1)
    })

    test('of a directive one text is in force, and every accepted one is kept', async () => {
      const [one, two] = [directive('d-1', 'one'), directive('d-1', 'two')]
      const first = await store.directives.accept({ text: one, by: [], source: null, after: null })
      assert.equal(first.digest, directiveDigest(one))
      const again = await store.directives.accept({ text: one, by: [], source: null, after: null })
      assert.deepEqual(again, first)
      const change = { text: two, by: ['ada'], source: 'letter', after: null }
      await assert.rejects(store.directives.accept(change), fault('HF_STORE_CONFLICT'))
      const second = await store.directives.accept({ ...change, after: first.digest })
      assert.deepEqual(await store.directives.findInForce('d-1'), second)
      const history = await store.directives.history('d-1')
      assert.deepEqual(
        history.map((version) => version.text.title),
        ['one', 'two'],
      )
      assert.equal(history[0]?.supersededAt, second.acceptedAt)
      assert.deepEqual(history[1]?.text, two)
    })

    test('of many that change a directive at once, one is accepted', async () => {
      const base = await store.directives.accept({
        text: directive('d-2', 'base'),
        by: [],
        source: null,
        after: null,
      })
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) =>
          store.directives.accept({
            text: directive('d-2', `change ${index}`),
            by: ['ada'],
            source: 'letter',
            after: base.digest,
          }),
        ),
      )
      assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 1)
      assert.equal((await store.directives.history('d-2')).length, 2)
    })

    test('snapshots are numbered in the order of publication, also when many publish at once', async () => {
      const snapshot = (id: string) => ({
        id,
        content: `content of ${id}`,
        directives: [],
        createdBy: 'node-1',
        expiresAt: morning,
      })
      const ids = Array.from({ length: 6 }, (_, index) => `s-${index}`)
      const published = await Promise.all(ids.map((id) => store.snapshots.publish(snapshot(id))))
      assert.equal(new Set(published.map((one) => one.number)).size, ids.length)
      const latest = await store.snapshots.latest()
      assert.equal(latest?.number, Math.max(...published.map((one) => one.number)))
      assert.deepEqual(await store.snapshots.publish(snapshot('s-0')), published[0])
      await assert.rejects(
        store.snapshots.publish({ ...snapshot('s-0'), content: 'other' }),
        fault('HF_STORE_CONFLICT'),
      )
    })

    test('the register keeps its history; the same state again is no new one', async () => {
      const first = await store.registers.add(register('.'), 'audit')
      assert.deepEqual(await store.registers.add(register('.'), 'audit'), first)
      const second = await store.registers.add(register('./b'), 'audit')
      assert.deepEqual(await store.registers.latest(), second)
      const [newest] = await store.registers.history(1)
      assert.equal(newest?.digest, second.digest)
      assert.deepEqual((await store.registers.find(first.id))?.register, register('.'))
    })

    test('a call of a trial is claimed once, by whoever is first, and answered once', async () => {
      const trial = await store.trials.register(newTrial())
      const key = { trial: trial.id, item: 'i', arm: 'candidate', attempt: 1 }
      const claims = await Promise.all(
        Array.from({ length: 8 }, (_, index) => store.trials.claimAnswer(key, `p${index}`)),
      )
      assert.equal(claims.filter(Boolean).length, 1)
      assert.equal((await store.trials.findAnswer(key))?.state, 'claimed')
      const kept = await store.trials.keepAnswer(key, { text: 'yes' })
      assert.deepEqual(await store.trials.keepAnswer(key, { text: 'yes' }), kept)
      await assert.rejects(store.trials.keepAnswer(key, { text: 'no' }), fault('HF_STORE_CONFLICT'))
      assert.equal(await store.trials.claimAnswer(key, 'p9'), false)
      assert.equal(await store.trials.claimAnswer({ ...key, attempt: 2 }, 'p9'), true)
    })

    test('a claim without an answer is taken over on purpose, or given up by its own process', async () => {
      const trial = await store.trials.register(newTrial())
      const key = { trial: trial.id, item: 'i', arm: 'candidate', attempt: 1 }
      assert.equal(await store.trials.retakeAnswer(key, 'p1'), false)
      await store.trials.claimAnswer(key, 'p1')
      await store.trials.releaseAnswer(key, 'p2')
      assert.equal((await store.trials.findAnswer(key))?.claimedBy, 'p1')
      await store.trials.releaseAnswer(key, 'p1')
      assert.equal(await store.trials.findAnswer(key), null)
      await store.trials.claimAnswer(key, 'p1')
      assert.equal(await store.trials.retakeAnswer(key, 'p2'), true)
      assert.equal((await store.trials.findAnswer(key))?.claimedBy, 'p2')
      await store.trials.keepAnswer(key, { text: 'yes' })
      assert.equal(await store.trials.retakeAnswer(key, 'p3'), false)
      await store.trials.releaseAnswer(key, 'p2')
      assert.deepEqual((await store.trials.findAnswer(key))?.answer, { text: 'yes' })
    })

    test('answers are listed page by page, each once', async () => {
      const trial = await store.trials.register(newTrial())
      const keys = ['a', 'B', 'ä', '10', '9'].flatMap((item) =>
        ['x', 'y'].map((arm) => ({ trial: trial.id, item, arm, attempt: 1 })),
      )
      for (const key of keys) await store.trials.claimAnswer(key, 'p')
      const seen: string[] = []
      let page = await store.trials.listAnswers(trial.id, { limit: 3 })
      while (page.length > 0) {
        seen.push(...page.map((one) => `${one.item}/${one.arm}`))
        const last = page.at(-1)
        assert.ok(last)
        page = await store.trials.listAnswers(trial.id, { limit: 3, after: last })
      }
      assert.deepEqual(seen, [
        '10/x',
        '10/y',
        '9/x',
        '9/y',
        'B/x',
        'B/y',
        'a/x',
        'a/y',
        'ä/x',
        'ä/y',
      ])
      const own = async (page: { readonly limit: number; readonly item: string }) => {
        const found = await store.trials.listAnswers(trial.id, page)
        return found.map(({ item, arm, state }) => `${item}/${arm} ${state}`)
      }
      assert.deepEqual(await own({ limit: 5, item: 'B' }), ['B/x claimed', 'B/y claimed'])
      assert.deepEqual(await own({ limit: 1, item: 'ä' }), ['ä/x claimed'])
      assert.deepEqual(await own({ limit: 5, item: 'b' }), [])
      const rest = {
        limit: 5,
        item: 'B',
        after: { trial: trial.id, item: 'B', arm: 'x', attempt: 1 },
      }
      assert.deepEqual(await own(rest), ['B/y claimed'])
    })

    test('a trial that has ended does not begin again', async () => {
      const trial = await store.trials.register(newTrial())
      await store.trials.setState(trial.id, 'running')
      const ended = await store.trials.setState(trial.id, 'decided')
      assert.ok(ended.endedAt !== null)
      await assert.rejects(store.trials.setState(trial.id, 'running'), fault('HF_STORE_CONFLICT'))
      assert.equal((await store.trials.list('pr-security-review'))[0]?.id, trial.id)
      const other = await store.trials.register(newTrial())
      assert.equal((await store.trials.setState(other.id, 'decided', morning)).endedAt, morning)
      assert.equal((await store.trials.find(other.id))?.endedAt, morning)
    })

    test('a verdict counts while it is QUALIFIED, in time and not invalidated', async () => {
      const one = verdict('t-1', 'alibaba/qwen3-32b')
      await store.verdicts.add(one)
      await store.verdicts.add(one)
      await store.verdicts.add({ ...verdict('t-2', 'mistral/large'), verdict: 'INCONCLUSIVE' })
      assert.deepEqual(await store.verdicts.listQualified(morning), [one])
      assert.deepEqual(await store.verdicts.listQualified('2026-12-12T09:00:00.000Z'), [])
      const ended = { ...one, invalidatedBy: 'model-snapshot-changed' }
      assert.deepEqual(await store.verdicts.invalidate('t-1', 'model-snapshot-changed'), [ended])
      assert.deepEqual(await store.verdicts.invalidate('t-1', 'again'), [])
      assert.deepEqual(await store.verdicts.listQualified(morning), [])
      assert.deepEqual(await store.verdicts.list('pr-security-review'), [
        ended,
        { ...verdict('t-2', 'mistral/large'), verdict: 'INCONCLUSIVE' },
      ])
    })

    test('any JSON comes back as it went in', async () => {
      const plain = fc.jsonValue({ noUnicodeString: false })
      await fc.assert(
        fc.asyncProperty(plain, async (manifest) => {
          const json = JSON.parse(JSON.stringify(manifest)) as null
          const { id } = await store.dossiers.add({ kind: 'any', createdBy: 'ada', manifest: json })
          assert.deepEqual((await store.dossiers.find(id))?.manifest, json)
        }),
        { seed: 20_261_125, numRuns: 25, examples: [[JSON.parse('{"__proto__":{"a":1}}')]] },
      )
    })

    test('a watcher hears of changes of its topics, in their order, and of no others', async () => {
      const own = stores.fresh()
      const writing = await stores.open(own)
      const hearing = await stores.open(own)
      const notices: WatchNotice[] = []
      const watch = await hearing.watch(['principals', 'directives'], (one) => notices.push(one))
      const heard = () =>
        notices.flatMap((one) => (one.kind === 'changes' ? one.changes.map(({ key }) => key) : []))
      await writing.principals.save(principal('p-1'))
      await writing.registers.add(register('.'), 'audit')
      await Promise.all(['p-2', 'p-3', 'p-4'].map((id) => writing.principals.save(principal(id))))
      await writing.directives.accept({
        text: directive('d', 'one'),
        by: [],
        source: null,
        after: null,
      })
      await until('all were heard', () => heard().length >= 5)
      assert.deepEqual([...heard()].toSorted(), ['d 1', 'p-1', 'p-2', 'p-3', 'p-4'])
      const sequences = notices.flatMap((one) =>
        one.kind === 'changes' ? one.changes.map((change) => change.sequence) : [],
      )
      assert.deepEqual(
        sequences,
        sequences.toSorted((a, b) => a - b),
      )
      await watch.close()
      await writing.principals.save(principal('p-5'))
      await new Promise((resolve) => setTimeout(resolve, 300))
      assert.equal(heard().length, 5)
    })

    test('two processes that open an empty store at once both find it whole', async () => {
      for (let round = 0; round < 3; round += 1) {
        const settings = stores.fresh()
        const both = await Promise.all([
          stores.open(settings),
          stores.open(settings),
          stores.open(settings),
        ])
        await Promise.all(both.map((one, index) => one.principals.save(principal(`p-${index}`))))
        for (const one of both) assert.equal((await one.principals.list()).length, 3)
      }
    })

    test('a sighting gives back what was seen before, and is new again once it is forgotten', async () => {
      const [one, other] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`]
      const { sightings } = store
      assert.equal(await sightings.note('file', one), null)
      const first = await sightings.find('file')
      assert.deepEqual(await sightings.note('file', one), first)
      assert.deepEqual(await sightings.note('file', other), first)
      assert.equal((await sightings.find('file'))?.digest, other)
      await sightings.forget('file')
      assert.equal(await sightings.find('file'), null)
      const racing = await stores.open()
      const noted = await Promise.all([1, 2, 3].map(() => racing.sightings.note('file', one)))
      assert.equal(noted.filter((before) => before === null).length, 1)
    })

    test('spend of a day is what all processes counted last, and days that are over are forgotten', async () => {
      const row = { scope: 'principal', subject: 'ann', currency: 'USD' } as const
      const spent = (day: string, keeper: string, nano: number) => ({ ...row, day, keeper, nano })
      const { spends } = store
      await spends.keep([spent('2026-11-24', 'a', 1), spent('2026-11-25', 'a', 5)])
      await spends.keep([spent('2026-11-25', 'a', 7)])
      await spends.keep([spent('2026-11-25', 'b', 11), spent('2026-11-25', 'c', 13)])
      const day = '2026-11-25'
      assert.deepEqual(await spends.elsewhere(day, 'c'), [{ ...row, day, nano: 18 }])
      assert.deepEqual(await spends.elsewhere(day, 'another'), [{ ...row, day, nano: 31 }])
      await spends.forgetBefore(day)
      assert.deepEqual(await spends.elsewhere('2026-11-24', 'another'), [])
    })

    test('entries wait for the ledger in their order, each until it is removed', async () => {
      const entry = (subject: string) =>
        ({
          kind: 'configuration',
          subject,
          change: 'changed',
          by: 'ada',
          before: null,
          after: null,
        }) as const
      const first = await store.unrecorded.add(entry('one'), morning)
      await new Promise((resolve) => setTimeout(resolve, 2))
      const second = await store.unrecorded.add(entry('two'), morning)
      assert.deepEqual(await store.unrecorded.list(10), [first, second])
      assert.deepEqual(await store.unrecorded.list(1), [first])
      await store.unrecorded.remove(first.id)
      await store.unrecorded.remove(first.id)
      assert.deepEqual(await store.unrecorded.list(10), [second])
    })

    test('a version that was accepted elsewhere keeps its instant', async () => {
      const text = directive('taken-over', 'text')
      const accepted = { text, by: [], source: null, after: null, acceptedAt: morning }
      assert.equal((await store.directives.accept(accepted)).acceptedAt, morning)
    })

    test('looking opens what is there, and makes nothing', async () => {
      const settings = stores.fresh()
      assert.equal(await openMadeStore(settings), null)
      assert.equal(await openMadeStore(settings), null)
      await (await stores.open(settings)).principals.save(principal('ada'))
      const looked = await openMadeStore(settings)
      assert.equal((await looked?.principals.list())?.length, 1)
      await looked?.close()
    })

    test('a store that was closed says so', async () => {
      const closed = await stores.open()
      await closed.close()
      await closed.close()
      await assert.rejects(closed.principals.list(), fault('HF_STORE_CLOSED'))
    })
  })
}

function fault(code: FaultCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Fault, String(error))
    assert.equal(error.code, code, error.message)
    return true
  }
}

function attestation(id: string) {
  return {
    principal: id,
    class: 'not-foreign-person',
    definition: 'us-ear-772.1',
    basis: 'hr-confirmation',
    attester: 'hr',
    date: '2026-06-01',
    expiresAt: '2026-12-31T00:00:00Z',
    recordedBy: 'ada',
  } as const
}

function newTrial() {
  return {
    workflow: 'pr-security-review',
    candidate: 'alibaba/qwen3-32b',
    route: 'local',
    registration: { margin: 0.05 },
    createdBy: 'ada',
  }
}
