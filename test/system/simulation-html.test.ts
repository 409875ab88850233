import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { simulationHtml, sovereigntyHtml, timelineHtml } from '../../src/report/index.ts'
import type { Timeline } from '../../src/schema/timeline.ts'
import { hostile } from '../fixtures/report/register.ts'
import {
  acmeSimulation,
  emptySimulation,
  hostileSimulation,
  largeSimulation,
} from '../fixtures/report/simulation.ts'
import { assess, lychee, mango, workflow } from '../fixtures/sovereignty/orchard.ts'
import { pagesInBrowser, skipWithoutChromium } from '../support/browser.ts'

const evil = Object.values(hostile).join(' ')

const timeline: Timeline = {
  schemaVersion: 1,
  since: null,
  until: null,
  directive: null,
  model: null,
  notice: `As recorded. ${evil}`,
  events: [
    {
      at: '2026-06-12T21:21:00Z',
      on: null,
      instant: '2026-06-12T21:21:00.000Z',
      kind: 'directive-status',
      event: 'the letter takes effect',
      significance: 'restricts',
      subject: { directive: 'us-bis-2026-06-12', models: [], vendors: [], providers: [] },
      source: evil,
      review: 'unverified',
      note: null,
    },
    {
      at: null,
      on: '2026-07-01',
      instant: '2026-07-02T12:00:00.000Z',
      kind: 'vendor-action',
      event: evil,
      significance: 'relieves',
      subject: {
        directive: null,
        models: ['anthropic/claude-fable-5'],
        vendors: [],
        providers: [],
      },
      source: 'newsroom',
      review: null,
      note: evil,
    },
  ],
}

