import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CatalogueVendor, type Catalogue } from '../../schema/catalogue.ts'
import { Directive } from '../../schema/directive.ts'
import { Timeline } from '../../schema/timeline.ts'
import type { PolicyModel } from '../principal.ts'
import { buildTimeline, type TimelineOptions } from './build-timeline.ts'

const day = { source: 'press', asOf: '2026-11-01' }
const catalogue: Catalogue = {
  families: { version: 1, republishers: [], families: [] },
  sources: [{ id: 'press', title: 'Press', url: 'https://press.example', retrieved: '2026-11-01' }],
  vendors: [
    CatalogueVendor.parse({
      id: 'orchard',
      name: 'Orchard',
      ...day,
      models: ['apple-1', 'pear-1'].map((name) => ({
        id: `orchard/${name}`,
        name,
        ...day,
        lifecycle: [
          { kind: 'released', on: '2026-06-09', ...day },
          { kind: 'retired', on: '2027-01-01', providers: ['mill'], ...day },
        ],
      })),
    }),
  ],
  providers: [],
}

const order = Directive.parse({
  id: 'xx-orchard',
  title: 'Order 12',
  instrument: 'regulation',
  issuer: 'xx/orchard',
  publication: 'published',
  source: { url: 'https://gazette.example/12', retrieved: '2026-06-30' },
  effect: 'forbid',
  scope: { models: ['orchard/apple-1', 'orchard/pear-1'] },
  carveOuts: [
    { id: 'annex', on: '2026-06-26', until: '2026-06-29T00:00:00Z', models: ['orchard/pear-1'] },
  ],
  vendorActions: [
    {
      on: '2026-06-12',
      models: ['orchard/apple-1'],
      effect: 'withdrawn-for-all',
      source: 'notice',
    },
  ],
  status: [
    { on: '2026-06-10', is: 'issued' },
    { at: '2026-06-12T21:21:00Z', is: 'effective' },
    { on: '2026-06-30', is: 'lifted', source: 'gazette 13', by: 'Ada' },
  ],
  reviewDue: '2026-12-31',
})

function build(options: Partial<TimelineOptions> = {}): Timeline {
  return buildTimeline({
    directives: [order],
    catalogue,
    since: null,
    until: null,
    life: 'all',
    directive: null,
    model: null,
    ...options,
  })
}

function lines(timeline: Timeline): readonly string[] {
  return timeline.events.map((one) => `${one.at ?? one.on} ${one.significance} ${one.event}`)
}

test('events of all kinds stand in the order of their instants and follow the schema', () => {
  const timeline = build()
  assert.deepEqual(lines(timeline), [
    '2026-06-09 informs released: orchard/apple-1',
    '2026-06-09 informs released: orchard/pear-1',
    '2026-06-10 informs issued: Order 12',
    '2026-06-12 restricts withdrawn for everybody: orchard/apple-1',
    '2026-06-12T21:21:00.000Z restricts takes effect: Order 12',
    '2026-06-26 relieves clause annex begins to spare: Order 12',
    '2026-06-29T00:00:00.000Z restricts clause annex spares no more: Order 12',
    '2026-06-30 relieves lifted: Order 12',
    '2026-12-31 informs somebody should look again: Order 12',
    '2027-01-01 restricts retired over mill: orchard/apple-1',
    '2027-01-01 restricts retired over mill: orchard/pear-1',
  ])
  assert.deepEqual(Timeline.parse(timeline), timeline)
})

test('each event names its source, and a directive its review', () => {
  const byEvent = new Map(build().events.map((one) => [one.event, one]))
  assert.equal(byEvent.get('takes effect: Order 12')?.source, 'https://gazette.example/12')
  assert.equal(byEvent.get('lifted: Order 12')?.source, 'gazette 13')
  assert.equal(byEvent.get('lifted: Order 12')?.review, 'unverified')
  const released = byEvent.get('released: orchard/pear-1')
  assert.deepEqual([released?.source, released?.review], ['https://press.example', null])
})

test('days bound it on both sides, inclusive', () => {
  const some = build({ since: '2026-06-10', until: '2026-06-12' })
  assert.deepEqual(
    some.events.map((one) => one.on ?? one.at),
    ['2026-06-10', '2026-06-12', '2026-06-12T21:21:00.000Z'],
  )
})

test('of the life of models only what interrupted it, where that is asked for', () => {
  const kinds = build({ life: 'interruptions' }).events.map(({ kind }) => kind)
  assert.ok(!kinds.includes('model-lifecycle'))
  assert.ok(kinds.includes('directive-status'))
})

test('a directive alone comes without the life of models, a model without what spares others', () => {
  assert.ok(
    build({ directive: 'xx-orchard' }).events.every((one) => one.subject.directive !== null),
  )
  const apple: PolicyModel = {
    id: 'orchard/apple-1',
    vendor: 'orchard',
    family: null,
    weights: null,
    trainingOperations: null,
    vendorJurisdictions: [],
  }
  const ofApple = lines(build({ model: apple })).join('\n')
  assert.match(ofApple, /takes effect/)
  assert.doesNotMatch(ofApple, /annex|pear-1/)
  const ofOat = build({ model: { ...apple, id: 'barn/oat-1', vendor: 'barn' } })
  assert.deepEqual(ofOat.events, [])
})

test('`limited` relieves what was gone for everybody, and restricts what was not', () => {
  const limited = { models: ['orchard/apple-1'], effect: 'limited' as const, source: 'notice' }
  function significance(on: string): string | undefined {
    const vendorActions = [...order.vendorActions, { on, ...limited }]
    const { events } = build({ directives: [{ ...order, vendorActions }] })
    return events.find((one) => one.event.startsWith('limited'))?.significance
  }
  assert.equal(significance('2026-06-26'), 'relieves')
  assert.equal(significance('2026-06-01'), 'restricts')
})

test('what cannot restrict informs, a template happened nowhere', () => {
  const request = build({ directives: [{ ...order, instrument: 'request' }], directive: order.id })
  const ofRule = request.events.filter((one) => one.kind !== 'vendor-action')
  assert.ok(ofRule.every((one) => one.significance === 'informs'))
  const template = { ...order, template: true }
  assert.ok(build({ directives: [template] }).events.every((one) => one.subject.directive === null))
  assert.ok(build({ directives: [template], directive: order.id }).events.length > 0)
})
