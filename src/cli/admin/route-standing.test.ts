import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigRoute } from '../../schema/holdfast-config.ts'
import type { RouteRecord } from '../../schema/route-record.ts'
import { routeStandings } from './route-standing.ts'

function route(id: string, baseUrl: string, credential: string): ConfigRoute {
  return { id, provider: 'p', protocol: 'openai-chat', baseUrl, credential, models: {} }
}

function record(id: string, origin: string | null, credential: string | null): RouteRecord {
  return {
    id,
    state: 'enabled',
    reason: null,
    changedAt: null,
    changedBy: null,
    origin,
    credential,
    acceptedAt: null,
    acceptedBy: null,
    refusedOrigin: null,
    revision: 1,
  }
}

function standing(routes: readonly ConfigRoute[], records: readonly RouteRecord[]) {
  return routeStandings({ routes: [...routes] }, records).map((one) => one.standing.kind)
}

const home = 'https://api.home.example'
const away = 'https://api.away.example'

test('what nobody knew before is accepted at its first use, all of a first start together', () => {
  assert.deepEqual(
    standing([route('a', `${home}/v1`, 'env:KEY'), route('b', away, 'env:KEY')], []),
    ['first-use', 'first-use'],
  )
})

test('a path may change, an origin may not', () => {
  const records = [record('a', home, 'env:KEY')]
  assert.deepEqual(standing([route('a', `${home}/v2`, 'env:KEY')], records), ['accepted'])
  const both = [...records, record('b', away, 'env:KEY')]
  assert.deepEqual(standing([route('a', away, 'env:KEY')], both), ['refused'])
  for (const url of [away, 'http://api.home.example', `${home}:8443`])
    assert.deepEqual(standing([route('a', url, 'env:KEY')], records), ['refused'], url)
})

test('a credential that is known goes to no other origin, whatever the route is called', () => {
  const records = [record('a', home, 'env:KEY')]
  assert.deepEqual(standing([route('new', away, 'env:KEY')], records), ['refused'])
  assert.deepEqual(standing([route('renamed', home, 'env:KEY')], records), ['known'])
  const both = [...records, record('b', away, 'env:OTHER')]
  assert.deepEqual(standing([route('a', home, 'env:OTHER')], both), ['refused'])
})

test('a new credential for an origin that is known, and one for a new origin, are taken', () => {
  const records = [record('a', home, 'env:KEY')]
  assert.deepEqual(standing([route('a', home, 'env:NEWER')], records), ['first-use'])
  assert.deepEqual(standing([route('b', away, 'env:NEWER')], records), ['first-use'])
})

test('without a credential nothing is bound', () => {
  assert.deepEqual(standing([route('a', away, 'none')], [record('a', home, 'env:KEY')]), [
    'no-credential',
  ])
})

test('a route that an operator disabled says no more to callers than that', () => {
  const disabled = { ...record('a', home, 'env:KEY'), state: 'disabled', reason: 'fraud' } as const
  const [found] = routeStandings({ routes: [route('a', home, 'env:KEY')] }, [disabled])
  assert.equal(found?.disabled, 'an operator took the route out of traffic')
})
