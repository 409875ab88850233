import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertGolden } from '../../../test/fixtures/report/golden.ts'
import {
  acmeRegister,
  jurisdictions,
  largeRegister,
} from '../../../test/fixtures/report/register.ts'
import { codeBlock, codeSpan, escapeMarkdown, markdownTable } from './escape-markdown.ts'
import { markdownFormat } from './markdown.ts'

test('the summary for a pull request folds its evidence away', () => {
  assertGolden('acme.md', markdownFormat.render(acmeRegister, { jurisdictions }))
})

test('a comment never grows past what a pull request takes, and says what it leaves out', () => {
  const text = markdownFormat.render(largeRegister(5000), {})
  assert.ok(text.length < 65_536)
  assert.match(text, /and [\d,]+ more dependencies: see `--format html`/)
  assert.match(text, /<sub>holdfast 0\.1\.0/)
})

test('text is no markup, no element, no link and calls nobody', () => {
  assert.equal(escapeMarkdown('a|b`c*d_[e]'), 'a\\|b\\`c\\*d\\_\\[e\\]')
  assert.equal(escapeMarkdown('<img>&'), '&lt;img&gt;&amp;')
  assert.equal(escapeMarkdown('@acme #12'), '@&#8203;acme #&#8203;12')
  assert.equal(escapeMarkdown('https://evil.example'), 'https&#58;//evil.example')
})

test('a code span holds backticks, and a table cell holds pipes', () => {
  assert.equal(codeSpan('a``b'), '```a``b```')
  assert.equal(codeSpan('`x`'), '`` `x` ``')
  assert.equal(codeSpan(''), '–')
  assert.match(markdownTable(['A'], [[codeSpan('a|b')]]), /\| `a\\\|b` \|/)
})

test('no line of a code block closes it', () => {
  assert.equal(codeBlock(['````', 'x']).split('\n')[0], '`````')
})