describe(
  'pages of simulation, timeline and sovereignty in a browser',
  { skip: skipWithoutChromium },
  () => {
    const withPage = pagesInBrowser()

    const acme = simulationHtml(acmeSimulation)
    const focused = (page: Page): Promise<string> =>
      page.evaluate('document.activeElement.textContent')

    test('a simulation has a matrix of words, a graph, and every part of the answer', () =>
      withPage('acme', acme, async (page) => {
        assert.equal(await page.locator('#matrix tbody tr').count(), 3)
        assert.equal(await page.locator('#matrix tbody td').count(), 12)
        assert.deepEqual(
          await page.locator('#matrix tbody tr').nth(1).locator('td').allTextContents(),
          ['stops', 'stops', 'unaffected', 'unaffected'],
        )
        assert.equal(await page.locator('#graph-picture').isVisible(), true)
        assert.equal(await page.locator('#graph-picture .node').count(), 14)
        assert.equal(
          await page.getByRole('img', { name: /Workflows, what serves them/ }).count(),
          1,
        )
        assert.equal(await page.locator('nav a').count(), 8)
        assert.match(await page.locator('.banner').innerText(), /Unverified: nobody has signed/)
      }))

    test('arrow keys move through the matrix, and Enter opens what stands behind a cell', () =>
      withPage('keys', acme, async (page) => {
        await page.locator('#matrix td[tabindex="0"]').focus()
        assert.equal(await focused(page), 'fails over')
        await page.keyboard.press('ArrowDown')
        assert.equal(await focused(page), 'stops')
        await page.keyboard.press('End')
        assert.equal(await focused(page), 'unaffected')
        await page.keyboard.press('Home')
        await page.keyboard.press('ArrowRight')
        await page.keyboard.press('Enter')
        await page.locator('tr:focus').waitFor()
        assert.match(await focused(page), /customer-support.*the letter asks for an authorisation/)
        assert.equal(await page.locator('details#c1').getAttribute('open'), '')
        assert.equal(await page.locator('#matrix td[tabindex="0"]').count(), 1)
      }))

    test('everything that can be used is reached by the keyboard alone', () =>
      withPage('tab', acme, async (page) => {
        const seen = new Set<string>()
        for (let index = 0; index < 40; index += 1) {
          await page.keyboard.press('Tab')
          seen.add(
            await page.evaluate<string>(
              'document.activeElement.tagName + " " + (document.activeElement.id || document.activeElement.className || document.activeElement.hash || "")',
            ),
          )
        }
        for (const one of ['A skip', 'BUTTON theme', 'A #graph', 'TD o-fails-over', 'DIV graph']) {
          assert.ok(seen.has(one), `${one} of ${[...seen].join(', ')}`)
        }
      }))

    test('an address leads to a folded part and opens it', () =>
      withPage(
        'address',
        acme,
        async (page) => {
          assert.equal(await page.locator('details#c2').getAttribute('open'), '')
        },
        { fragment: '#c2' },
      ))

    test('the theme follows the system until the reader chooses', () =>
      withPage('theme', acme, async (page) => {
        const colour = (selector: string): Promise<string> =>
          page.evaluate(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`)
        const light = [await colour('body'), await colour('#matrix .o-stops')]
        await page.emulateMedia({ colorScheme: 'dark' })
        const dark = [await colour('body'), await colour('#matrix .o-stops')]
        assert.notDeepEqual(dark, light)
        await page.click('#theme')
        assert.equal(await colour('body'), light[0])
      }))

    test('without scripts all text is there', () =>
      withPage(
        'static',
        acme,
        async (page) => {
          assert.match(await page.locator('#after').innerText(), /customer-support/)
          assert.equal(await page.locator('#theme').isVisible(), false)
        },
        { javaScriptEnabled: false },
      ))

    test('in print folded parts are open', () =>
      withPage('print', acme, async (page) => {
        await page.evaluate('window.dispatchEvent(new Event("beforeprint"))')
        assert.equal(await page.locator('details:not([open])').count(), 0)
        await page.evaluate('window.dispatchEvent(new Event("afterprint"))')
        assert.ok((await page.locator('details:not([open])').count()) > 0)
      }))

    test('hostile text stays text, and no page is wider than its window', () =>
      withPage('hostile', simulationHtml(hostileSimulation), async (page) => {
        assert.equal(await page.locator('main img, main script, main iframe').count(), 0)
        assert.match(await page.locator('#summary').innerText(), /<U\+202E>/)
        const width = await page.evaluate<number>('document.documentElement.scrollWidth')
        assert.ok(width <= 1440, `the page is ${width} wide`)
      }))

    test('200 workflows against 100 contingencies open in moments and can be moved through', () =>
      withPage('large', simulationHtml(largeSimulation(300, 150)), async (page) => {
        assert.equal(await page.locator('#matrix tbody td').count(), 20_000)
        await page.locator('#matrix td[tabindex="0"]').focus()
        const elapsedMs = await page.evaluate<number>(`(() => {
        const start = performance.now()
        for (let index = 0; index < 50; index += 1) {
          document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))
        }
        return performance.now() - start
      })()`)
        assert.ok(elapsedMs < 20_000, `${elapsedMs} ms`)
      }))

    test('an empty simulation says so', () =>
      withPage('empty', simulationHtml(emptySimulation), async (page) => {
        assert.match(await page.locator('#matrix-part').innerText(), /No contingency was simulated/)
      }))

    test('a timeline tells events by year, what each does, and where it was read', () =>
      withPage('timeline', timelineHtml(timeline), async (page) => {
        assert.equal(await page.locator('#year-2026 tbody tr').count(), 2)
        const text = await page.locator('#year-2026').innerText()
        assert.match(text, /2026-06-12 21:21Z\s+restricts\s+the letter takes effect/)
        assert.match(text, /2026-07-01\s+relieves/)
        assert.match(text, /unverified/)
        assert.equal(await page.locator('main img, main script').count(), 0)
        const width = await page.evaluate<number>('document.documentElement.scrollWidth')
        assert.ok(width <= 1440, `the page is ${width} wide`)
      }))

    test('an assessment shows the level, what sets it, and every criterion', () =>
      withPage(
        'sovereignty',
        sovereigntyHtml(assess([workflow(`sorting ${evil}`, [mango, lychee])])),
        async (page) => {
          assert.match(await page.locator('#summary').innerText(), /Overall: SEAL-1/)
          assert.equal(await page.locator('#criteria tbody tr').count(), 48)
          assert.equal(await page.locator('#ai tbody tr').count(), 12)
          assert.equal(await page.locator('main img, main script').count(), 0)
          const width = await page.evaluate<number>('document.documentElement.scrollWidth')
          assert.ok(width <= 1440, `the page is ${width} wide`)
        },
      ))
  },
)
