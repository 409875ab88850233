import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findComments } from './comment-regions.ts'
import { commentSyntax, textKind } from './text-kind.ts'

/** The text with everything in comments left out. */
function code(path: string, content: string): string {
  const comments = findComments(content, commentSyntax(path))
  return content
    .split('')
    .filter((_, offset) => !comments.holds(offset))
    .join('')
}

test('comments are found by the kind of file', () => {
  assert.equal(code('a.sh', 'a # b\nc'), 'a \nc')
  assert.equal(code('a.sh', '${#a} a#b "# c"'), '${#a} a#b "# c"')
  assert.equal(code('a.go', 'a // b\nc /* d\ne */ f'), 'a \nc  f')
  assert.equal(code('a.groovy', 'x = "https://a.example" // y'), 'x = "https://a.example" ')
  assert.equal(code('a.sql', "select '--' -- b\n/* c */ d"), "select '--' \n d")
  assert.equal(code('a.lua', 'a --[[ b\n]] c'), 'a  c')
  assert.equal(code('a.clj', '; a\n(b) ; c'), '\n(b) ; c')
  assert.equal(code('a.html', 'a <!-- b\n--> c'), 'a  c')
  assert.equal(code('a.ps1', '<# a #> b # c'), ' b ')
  assert.equal(code('Makefile', 'a # b'), 'a ')
  assert.equal(code('values.yaml.j2', 'a # b'), 'a ')
  assert.equal(code('notes.txt', 'a # b'), 'a # b')
})

test('an apostrophe in a word opens no quoted text', () => {
  assert.equal(code('a.sh', "echo don't # b\n"), "echo don't \n")
})

test('what a file is written in follows from its name', () => {
  assert.deepEqual(
    [
      'README.md',
      'CLAUDE.md',
      '.cursor/rules/a.mdc',
      '.github/agents/a.agent.md',
      'skills/x/SKILL.md',
      'a.sh',
      '.husky/pre-commit',
      'Makefile',
      'q.sql',
      'Jenkinsfile',
      'a.yaml',
      'a.log',
      'notes',
    ].map(textKind),
    [
      'markdown',
      'instructions',
      'instructions',
      'instructions',
      'instructions',
      'script',
      'script',
      'script',
      'sql',
      'code',
      'data',
      'log',
      'prose',
    ],
  )
})
