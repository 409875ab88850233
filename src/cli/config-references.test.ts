import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../base/fault.ts'
import { danglingReferences, refuseTwins } from './config-references.ts'
import { parseConfig } from './load-config.ts'

const head = 'version: 1\norganisation: { name: Acme }\n'

function dangling(rest: string): readonly string[] {
  const text = head + rest
  return danglingReferences(
    parseConfig(text, 'holdfast.yaml'),
    ['us-bis-2026-06-12'],
    text,
    'holdfast.yaml',
  )
}

test('two workflows, routes or principals of one id are a fault at the second', () => {
  const twins = [
    'workflows:\n  - { id: a, task: chat }\n  - { id: a, task: chat }\n',
    'principals:\n  - { id: a, kind: person, key: env:A }\n  - { id: a, kind: service, key: env:B }\n',
  ]
  for (const rest of twins) {
    const text = head + rest
    assert.throws(
      () => refuseTwins(parseConfig(text, 'holdfast.yaml'), text, 'holdfast.yaml'),
      (error) =>
        error instanceof Fault &&
        error.code === 'HF_CONFIG_INVALID' &&
        error.place?.line === 5 &&
        /`a` stands twice/.test(error.message),
    )
  }
})

test('an authorisation under a directive that nobody knows is told with its place and the nearest id', () => {
  assert.deepEqual(
    dangling(
      'authorisations:\n  - { id: x, directive: us-bis-2026-06-13, models: [anthropic/claude-fable-5] }\n',
    ),
    [
      'holdfast.yaml:4:25: there is no directive `us-bis-2026-06-13`; did you mean `us-bis-2026-06-12`?',
    ],
  )
})

test('groups, workflows and authorisations that lead nowhere are told; those that are there are not', () => {
  const found = dangling(
    `groups: { appsec: {} }
workflows: [{ id: review, task: chat, audience: [appsec, apsec] }]
principals: [{ id: p, kind: person, key: env:P, groups: [appsec], workflows: [reviw], authorisations: [none] }]
`,
  )
  assert.deepEqual(
    found.map((text) => text.replace(/^holdfast\.yaml:\d+:\d+: /, '')),
    [
      'there is no group `apsec`; did you mean `appsec`?',
      'there is no workflow `reviw`; did you mean `review`?',
      'there is no authorisation `none`',
    ],
  )
  assert.deepEqual(dangling('groups: { appsec: {} }\n'), [])
})
