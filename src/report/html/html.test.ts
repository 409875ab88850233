import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Script } from 'node:vm'
import {
  acmeRegister,
  hostileRegister,
  jurisdictions,
} from '../../../test/fixtures/report/register.ts'
import { embedJson, escapeHtml } from './escape-html.ts'
import { htmlFormat } from './html.ts'
import { pageScript } from './page-script.ts'

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

test('only the style and the script of this page may run, as their digests say', () => {
  const page = htmlFormat.render(acmeRegister, { jurisdictions })
  const policy = /http-equiv="Content-Security-Policy" content="(?<policy>[^"]+)"/.exec(
    page,
  )?.groups
  const style = /<style>(?<text>.*?)<\/style>/s.exec(page)?.groups?.['text'] ?? ''
  const script = /<script>(?<text>.*?)<\/script>/s.exec(page)?.groups?.['text'] ?? ''
  const directives = (policy?.['policy'] ?? '').split('; ')
  assert.ok(directives.includes("default-src 'none'"))
  assert.ok(directives.includes(`style-src ${hashOf(style)}`))
  assert.ok(directives.includes(`script-src ${hashOf(script)}`))
})

test('the script parses, and never turns text into markup or reaches out', () => {
  assert.doesNotThrow(() => new Script(pageScript))
  assert.doesNotMatch(
    pageScript,
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|fetch\(|XMLHttpRequest|WebSocket|import\(|<\/script|<!--/,
  )
})

test('nothing in the page is an address outside it', () => {
  const page = htmlFormat
    .render(acmeRegister, { jurisdictions })
    .replace(/<script type="application\/json".*?<\/script>/s, '')
  const addresses = page.match(/\b(?:src|href)="(?!#|data:)[^"]*"/g)
  assert.equal(addresses, null)
  assert.doesNotMatch(page, /@import|url\(/)
})

test('embedded data comes back as it was, and cannot end its element', () => {
  const value = { text: '</script><!-- <b> \u2028 \ud800' }
  assert.ok(!embedJson(value).includes('<'))
  assert.deepEqual(JSON.parse(embedJson(value)), value)
})

test('text for an element or attribute is escaped and made visible', () => {
  assert.equal(
    escapeHtml('<a href="x">\'&\u202e'),
    '&lt;a href=&quot;x&quot;&gt;&#39;&amp;&lt;U+202E&gt;',
  )
})

test('a partial register has a banner; without scripts workflows and gaps are still there', () => {
  const page = htmlFormat.render(hostileRegister, { jurisdictions })
  assert.match(page, /role="alert"><p>Partial/)
  assert.match(page, /<noscript>.*pr-security-review.*<\/noscript>/s)
})
