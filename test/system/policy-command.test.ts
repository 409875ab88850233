import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { copyOfAcme, holdfast, type Outcome, temporaryFolder, writeFiles } from './holdfast.ts'

const folder = copyOfAcme()
const config = join(folder, 'holdfast.yaml')

function policy(...words: readonly string[]): Outcome {
  return holdfast(['policy', ...words], { cwd: folder })
}

/** Words of a command line without spaces in them. */
function words(line: string): readonly string[] {
  return line.split(' ')
}

interface DecisionJson {
  readonly verdict: string
  readonly reasons: readonly { readonly code: string; readonly directive: string | null }[]
  readonly needed: readonly string[]
  readonly withdrawn: readonly string[]
  readonly notices: readonly string[]
}

/** The first model of the June 2026 event, for somebody of a class, at an instant. */
function decide(eligibilityClass: string, at: string): DecisionJson {
  const { status, stdout, stderr } = policy(
    ...words('decide --model anthropic/claude-fable-5 --route anthropic --format json'),
    ...words(`--workflow pr-security-review --class ${eligibilityClass} --at ${at}`),
  )
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout) as DecisionJson
}

describe('holdfast policy', { concurrency: 2 }, () => {
  test('the June 2026 directive denies foreign persons while it is in force, and nobody before or after', () => {
    const foreign = 'foreign-person-not-authorised'
    assert.equal(decide(foreign, '2026-06-12T21:20:59Z').verdict, 'allow')
    const during = decide(foreign, '2026-06-12T21:21:00Z')
    assert.equal(during.verdict, 'deny')
    assert.deepEqual(
      during.reasons.map(({ code, directive }) => [code, directive]),
      [['authorisation-required', 'us-bis-2026-06-12']],
    )
    assert.deepEqual(during.withdrawn, ['us-bis-2026-06-12'])
    assert.equal(decide('not-foreign-person', '2026-06-12T21:21:00Z').verdict, 'allow')
    assert.equal(decide('undetermined', '2026-06-12T21:21:00Z').verdict, 'deny')
    assert.equal(decide(foreign, '2026-07-01T11:59:59Z').verdict, 'deny')
    assert.equal(decide(foreign, '2026-07-01T12:00:00Z').verdict, 'allow')
  })

  test('a decision says what is needed, and under it that it is no legal advice', () => {
    const ran = policy(
      ...words('decide --model anthropic/claude-fable-5 --route anthropic --fail-on deny'),
      ...words('--workflow pr-security-review --class undetermined --at 2026-06-20T00:00:00Z'),
    )
    assert.equal(ran.status, 1)
    assert.match(ran.stdout, /^DENY {2}anthropic\/claude-fable-5 over anthropic/)
    assert.match(ran.stdout, /person-undetermined/)
    assert.match(ran.stdout, /needed\n {2}an attested class/)
    assert.match(
      ran.stdout,
      /Applies the rule as recorded \(text as of \d{4}-\d\d-\d\d, review: unverified\)\. Not legal advice; counsel decides\./,
    )
    assert.match(ran.stderr, /`eligibility` of holdfast.yaml names no reviewer/)
  })

  test('a name that nobody knows is denied, and the nearest known one is suggested', () => {
    const ran = policy(
      ...words(
        'decide --model anthropic/claude-fable5 --route antropic --class not-foreign-person',
      ),
    )
    assert.equal(ran.status, 0)
    assert.match(ran.stdout, /^DENY/)
    assert.match(ran.stderr, /no model `anthropic\/claude-fable5`; did you mean/)
    assert.match(ran.stderr, /no route `antropic`; did you mean `anthropic`/)
  })

  test('wrong words are refused with what was expected', () => {
    const asked = ['decide', '--model', 'a/b', '--route', 'x']
    assert.equal(policy(...asked).status, 2)
    assert.equal(policy(...asked, '--class', 'citizen').status, 2)
    const zone = policy(...asked, '--class', 'undetermined', '--at', '2026-06-20T00:00:00')
    assert.equal(zone.status, 2)
    assert.match(zone.stderr, /no instant/)
    const nowhere = holdfast(['policy', 'check'], { cwd: temporaryFolder() })
    assert.equal(nowhere.status, 2)
    assert.match(nowhere.stderr, /HF_CONFIG_MISSING/)
  })

  test('counsel can read the rule: Cedar under its source, its review and its clauses', () => {
    const ran = policy('show', '--directive', 'us-bis-2026-06-12', '--at', '2026-06-20T00:00:00Z')
    assert.equal(ran.status, 0, ran.stderr)
    assert.match(ran.stdout, /^\/\/ directive us-bis-2026-06-12: /)
    assert.match(ran.stdout, /\/\/ source: https:/)
    assert.match(ran.stdout, /\/\/ review: unverified/)
    assert.match(ran.stdout, /^forbid \(/m)
    assert.match(ran.stdout, /principal\.class == "not-foreign-person"/)
    const workflow = policy('show', '--workflow', 'pr-security-review')
    assert.match(workflow.stdout, /^permit \(/m)
    assert.match(workflow.stdout, /maxRetention|retentionDays/)
    assert.equal(policy('show', '--workflow', 'nothing').status, 2)
    assert.match(policy('show', '--schema').stdout, /^namespace Holdfast/)
    const all = policy('show', '--at', '2026-06-20T00:00:00Z', '--format', 'json')
    const { units } = JSON.parse(all.stdout) as { units: readonly { id: string }[] }
    assert.ok(units.some(({ id }) => id === 'directive:us-bis-2026-06-12'))
    assert.ok(units.some(({ id }) => id === 'no-workflow'))
  })

  test('a request is shown as what it is: no policy', () => {
    const ran = policy('show', '--directive', 'us-oncd-ostp-2026-06-25')
    assert.equal(ran.status, 0, ran.stderr)
    assert.match(ran.stdout, /restricts nothing by itself/)
    assert.doesNotMatch(ran.stdout, /^forbid/m)
  })

  test('a directive can be read without a holdfast.yaml', () => {
    const ran = holdfast(['policy', 'show', '--directive', 'us-bis-2026-06-12'], {
      cwd: temporaryFolder(),
    })
    assert.equal(ran.status, 0, ran.stderr)
    assert.match(ran.stdout, /^forbid \(/m)
    assert.match(ran.stderr, /no holdfast.yaml here/)
  })

  test('policies of one’s own decide, and check says which are asked per request', () => {
    const own = copyOfAcme()
    const run = (...words: readonly string[]) => holdfast(['policy', ...words], { cwd: own })
    writeFiles(own, {
      'policies/b.cedar':
        '@id("nights") forbid (principal, action, resource) when { context.at > datetime("2099-01-01") };',
      'policies/a.cedar':
        '@id("no-rack") forbid (principal, action, resource) when { context.route.provider == "self" };',
    })
    const check = run('check')
    assert.equal(check.status, 0, check.stderr)
    assert.match(check.stdout, /asked per request: 1 units\n {2}own:policies\/b\.cedar:nights/)
    const asked = ['decide', '--model', 'alibaba/qwen3-32b', '--class', 'not-foreign-person']
    const denied = run(...asked, '--route', 'rack-7')
    assert.match(denied.stdout, /^DENY/)
    assert.match(denied.stdout, /policy own\/policies\/a\.cedar\/no-rack/)
    writeFiles(own, {
      'policies/a.cedar': '\n\nforbid (principal, action, resource) when { principal.shoe == 43 };',
    })
    const broken = run('check')
    assert.equal(broken.status, 2)
    assert.match(broken.stderr, /policies\/a\.cedar:3:\d+/)
    assert.match(broken.stderr, /HF_POLICY_INVALID/)
  })

  test('a snapshot is signed, verified, and refused after a changed byte', () => {
    const keys = temporaryFolder()
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    writeFileSync(join(keys, 'private.pem'), pem, { mode: 0o600 })
    writeFileSync(join(keys, 'public.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
    const file = join(keys, 'snapshot.json')
    const signed = ['--at', '2026-06-20T12:00:00Z', '--valid-for', '7d', '--output', file]
    const written = policy('snapshot', '--key', `file:${join(keys, 'private.pem')}`, ...signed)
    assert.equal(written.status, 0, written.stderr)
    const verify = (at: string) =>
      policy('verify', file, '--key', `file:${join(keys, 'public.pem')}`, '--at', at)
    assert.match(verify('2026-06-21T00:00:00Z').stdout, /the signature holds; valid/)
    assert.equal(verify('2026-06-27T12:00:00Z').status, 1)
    assert.match(verify('2026-06-27T12:00:00Z').stdout, /expired/)
    const again = holdfast(['policy', 'snapshot', '--key', 'env:SNAPSHOT_KEY', ...signed], {
      cwd: folder,
      environment: { SNAPSHOT_KEY: pem.replaceAll('\n', '\\n') },
    })
    assert.equal(again.status, 0, again.stderr)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('anthropic/claude-fable-5', 'anthropic/claude-fable-6'))
    const changed = verify('2026-06-21T00:00:00Z')
    assert.equal(changed.status, 2)
    assert.match(changed.stderr, /HF_SNAPSHOT_INVALID/)
  })

  test('a snapshot that has ended already, or would last for ever, is refused', () => {
    const keys = temporaryFolder()
    const pem = generateKeyPairSync('ed25519')
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString()
    for (const validFor of ['0d', '999999999999d', 'for-ever']) {
      const ran = holdfast(
        ['policy', 'snapshot', '--key', 'env:KEY', '--valid-for', validFor, '--output', 'x.json'],
        { cwd: keys, environment: { KEY: pem } },
      )
      assert.equal(ran.status, 2, validFor)
      assert.match(ran.stderr, /^error HF_USAGE: --valid-for/)
    }
  })

  test('an enforced directive that contradicts itself, and names that lead nowhere, are told', () => {
    const own = temporaryFolder()
    writeFiles(own, {
      'holdfast.yaml': `version: 1
organisation: { name: Acme }
routes:
  - { id: direct, provider: anthropic, protocol: anthropic-messages, baseUrl: https://api.anthropic.com, credential: none, models: { anthropic/claude-fable-5: f } }
  - { id: other, provider: mistral, protocol: openai-chat, baseUrl: https://api.mistral.ai, credential: none, models: {} }
authorisations: [{ id: a, directive: oder, models: [anthropic/claude-fable-5] }]
directives: { load: [order] }
`,
      'directives/order.yaml': `id: order
title: Order
instrument: regulation
issuer: example
publication: published
source: { retrieved: 2026-01-01 }
effect: require-authorisation
scope: { models: { ids: [anthropic/claude-fable-5], vendors: [antropic] }, persons: foreign-person }
status: [{ at: 2026-02-01T00:00:00Z, is: effective }]
`,
    })
    const check = holdfast(['policy', 'check'], { cwd: own })
    assert.equal(check.status, 1)
    assert.match(
      check.stdout,
      /problem: directive `order` contradicts itself .* needs a `definition`/,
    )
    assert.match(
      check.stderr,
      /holdfast\.yaml:6:\d+: there is no directive `oder`; did you mean `order`\?/,
    )
    assert.match(
      check.stderr,
      /directive `order`: the catalogue knows no vendor `antropic`; did you mean/,
    )
    const asked = holdfast(
      [
        ...words('policy decide --model anthropic/claude-fable-5 --route other'),
        ...words('--class undetermined --authorisation aa --group nobody'),
      ],
      { cwd: own },
    )
    assert.match(asked.stderr, /the route `other` does not list `anthropic\/claude-fable-5`/)
    assert.match(asked.stderr, /knows no authorisation `aa`/)
    assert.match(asked.stderr, /knows no group `nobody`/)
  })

  test('a key that others may read, or that lies in .holdfast/, is refused and never printed', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const own = copyOfAcme()
    mkdirSync(join(own, '.holdfast'), { recursive: true })
    writeFileSync(join(own, '.holdfast/private.pem'), pem, { mode: 0o600 })
    writeFileSync(join(own, 'private.pem'), pem)
    chmodSync(join(own, 'private.pem'), 0o644)
    for (const key of ['file:.holdfast/private.pem', 'file:private.pem', 'file:nothing', pem]) {
      const ran = holdfast(['policy', ...words('snapshot --output snapshot.json --key'), key], {
        cwd: own,
      })
      assert.equal(ran.status, 2, key)
      assert.match(ran.stderr, /HF_KEY_INVALID/)
      assert.doesNotMatch(ran.stderr, new RegExp(pem.split('\n')[1]?.slice(0, 20) ?? 'none'))
    }
  })

  test('--config names another place', () => {
    const ran = holdfast(['policy', 'check', '--config', config, '--format', 'json'], {
      cwd: temporaryFolder(),
    })
    assert.equal(ran.status, 0, ran.stderr)
    const found = JSON.parse(ran.stdout) as { units: readonly { isTabulated: boolean }[] }
    assert.ok(found.units.every(({ isTabulated }) => isTabulated))
  })
})
