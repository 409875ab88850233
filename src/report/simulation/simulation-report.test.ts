import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertGolden } from '../../../test/fixtures/report/golden.ts'
import { hostile } from '../../../test/fixtures/report/register.ts'
import {
  acmeSimulation,
  emptySimulation,
  hostileSimulation,
  largeSimulation,
} from '../../../test/fixtures/report/simulation.ts'
import { Simulation } from '../../schema/simulation.ts'
import { simulationHtml } from './simulation-html.ts'
import { simulationMarkdown } from './simulation-markdown.ts'
import { simulationText } from './simulation-text.ts'

const legalLine =
  'Applies the rule as recorded (text as of 2026-06-16, review: unverified). Not legal advice; counsel decides.'

/** The text of a page as a reader sees it. */
function wordsOf(html: string): string {
  return html
    .replace(/<(?:style|script)[^>]*>[\s\S]*?<\/(?:style|script)>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
}

test('the fixtures are simulations', () => {
  for (const one of [acmeSimulation, emptySimulation, hostileSimulation, largeSimulation(2, 2)]) {
    Simulation.parse(one)
  }
})

test('a terminal gets the answer with its reasons', () => {
  assertGolden('simulation.txt', simulationText(acmeSimulation, { width: 110 }))
})

test('a pull request gets the answer with its reasons', () => {
  assertGolden('simulation.md', simulationMarkdown(acmeSimulation))
})

test('every format says what rests on which rule, and that counsel decides', () => {
  const texts = [
    simulationText(acmeSimulation, { width: 60 }),
    simulationMarkdown(acmeSimulation),
    wordsOf(simulationHtml(acmeSimulation)),
  ]
  for (const text of texts) {
    assert.ok(text.includes(legalLine))
    assert.match(text, /review: unverified/)
  }
})

test('contingencies come worst first, and only what is new or worse is told', () => {
  const text = simulationText(acmeSimulation)
  const places = ['vendor:anthropic', 'directive:us-bis', 'jurisdiction:FR'].map((one) =>
    text.indexOf(`Without ${one}`),
  )
  assert.ok(places.every((place) => place > 0))
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
  const [, after = ''] = text.split('Without vendor:anthropic')
  assert.doesNotMatch(after.split('Without directive')[0] ?? '', /driver-notes \(/)
  assert.match(text, /1 contingency has no impact/)
})

test('what was no better before is not told as news', () => {
  const stopped = {
    ...acmeSimulation,
    preContingency: {
      outcomes: acmeSimulation.preContingency.outcomes.map((one) => ({
        ...one,
        outcome: 'stops' as const,
      })),
    },
  }
  const text = simulationText(stopped)
  assert.match(text, /4 contingencies have no impact/)
  assert.doesNotMatch(text, /Without vendor:anthropic/)
})

test('fewer than five people are `<5`, and no sum gives them away, except to counsel', () => {
  const small = simulationText(acmeSimulation)
  assert.match(small, /for everybody \(at least 5 people\)/)
  const exact = simulationText(acmeSimulation, { exactCounts: true })
  assert.match(exact, /for everybody \(7 people\)/)
  const stopsForAppsec = {
    ...acmeSimulation,
    postContingency: acmeSimulation.postContingency.map((one) => ({
      ...one,
      outcomes: one.outcomes.map((row) => ({ ...row, outcome: 'stops' as const })),
    })),
  }
  for (const text of [
    simulationText(stopsForAppsec, { width: 200 }),
    wordsOf(simulationHtml(stopsForAppsec)),
  ]) {
    assert.match(text, /appsec <5 people/)
    assert.doesNotMatch(text, /appsec 2 people/)
    assert.match(text, /support 31 people/)
  }
})

test('the page has every part of the answer', () => {
  const words = wordsOf(simulationHtml(acmeSimulation))
  for (const part of [
    'Pre-contingency',
    'Post-contingency',
    'Remedial actions',
    'Dependency graph',
    'Single points of failure',
    'Cut sets',
    'Early warnings',
    'services/reviewer/src/review.ts:12',
    'EUR 7,900 over 12 months',
    'Proof: 14 contingencies were simulated again',
    'by the rule alone: unaffected',
    'ready in 5m; RTO 15m, MTPD 4h',
    'Overload: rack-7 is asked for 11 concurrent and carries 8; no room for driver-notes',
    'Withdrawn by the vendor for everybody: anthropic/claude-fable-5',
  ]) {
    assert.ok(words.includes(part), part)
  }
})

test('the matrix has a word for every cell, rows by criticality and columns worst first', () => {
  const html = simulationHtml(acmeSimulation)
  const matrix = /<table role="grid"[\s\S]*?<\/table>/.exec(html)?.[0] ?? ''
  const rows = matrix
    .split('<tr>')
    .slice(2)
    .map((row) => wordsOf(`<tr>${row}`).trim())
  assert.deepEqual(rows, [
    'pr-security-review critical fails over unaffected unaffected unaffected',
    'customer-support critical stops stops unaffected unaffected',
    'driver-notes criticality not stated unaffected unaffected at risk unaffected',
  ])
})

test('of losses together the matrix repeats what one of them does alone', () => {
  const pair = {
    contingency: ['jurisdiction:FR', 'vendor:anthropic'],
    at: null,
    withdrawn: [],
    status: 'impact' as const,
    outcomes: [],
    overloads: [],
  }
  const html = simulationHtml({
    ...acmeSimulation,
    postContingency: [...acmeSimulation.postContingency, pair],
  })
  const matrix = /<table role="grid"[\s\S]*?<\/table>/.exec(html)?.[0] ?? ''
  assert.equal(matrix.match(/>\(stops\)</g)?.length, 1)
  assert.equal(matrix.match(/>\(at risk\)</g)?.length, 1)
})

test('more than the matrix can hold is cut with a count that says so', () => {
  const html = simulationHtml(largeSimulation(300, 150))
  assert.ok(html.length < 6_000_000, String(html.length))
  assert.match(
    wordsOf(html),
    /200 workflows and 100 contingencies shown; 100 more workflows and 50 more contingencies left out/,
  )
  const text = simulationText(largeSimulation(300, 150))
  assert.ok(text.split('\n').length < 400)
  assert.ok(simulationMarkdown(largeSimulation(300, 150)).length <= 60_002)
})

test('the same simulation gives the same bytes', () => {
  assert.equal(simulationHtml(acmeSimulation), simulationHtml(structuredClone(acmeSimulation)))
})

test('text from outside stays text on the page', () => {
  const html = simulationHtml(hostileSimulation)
  assert.equal(html.match(/<script/g)?.length, 1)
  assert.equal(html.match(/<img/g), null)
  assert.doesNotMatch(html, /[\u202e\u200b\u001b]/)
  assert.match(html, /&lt;U\+202E&gt;/)
})

test('text from outside stays text in Markdown and on a terminal', () => {
  const markdown = simulationMarkdown(hostileSimulation)
  const outsideCode = markdown.replace(/(?<fence>`+)[\s\S]*?\k<fence>/g, '')
  assert.doesNotMatch(outsideCode, /<img|<script/)
  assert.doesNotMatch(markdown, /[\u202e\u200b\u001b]/)
  const text = simulationText(hostileSimulation)
  assert.doesNotMatch(text, /[\u202e\u200b\u001b\u0007]/)
  assert.ok(!text.includes(hostile.surrogate))
})

test('nothing known is said, not drawn', () => {
  assert.match(simulationText(emptySimulation), /No workflow is known/)
  assert.match(wordsOf(simulationHtml(emptySimulation)), /No contingency was simulated/)
  assert.match(simulationMarkdown(emptySimulation), /No directive was applied/)
})
