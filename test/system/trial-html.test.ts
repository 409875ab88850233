import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { comparisonHtml, trialHtml } from '../../src/report/index.ts'
import {
  allReports,
  hostileReport,
  inconclusiveReport,
  invalidReport,
  notQualifiedReport,
  qualifiedReport,
} from '../fixtures/report/trials.ts'
import { pagesInBrowser, skipWithoutChromium } from '../support/browser.ts'

interface Box {
  readonly left: number
  readonly right: number
}

/** Where things of the first picture of a page lie on the screen. */
async function firstPicture(
  page: Page,
): Promise<Readonly<Record<'bound' | 'whisker' | 'estimate', Box>>> {
  return page.evaluate(`(() => {
    const box = (name) => {
      const { left, right } = document.querySelector('svg.interval .' + name).getBoundingClientRect()
      return { left, right }
    }
    return { bound: box('bound'), whisker: box('whisker'), estimate: box('estimate') }
  })()`)
}

async function widthOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth')
}

describe('pages of trials in a browser', { skip: skipWithoutChromium }, () => {
  const withPage = pagesInBrowser()

  test('every gate is drawn where it can be seen, the interval of a passed one off its bound', () =>
    withPage('qualified', trialHtml(qualifiedReport), async (page) => {
      const pictures = page.locator('#gates svg.interval')
      assert.equal(await pictures.count(), qualifiedReport.result.gates.length)
      for (const picture of await pictures.all()) {
        assert.equal(await picture.isVisible(), true)
        const box = await picture.boundingBox()
        assert.ok(box !== null && box.width >= 240 && box.height >= 40, JSON.stringify(box))
      }
      const { bound, whisker, estimate } = await firstPicture(page)
      assert.ok(bound.right < whisker.left, 'the margin lies below the interval')
      assert.ok(whisker.left < estimate.left && estimate.right < whisker.right)
      assert.equal(
        await page.getByRole('img', { name: /quality, candidate − incumbent: \+0\.0033/ }).count(),
        1,
      )
      assert.match(await page.locator('#verdict').innerText(), /QUALIFIED until 2026-12-25 12:00Z/)
      assert.equal(await page.locator('.banner').count(), 0)
    }))

  test('an undecided gate crosses its bound, a failed one lies beyond it', async () => {
    await withPage('inconclusive', trialHtml(inconclusiveReport), async (page) => {
      const { bound, whisker } = await firstPicture(page)
      assert.ok(whisker.left < bound.left && bound.right < whisker.right)
    })
    await withPage('not-qualified', trialHtml(notQualifiedReport), async (page) => {
      const { bound, whisker } = await firstPicture(page)
      assert.ok(whisker.right < bound.left)
    })
  })

  test('colours of states differ, in light and in dark', () =>
    withPage('states', trialHtml(notQualifiedReport), async (page) => {
      const colours = (): Promise<readonly string[]> =>
        page.evaluate(`['failed', 'undecided', 'passed'].map((state) =>
          getComputedStyle(document.querySelector('.interval .state-' + state + ' .estimate')).fill)`)
      const light = await colours()
      assert.equal(new Set(light).size, 3)
      await page.emulateMedia({ colorScheme: 'dark' })
      const dark = await colours()
      assert.equal(new Set(dark).size, 3)
      assert.notDeepEqual(dark, light)
    }))

  test('an invalid trial says so above everything', () =>
    withPage('invalid', trialHtml(invalidReport), async (page) => {
      assert.match(await page.locator('.banner').innerText(), /^INVALID: 9 of 300 tasks/)
      assert.match(await page.locator('#gates').innerText(), /show nothing of the candidate/)
      assert.equal(await page.locator('#gates .badge.good').count(), 0)
    }))

  test('disagreements stand side by side, and under each other on a narrow screen', () =>
    withPage('sides', trialHtml(qualifiedReport), async (page) => {
      const tops = (): Promise<readonly number[]> =>
        page.evaluate(`[...document.querySelectorAll('#task0 .sides > div')].map((one) =>
          Math.round(one.getBoundingClientRect().top))`)
      const wide = await tops()
      assert.equal(wide.length, 2)
      assert.equal(wide[0], wide[1])
      await page.setViewportSize({ width: 390, height: 844 })
      const narrow = await tops()
      assert.ok((narrow[0] ?? 0) < (narrow[1] ?? 0))
    }))

  test('no page of a trial is wider than its window, on a telephone either', async () => {
    const pages = {
      ...Object.fromEntries(
        Object.entries(allReports).map(([name, one]) => [name, trialHtml(one)]),
      ),
      hostile: trialHtml(hostileReport()),
      comparison: comparisonHtml(Object.values(allReports)),
      'hostile-comparison': comparisonHtml([hostileReport(), qualifiedReport]),
    }
    for (const [name, html] of Object.entries(pages)) {
      await withPage(`wide-${name}`, html, async (page) => {
        assert.ok((await widthOf(page)) <= 1440, name)
        await page.setViewportSize({ width: 390, height: 844 })
        assert.ok((await widthOf(page)) <= 390, `${name} on a telephone: ${await widthOf(page)}`)
      })
    }
  })

  test('hostile text stays text', () =>
    withPage('hostile', trialHtml(hostileReport()), async (page) => {
      assert.equal(await page.locator('main img, main script, main iframe').count(), 0)
      assert.match(await page.locator('#disagreements').innerText(), /<U\+202E>/)
      assert.match(await page.locator('#registration').textContent().then(String), /<script>/)
    }))

  test('in print everything folded is open and long answers are whole', () =>
    withPage('print', trialHtml(qualifiedReport), async (page) => {
      assert.ok((await page.locator('details:not([open])').count()) > 0)
      await page.evaluate('window.dispatchEvent(new Event("beforeprint"))')
      assert.equal(await page.locator('details:not([open])').count(), 0)
      await page.emulateMedia({ media: 'print' })
      const cut = await page.evaluate<number>(
        `[...document.querySelectorAll('pre.said')].filter((one) => one.scrollHeight > one.clientHeight + 2).length`,
      )
      assert.equal(cut, 0)
      const pdf = await page.pdf({ format: 'A4' })
      assert.ok(pdf.length > 20_000, String(pdf.length))
    }))

  test('without scripts all text is there', () =>
    withPage(
      'static',
      trialHtml(qualifiedReport),
      async (page) => {
        assert.match(await page.locator('#controls').innerText(), /negative control/)
        assert.equal(await page.locator('#gates svg.interval').first().isVisible(), true)
      },
      { javaScriptEnabled: false },
    ))

  test('everything folded is reached and opened by the keyboard', () =>
    withPage('keys', trialHtml(qualifiedReport), async (page) => {
      await page.locator('#gates summary').focus()
      await page.keyboard.press('Enter')
      assert.equal(await page.locator('#gates details').getAttribute('open'), '')
      assert.match(await page.locator('#gates details').innerText(), /Tango score/)
    }))

  test('trials beside each other share an axis, each named', () =>
    withPage('comparison', comparisonHtml(Object.values(allReports)), async (page) => {
      const quality = page.locator('#intervals svg.interval').first()
      assert.equal(await quality.isVisible(), true)
      assert.equal(await quality.locator('.estimate').count(), 5)
      assert.equal(await quality.locator('g text').count(), 5)
      assert.equal(await page.locator('#beside tbody tr').count(), 8)
    }))
})
