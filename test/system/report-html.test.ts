import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { htmlFormat } from '../../src/report/html/html.ts'
import type { Register } from '../../src/schema/register.ts'
import {
  acmeRegister,
  emptyRegister,
  hostileRegister,
  jurisdictions,
  largeRegister,
} from '../fixtures/report/register.ts'
import { pagesInBrowser, skipWithoutChromium } from '../support/browser.ts'

describe('the HTML report in a browser', { skip: skipWithoutChromium }, () => {
  const openPage = pagesInBrowser()

  function withPage(
    name: string,
    register: Register,
    use: (page: Page) => Promise<void>,
    fragment = '',
  ): Promise<void> {
    return openPage(name, htmlFormat.render(register, { jurisdictions }), use, { fragment })
  }

  const rows = (page: Page): Locator => page.locator('#dependency-table tr.row')

  const models = (page: Page): Promise<string[]> =>
    page.locator('#dependency-table tr.row .model').allTextContents()

  test('opens on an overview: numbers, charts, steps and workflows with the riskiest first', () =>
    withPage('overview', acmeRegister, async (page) => {
      assert.equal(await page.locator('.tiles button').first().innerText(), '8\ndependencies')
      assert.equal(await page.locator('figure.chart').count(), 6)
      assert.match(await page.locator('.steps li').first().innerText(), /Revoke the keys/)
      const workflows = await page
        .locator('#view-overview tbody tr td:first-child .link')
        .allTextContents()
      assert.equal(workflows[0], 'pr-security-review')
    }))

  test('fallbacks of a workflow say until when a trial qualifies them', () =>
    withPage('fallbacks', acmeRegister, async (page) => {
      const cell = page.locator('#view-overview tbody tr').first().locator('td').nth(3)
      const shown = (await cell.innerText()).replace(/\s+/g, ' ')
      assert.match(shown, /alibaba\/qwen3-32b over rack-7 qualified until 2027-02-01/)
      assert.match(shown, /mistral\/mistral-large-3 over mistral expired on 2026-10-01/)
    }))

  test('a bar of a chart leads to the dependencies it counts', () =>
    withPage('chart', acmeRegister, async (page) => {
      await page
        .getByRole('button', { name: /^mistral: 1 dependency of 8/ })
        .first()
        .click()
      assert.deepEqual(await models(page), ['mistral/mistral-large-3'])
    }))

  test('filters and search narrow the list, and clearing brings all of it back', () =>
    withPage('filter', acmeRegister, async (page) => {
      await page.click('#tab-dependencies')
      assert.equal((await models(page)).length, 8)
      await page.selectOption('#facet-vendor', 'openai')
      assert.deepEqual((await models(page)).toSorted(), [
        'openai/gpt-4-0613',
        'openai/text-embedding-4',
      ])
      await page.fill('#search', 'embed.go')
      await rows(page).nth(1).waitFor({ state: 'detached' })
      assert.deepEqual(await models(page), ['openai/text-embedding-4'])
      assert.equal(await page.locator('#result-count').innerText(), '1 dependency shown')
      await page.click('#clear')
      assert.equal((await models(page)).length, 8)
    }))

  test('roles that are not shown at first can be', () =>
    withPage('roles', acmeRegister, async (page) => {
      await page.click('#tab-dependencies')
      await page.check('#role-documentation')
      assert.equal((await models(page)).length, 9)
    }))

  test('the list is grouped by workflow, vendor, jurisdiction of either side, and repository', () =>
    withPage('group', acmeRegister, async (page) => {
      await page.click('#tab-dependencies')
      const heads = async (by: string): Promise<string[]> => {
        await page.selectOption('#group', by)
        return (await page.locator('tr.group bdi').allTextContents()).toSorted()
      }
      assert.ok((await heads('workflow')).includes('pr-security-review'))
      assert.deepEqual(await heads('vendor'), ['(unknown)', 'anthropic', 'mistral', 'openai'])
      assert.deepEqual(await heads('vendor-law'), ['(unknown)', 'FR', 'US'])
      assert.deepEqual(await heads('provider-law'), ['(unknown)', 'FR', 'US'])
      assert.deepEqual(await heads('repository'), ['acme/reviewer', 'acme/search'])
      await page.locator('tr.group button').first().click()
      assert.equal((await models(page)).length, 2)
    }))

  test('a row unfolds to its code and to the way to where the model is written', () =>
    withPage('evidence', acmeRegister, async (page) => {
      await page.click('#tab-dependencies')
      const button = page.locator('.twist').first()
      await button.focus()
      await page.keyboard.press('Enter')
      assert.equal(await button.getAttribute('aria-expanded'), 'true')
      assert.match(
        await page.locator('.code .src').first().innerText(),
        /process\.env\.REVIEW_MODEL/,
      )
      assert.deepEqual(await page.locator('.hops code').allTextContents(), [
        'src/settings.ts:3',
        'src/settings.ts:8',
        'deploy/prod.env:2',
      ])
      await page.keyboard.press('Enter')
      assert.equal(await page.locator('tr.detail').count(), 0)
    }))

  test('tabs are moved through by arrow keys, and a slash starts a search', () =>
    withPage('keys', acmeRegister, async (page) => {
      await page.focus('#tab-overview')
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowRight')
      assert.equal(await page.locator('[aria-selected="true"]').innerText(), 'Gaps15')
      assert.equal(await page.locator('#view-gaps .kind h2').first().isVisible(), true)
      await page.keyboard.press('/')
      assert.equal(await page.locator('#search:focus').count(), 1)
    }))

  test('gaps, questions, keys and skipped files have lists of their own', () =>
    withPage('lists', acmeRegister, async (page) => {
      await page.click('#tab-gaps')
      assert.equal(await page.locator('#view-gaps tr.row').count(), 15)
      await page.click('#tab-questions')
      assert.match(await page.locator('pre.yaml').innerText(), /- question: "q-1a2b3c4d"/)
      await page.click('#tab-keys')
      assert.match(
        await page.locator('#view-keys tr.row').first().innerText(),
        /written into the file/,
      )
      await page.click('#tab-files')
      assert.match(await page.locator('#view-files').innerText(), /dist\/bundle\.js/)
    }))

  test('the address holds the view, and opens it again', () =>
    withPage(
      'address',
      acmeRegister,
      async (page) => {
        assert.deepEqual(await models(page), ['mistral/mistral-large-3'])
        assert.equal(await page.locator('#group').inputValue(), 'vendor')
      },
      '#tab=dependencies&group=vendor&vendor=mistral',
    ))

  test('the theme follows the system until the reader chooses', () =>
    withPage('theme', acmeRegister, async (page) => {
      const background = (): Promise<string> =>
        page.evaluate('getComputedStyle(document.body).backgroundColor')
      const light = await background()
      await page.emulateMedia({ colorScheme: 'dark' })
      const dark = await background()
      assert.notEqual(dark, light)
      await page.click('#theme')
      assert.equal(await background(), light)
      await page.click('#theme')
      assert.equal(await background(), dark)
    }))

  test('in print every part stands there, unfolded, and controls do not', () =>
    withPage('print', acmeRegister, async (page) => {
      await page.emulateMedia({ media: 'print' })
      await page.waitForSelector('tr.detail')
      assert.equal(await page.locator('tr.detail').count(), 8)
      assert.equal(await page.locator('.bar').isVisible(), false)
      for (const name of ['overview', 'dependencies', 'gaps', 'questions', 'keys', 'files']) {
        assert.equal(await page.locator(`#view-${name}`).isVisible(), true, name)
      }
      await page.emulateMedia({ media: 'screen' })
      await page.waitForSelector('#view-gaps', { state: 'hidden' })
    }))

  test('hostile text stays text', () =>
    withPage('hostile', hostileRegister, async (page) => {
      for (const tab of ['dependencies', 'gaps', 'questions', 'keys', 'files'])
        await page.click(`#tab-${tab}`)
      await page.click('#tab-dependencies')
      for (const button of await page.locator('.twist').all()) await button.click()
      assert.equal(await page.locator('main img, main script, main iframe').count(), 0)
      assert.match(await page.locator('#dependency-table').innerText(), /<U\+202E>/)
      const width = await page.evaluate<number>('document.documentElement.scrollWidth')
      assert.ok(width <= 1440, `the page is ${width} wide`)
    }))

  test('an empty register has an empty page that says so', () =>
    withPage('empty', emptyRegister, async (page) => {
      await page.click('#tab-dependencies')
      assert.match(
        await page.locator('#view-dependencies').innerText(),
        /No dependency on a hosted model was found/,
      )
    }))

  test('5,000 dependencies open, filter and grow page by page in moments', () =>
    withPage('large', largeRegister(5000), async (page) => {
      await page.click('#tab-dependencies')
      await rows(page).first().waitFor()
      const first = await rows(page).count()
      assert.ok(first > 0 && first <= 400, String(first))
      const elapsedMs = await page.evaluate<number>(`(() => {
        const select = document.querySelector('#facet-vendor')
        const start = performance.now()
        select.value = 'mistral'
        select.dispatchEvent(new Event('change'))
        return performance.now() - start
      })()`)
      assert.ok(elapsedMs < 10_000, `${elapsedMs} ms`)
      assert.equal(await page.locator('#result-count').innerText(), '1,250 dependencies shown')
      await page.evaluate('window.scrollTo(0, document.body.scrollHeight)')
      await rows(page).nth(250).waitFor({ state: 'attached' })
    }))
})
