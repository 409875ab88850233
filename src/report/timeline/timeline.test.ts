import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostile } from '../../../test/fixtures/report/register.ts'
import { Timeline } from '../../schema/timeline.ts'
import type { TimelineEvent } from '../../schema/timeline.ts'
import { timelineHtml } from './timeline-html.ts'
import { timelineText } from './timeline-text.ts'

function event(changes: Partial<TimelineEvent>): TimelineEvent {
  return {
    at: null,
    on: '2026-06-30',
    instant: '2026-07-01T12:00:00.000Z',
    kind: 'directive-status',
    event: 'lifted',
    significance: 'relieves',
    subject: { directive: 'us-orchard-1', models: [], vendors: [], providers: [] },
    source: 'https://example.org/notice',
    review: 'unverified',
    note: null,
    ...changes,
  }
}

const letter = event({
  at: '2026-06-12T21:21:00.000Z',
  on: null,
  instant: '2026-06-12T21:21:00.000Z',
  event: 'effective',
  significance: 'restricts',
})
const withdrawal = event({
  kind: 'vendor-action',
  event: 'withdrawn for all',
  significance: 'restricts',
  subject: {
    directive: null,
    models: [
      'orchard/apple-1',
      'orchard/apple-2',
      'orchard/apple-3',
      'orchard/apple-4',
      'orchard/apple-5',
    ],
    vendors: ['orchard'],
    providers: ['press'],
  },
  review: null,
})

function timelineOf(events: readonly TimelineEvent[], changes: Partial<Timeline> = {}): Timeline {
  return Timeline.parse({
    schemaVersion: 1,
    since: null,
    until: null,
    directive: null,
    model: null,
    notice: 'Events as recorded. Not legal advice; counsel decides.',
    events,
    ...changes,
  })
}

test('a terminal gets each event with its instant or its day, its review and its source', () => {
  assert.equal(
    timelineText(timelineOf([letter, withdrawal, event({})], { since: '2026-06-01' }), {
      width: 100,
    }),
    `Timeline: 3 events, from 2026-06-01

When               Effect     What       Event
2026-06-12 21:21Z  restricts  directive  effective [us-orchard-1, review: unverified]
                                         source: https://example.org/notice
2026-06-30         restricts  vendor     withdrawn for all [orchard/apple-1, orchard/apple-2,
                                         orchard/apple-3, orchard/apple-4 and 1 more; over press]
                                         source: https://example.org/notice
2026-06-30         relieves   directive  lifted [us-orchard-1, review: unverified]
                                         source: https://example.org/notice

Events as recorded. Not legal advice; counsel decides.
`,
  )
})

test('nothing known is said, in words that no filter is blamed for', () => {
  assert.match(timelineText(timelineOf([])), /No event is known\./)
  assert.match(timelineHtml(timelineOf([])), /No event is known\./)
})

test('a page groups events by year and says where each was read', () => {
  const html = timelineHtml(timelineOf([letter, event({ instant: '2027-01-01T00:00:00.000Z' })]))
  assert.match(html, /id="year-2026"[\s\S]*id="year-2027"/)
  assert.match(html, /<time datetime="2026-06-12T21:21:00\.000Z">2026-06-12 21:21Z<\/time>/)
  assert.match(html, /https:\/\/example\.org\/notice/)
  assert.match(html, /Unverified: some of these rules have been signed by nobody/)
  assert.doesNotMatch(html, /<a href="http/)
})

test('text from outside stays text', () => {
  const evil = Object.values(hostile).join(' ')
  const timeline = timelineOf([event({ event: evil, source: evil, note: evil })], { notice: evil })
  const html = timelineHtml(timeline)
  assert.equal(html.match(/<script/g)?.length, 1)
  assert.doesNotMatch(html, /<img|[\u202e\u200b\u001b]/)
  assert.doesNotMatch(timelineText(timeline), /[\u202e\u200b\u001b\u0007]/)
})

test('more events than a terminal can use are counted', () => {
  const text = timelineText(timelineOf(Array.from({ length: 450 }, () => letter)))
  assert.match(text, /and 250 more events, see --format json or html/)
})
