import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'

const executablePath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path))
const isRequired = (process.env['HOLDFAST_REQUIRE'] ?? '').split(',').includes('chromium')
if (executablePath === undefined && isRequired) {
  throw new Error('HOLDFAST_REQUIRE names chromium, and no Chromium is installed')
}

export const skipWithoutChromium = executablePath === undefined ? 'no Chromium is installed' : false

export interface PageOptions {
  /** With its `#`. */
  readonly fragment?: string
  readonly javaScriptEnabled?: boolean
}

/** Opens a page from disk; afterwards nothing was requested, logged or thrown. */
export type WithPage = (
  name: string,
  html: string,
  use: (page: Page) => Promise<void>,
  options?: PageOptions,
) => Promise<void>

/** A browser for the tests of one `describe`, and the way to open pages in it. */
export function pagesInBrowser(): WithPage {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-pages-'))
  let browser: Browser

  before(async () => {
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
  })

  after(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  return async (name, html, use, { fragment = '', javaScriptEnabled = true } = {}) => {
    const file = join(folder, `${name}.html`)
    writeFileSync(file, html)
    const page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      javaScriptEnabled,
    })
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`))
    page.on('request', (request) => {
      if (!/^(?:file|data):/.test(request.url())) complaints.push(`request ${request.url()}`)
    })
    await page.goto(`${pathToFileURL(file).href}${fragment}`)
    await use(page)
    assert.deepEqual(complaints, [])
    await page.close()
  }
}
