import assert from 'node:assert/strict'
import { test } from 'node:test'
import picomatch from 'picomatch'
import { pathMatcher } from './path-matcher.ts'

const globs = [
  '**/.coderabbit.yaml',
  '**/.claude/agents/*.md',
  '.github/workflows/*.yml',
  '**/*.mdc',
  '**/.cursor/rules/**',
  '**/{a,b}.json',
  '**/Dockerfile*',
  '*.toml',
  '**/values-?.yaml',
  'docs/**/x.md',
]

const paths = [
  '.coderabbit.yaml',
  'a/.coderabbit.yaml',
  'a/x.coderabbit.yaml',
  '.claude/agents/r.md',
  'x/.claude/agents/r.md',
  'x/.claude/agents/deep/r.md',
  '.github/workflows/ci.yml',
  'x/.github/workflows/ci.yml',
  'rule.mdc',
  '.cursor/rules/deep/a',
  'x/a.json',
  'a.json',
  'c.json',
  'Dockerfile',
  'x/Dockerfile.prod',
  'pyproject.toml',
  'x/pyproject.toml',
  'values-1.yaml',
  'values-12.yaml',
  'docs/x.md',
  'docs/a/b/x.md',
]

test('the filter never changes what a glob matches', () => {
  for (const glob of globs) {
    const plain = picomatch(glob, { dot: true })
    const filtered = pathMatcher([glob])
    for (const path of paths) assert.equal(filtered(path), plain(path), `${glob} on ${path}`)
  }
  const all = pathMatcher(globs)
  for (const path of paths) {
    assert.equal(
      all(path),
      globs.some((glob) => picomatch(glob, { dot: true })(path)),
      path,
    )
  }
})
