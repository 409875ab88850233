import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasSections, ownersOf, parseCodeowners } from './codeowners.ts'

function github(text: string, path: string): readonly string[] {
  return ownersOf(parseCodeowners(text, 'github'), path)
}

function gitlab(text: string, path: string): readonly string[] {
  return ownersOf(parseCodeowners(text, 'gitlab'), path)
}

test('on GitHub the last rule that matches decides, also when it names nobody', () => {
  const text = '* @all\n/apps/ @apps\n/apps/open\n*.js @js docs@example.org # for now\n'
  assert.deepEqual(github(text, 'README'), ['@all'])
  assert.deepEqual(github(text, 'apps/x/y.py'), ['@apps'])
  assert.deepEqual(github(text, 'apps/open/y.py'), [])
  assert.deepEqual(github(text, 'apps/open/y.js'), ['@js', 'docs@example.org'])
})

test('GitHub patterns match as its documentation says', () => {
  const cases: readonly (readonly [pattern: string, path: string, matches: boolean])[] = [
    ['*', 'a/b/c', true],
    ['*.js', 'a/b.js', true],
    ['/build/logs/', 'build/logs/x/y', true],
    ['/build/logs/', 'a/build/logs/x', false],
    ['docs/*', 'docs/start.md', true],
    ['docs/*', 'docs/build/trouble.md', false],
    ['apps/', 'x/apps/y/z', true],
    ['/docs/', 'docs/x', true],
    ['/docs/', 'x/docs/y', false],
    ['**/logs', 'deep/logs/x', true],
    ['/apps/github', 'apps/github', true],
    ['/apps/github', 'apps/github/x', true],
    ['/apps/github', 'apps/githubs', false],
    ['/scripts/**/*.py', 'scripts/a/b/c.py', true],
    ['/scripts/**/*.py', 'scripts/c.py', true],
    ['src/**', 'src/a/b', true],
    ['with\\ space.md', 'with space.md', true],
    ['file?.md', 'file1.md', true],
    ['[ab].md', 'a.md', false],
    ['!*.js', 'a.js', false],
  ]
  for (const [pattern, path, matches] of cases) {
    assert.equal(github(`${pattern} @x`, path).length > 0, matches, `${pattern} on ${path}`)
  }
})

test('in GitLab every section adds its owners, with its defaults where a rule names nobody', () => {
  const text = [
    '* @all',
    '[Docs][2] @docs',
    '/docs/',
    '*.md @writers',
    '^[Database]',
    'model/db/ @dba',
    '[docs]',
    '/docs/legal/ @legal',
  ].join('\n')
  assert.deepEqual(gitlab(text, 'x.py'), ['@all'])
  assert.deepEqual(gitlab(text, 'docs/x.py'), ['@all', '@docs'])
  assert.deepEqual(gitlab(text, 'docs/x.md'), ['@all', '@writers'])
  assert.deepEqual(gitlab(text, 'app/model/db/x.py'), ['@all', '@dba'])
  assert.deepEqual(gitlab(text, 'docs/legal/x.md'), ['@all', '@legal'])
})

test('GitLab excludes paths by `!`, and a rule for a file is not one for a folder', () => {
  assert.deepEqual(gitlab('* @all\n!*.rb\n', 'a/x.rb'), [])
  assert.deepEqual(gitlab('/config @ops', 'config'), ['@ops'])
  assert.deepEqual(gitlab('/config @ops', 'config/x'), [])
  assert.deepEqual(gitlab('/docs/* @d', 'docs/a/b'), [])
  assert.deepEqual(gitlab('/docs/** @d', 'docs/a'), ['@d'])
  assert.deepEqual(gitlab('\\#odd.md @x', '#odd.md'), ['@x'])
})

test('a file with sections is recognised', () => {
  assert.equal(hasSections('# x\n[Docs] @a\n'), true)
  assert.equal(hasSections('^[Docs][3]\n'), true)
  assert.equal(hasSections('*.js @a\n'), false)
})

test('a pattern made to take for ever does not', () => {
  const path = `${'a'.repeat(250)}/${'a'.repeat(250)}`
  const text = `${'*a'.repeat(200)}b @x\n${'**/a*/'.repeat(100)}b @x\n`
  assert.deepEqual(github(text, path), [])
})
