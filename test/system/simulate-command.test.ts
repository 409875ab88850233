import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { storeSettings } from '../../src/cli/open-store.ts'
import { Simulation } from '../../src/schema/simulation.ts'
import { openStore } from '../../src/store/index.ts'
import { copyOfAcme, holdfast, type Outcome, temporaryFolder, writeFiles } from './holdfast.ts'

const acme = copyOfAcme()
holdfast(['audit', '.', '--no-owners', '--quiet'], { cwd: acme })

function simulate(words: readonly string[], cwd = acme): Outcome {
  return holdfast(['simulate', ...words], { cwd })
}

function simulated(words: readonly string[], cwd = acme): Simulation {
  const ran = simulate([...words, '--format', 'json', '--for', 'counsel'], cwd)
  assert.equal(ran.status, 0, ran.stderr)
  return Simulation.parse(JSON.parse(ran.stdout))
}

/** The worst word of each workflow that is not unaffected. */
function hit(simulation: Simulation, index = 0): Readonly<Record<string, string>> {
  const order = ['fails-over', 'degraded', 'at-risk', 'stops']
  const worst: Record<string, string> = {}
  for (const { workflow, outcome } of simulation.postContingency[index]?.outcomes ?? []) {
    if (order.indexOf(outcome) > order.indexOf(worst[workflow] ?? '')) worst[workflow] = outcome
  }
  return worst
}

suite('holdfast simulate over examples/acme', () => {
  test('asked nothing, it shows what holds and what hangs on what', () => {
    const simulation = simulated([])
    assert.deepEqual(simulation.postContingency, [])
    assert.ok(simulation.preContingency.outcomes.every(({ outcome }) => outcome === 'unaffected'))
    assert.equal(simulation.exposure.elements[0]?.element, 'jurisdiction:US')
    assert.ok(simulation.cutSets.some(({ elements }) => elements[0] === 'vendor:anthropic'))
    const text = simulate([]).stdout
    assert.match(text, /Single points of failure/)
    assert.match(text, /Applies the rule as recorded \(text as of .*review: unverified\)/)
    assert.match(text, /counsel decides/)
  })

  test('the same model over another cloud does not outlive its vendor, another vendor does', () => {
    assert.deepEqual(hit(simulated(['--without', 'vendor:anthropic'])), {
      'pr-security-review': 'stops',
      'customer-support': 'at-risk',
      'incident-triage': 'at-risk',
      'waybill-extraction': 'at-risk',
      gateway: 'at-risk',
      warehouse: 'stops',
    })
    const provider = hit(simulated(['--without', 'provider:anthropic']))
    assert.equal(provider['waybill-extraction'], 'fails-over')
  })

  test('several losses are one contingency, and --each makes them several', () => {
    const words = ['--without', 'provider:anthropic', '--without', 'provider:aws-bedrock']
    const together = simulated(words)
    assert.deepEqual(
      together.postContingency.map(({ contingency }) => contingency),
      [['provider:anthropic', 'provider:aws-bedrock']],
    )
    assert.equal(hit(together)['waybill-extraction'], 'at-risk')
    const each = simulated([...words, '--each'])
    assert.deepEqual(
      each.postContingency.map(({ contingency }) => contingency),
      [['provider:anthropic'], ['provider:aws-bedrock']],
    )
    assert.equal(hit(each, 0)['waybill-extraction'], 'fails-over')
  })

  test('a common cause takes its members, and a jurisdiction all that it reaches', () => {
    assert.equal(hit(simulated(['--without', 'common-cause:us-cloud']))['planner-copilot'], 'stops')
    const us = hit(simulated(['--without', 'jurisdiction:us']))
    assert.equal(us['knowledge-index'], 'stops')
    assert.equal(us['ci-gitlab-ci'], undefined)
    assert.equal(us['incident-triage'], 'at-risk')
  })

  test('models are read in any spelling, and what nothing depends on has no impact', () => {
    const simulation = simulated([
      '--without',
      'model:claude-fable-5',
      '--without',
      'vendor:Cohere',
    ])
    assert.deepEqual(simulation.postContingency[0]?.contingency, [
      'model:anthropic/claude-fable-5',
      'vendor:cohere',
    ])
    assert.equal(simulated(['--without', 'vendor:cohere']).postContingency[0]?.status, 'no-impact')
  })

  test('a class of people that loses access takes its work, and too few left stop it for all', () => {
    const simulation = simulated(['--without', 'class:not-foreign-person'])
    const rows = simulation.postContingency[0]?.outcomes ?? []
    const of = (workflow: string) =>
      rows.filter((one) => one.workflow === workflow).map(({ outcome }) => outcome)
    assert.deepEqual(of('customer-support'), ['stops', 'unaffected', 'unaffected', 'unaffected'])
    assert.deepEqual(of('incident-triage'), ['stops', 'unaffected', 'unaffected', 'unaffected'])
    // Two people who are left are enough for `minStaff: 2`.
    assert.deepEqual(of('pr-security-review'), ['stops', 'unaffected', 'unaffected', 'unaffected'])
    const others = simulated(['--without', 'class:not-foreign-person', '--class', 'undetermined'])
    assert.ok(others.postContingency[0]?.outcomes.every((one) => one.class === 'undetermined'))
  })

  test('--all sweeps every element and every enforced directive', () => {
    const { postContingency, cutSets } = simulated(['--all', '--depth', '2'])
    const lost = postContingency.map(({ contingency }) => contingency.join(' + '))
    assert.ok(lost.includes('directive:us-bis-2026-06-12'))
    assert.ok(lost.includes('vendor:anthropic'))
    assert.ok(lost.some((one) => one.includes(' + ')))
    assert.ok(cutSets.some(({ elements }) => elements.length === 2))
    const directive = postContingency.find(({ contingency }) =>
      contingency[0]?.startsWith('directive:'),
    )
    assert.ok(directive?.outcomes.every(({ outcome }) => outcome !== 'unaffected'))
  })

  test('a verdict qualifies a fallback until its day', () => {
    const digest = `sha256:${'0'.repeat(64)}`
    const verdict = {
      schemaVersion: 1,
      trial: 't-1',
      key: {
        workflow: 'pr-security-review',
        model: 'alibaba/qwen3-32b',
        route: 'rack-7',
        servedModel: 'qwen3-32b',
        promptDigest: digest,
        toolsDigest: digest,
        gradersDigest: digest,
      },
      verdict: 'QUALIFIED',
      decidedAt: '2026-05-01T00:00:00Z',
      validUntil: '2026-11-01T00:00:00Z',
      invalidatedBy: null,
    }
    const folder = temporaryFolder()
    writeFiles(folder, { 'verdict.json': JSON.stringify(verdict), 'bad.json': '{"verdict": 1}' })
    const at = (instant: string) =>
      hit(
        simulated([
          '--without',
          'vendor:anthropic',
          '--verdicts',
          join(folder, 'verdict.json'),
          '--at',
          instant,
        ]),
      )['pr-security-review']
    assert.equal(at('2026-10-31T23:59:59Z'), 'fails-over')
    assert.equal(at('2026-11-01T00:00:00Z'), 'stops')
    const late = simulated([
      '--verdicts',
      join(folder, 'verdict.json'),
      '--at',
      '2026-11-01T00:00:00Z',
    ])
    assert.match(
      late.notices.join('\n'),
      /pr-security-review: alibaba\/qwen3-32b over rack-7 is no longer qualified: its trial counted until 2026-11-01/,
    )
    const bad = simulate(['--verdicts', join(folder, 'bad.json')])
    assert.equal(bad.status, 2)
    assert.match(bad.stderr, /HF_VERDICT_INVALID/)
  })

  test('verdicts of the store count as those of files do', async () => {
    const own = copyOfAcme()
    const digest = `sha256:${'0'.repeat(64)}`
    const outcome = () =>
      hit(simulated(['--without', 'vendor:anthropic'], own))['pr-security-review']
    const before = outcome()
    const store = await openStore(storeSettings(null, join(own, 'holdfast.yaml')))
    try {
      await store.verdicts.add({
        schemaVersion: 1,
        trial: 't-1',
        key: {
          workflow: 'pr-security-review',
          model: 'alibaba/qwen3-32b',
          route: 'rack-7',
          servedModel: 'qwen3-32b',
          promptDigest: digest,
          toolsDigest: digest,
          gradersDigest: digest,
        },
        verdict: 'QUALIFIED',
        decidedAt: '2026-05-01T00:00:00.000Z',
        validUntil: '2099-01-01T00:00:00.000Z',
        invalidatedBy: null,
      })
      assert.equal(outcome(), 'fails-over')
      await store.verdicts.invalidate('t-1', 'prompt-changed')
      assert.equal(outcome(), before)
      assert.notEqual(before, 'fails-over')
    } finally {
      await store.close()
    }
  })

  test('--fail-on ends with 1 and says what failed', () => {
    const gate = (...words: readonly string[]) =>
      simulate([...words, '--output', join(temporaryFolder(), 'x.txt')])
    const failed = gate('--without', 'vendor:anthropic', '--fail-on', 'stops:critical')
    assert.equal(failed.status, 1)
    assert.match(failed.stderr, /stops:critical: pr-security-review stops without vendor:anthropic/)
    assert.equal(gate('--without', 'vendor:mistral', '--fail-on', 'stops:critical').status, 0)
    assert.equal(gate('--without', 'vendor:mistral', '--fail-on', 'stops').status, 1)
    assert.equal(gate('--fail-on', 'degraded').status, 0)
  })

  test('counts under five are for counsel', () => {
    const words = ['--directive', 'us-bis-2026-06-12']
    for (const format of ['text', 'md', 'html']) {
      const shown = simulate([...words, '--format', format]).stdout
      assert.match(shown, /(?:<|&lt;)5/, format)
      assert.doesNotMatch(shown, /\b2 people\b/, format)
      assert.match(
        simulate([...words, '--format', format, '--for', 'counsel']).stdout,
        /\b2 people\b/,
      )
    }
    const json = Simulation.parse(JSON.parse(simulate([...words, '--format', 'json']).stdout))
    const counts = json.postContingency.flatMap(({ outcomes }) =>
      outcomes.map(({ people }) => people),
    )
    assert.ok(counts.every((count) => count === null || count === 0 || count >= 5))
  })

  test('every format is written whole, and JSON is the same each time', () => {
    const folder = temporaryFolder()
    for (const format of ['text', 'md', 'html', 'json']) {
      const words = [
        '--without',
        'vendor:openai',
        '--at',
        '2026-11-01T00:00:00Z',
        '--format',
        format,
      ]
      const ran = simulate([...words, '--output', join(folder, format)])
      assert.deepEqual([ran.status, ran.stdout], [0, ''], ran.stderr)
      assert.equal(readFileSync(join(folder, format), 'utf8'), simulate(words).stdout)
    }
  })

  test('a command that only looks writes nothing', () => {
    const ran = holdfast(['simulate', '--all'], { cwd: acme })
    assert.equal(ran.status, 0)
    assert.equal(existsSync(join(acme, '.holdfast/store.sqlite')), false)
  })
})

suite('what cannot be simulated is said', () => {
  const refused = (words: readonly string[], code: string, ...texts: readonly RegExp[]) => {
    const ran = simulate(words)
    assert.equal(ran.status, 2, `${words.join(' ')}\n${ran.stdout}`)
    assert.match(ran.stderr, new RegExp(code))
    for (const text of texts) assert.match(ran.stderr, text)
  }

  test('unknown elements, with the nearest known one', () => {
    refused(
      ['--without', 'vendor:antropic'],
      'HF_ELEMENT_UNKNOWN',
      /did you mean `vendor:anthropic`/,
    )
    refused(
      ['--without', 'anthropic'],
      'HF_ELEMENT_UNKNOWN',
      /`vendor:anthropic` or `provider:anthropic`/,
    )
    refused(['--without', 'provider:bedrok'], 'HF_ELEMENT_UNKNOWN', /`provider:aws-bedrock`/)
    refused(
      ['--without', 'model:claude-fabel-5'],
      'HF_ELEMENT_UNKNOWN',
      /`model:anthropic\/claude-fable-5`/,
    )
    refused(['--without', 'jurisdiction:XX'], 'HF_ELEMENT_UNKNOWN', /ISO 3166-1/)
    refused(
      ['--without', 'class:alien'],
      'HF_ELEMENT_UNKNOWN',
      /class:foreign-person-not-authorised/,
    )
    refused(['--without', 'route:nowhere'], 'HF_ELEMENT_UNKNOWN')
    refused(['--without', 'planet:mars'], 'HF_ELEMENT_UNKNOWN', /kind/)
  })

  test('unknown directives, and files that are none', () => {
    refused(['--directive', 'us-bis-2026-06-13'], 'HF_DIRECTIVE_UNKNOWN', /`us-bis-2026-06-12`/)
    refused(['--directive', 'holdfast.yaml'], 'HF_DIRECTIVE_INVALID', /holdfast\.yaml:\d+/)
  })

  test('instants without a zone and other words', () => {
    refused(['--at', '2026-06-12T21:21:00'], 'HF_USAGE', /zone/)
    refused(['--at', '2026-06-12'], 'HF_USAGE', /zone/)
    refused(['--at', '2026-13-12T21:21:00Z'], 'HF_USAGE')
    refused(['--class', 'citizen'], 'HF_USAGE')
    refused(['--fail-on', 'stop'], 'HF_USAGE', /stops, at-risk, degraded/)
    refused(['--all', '--without', 'vendor:openai'], 'HF_USAGE', /--each/)
  })

  test('registers that are none, of another version, partial or empty', () => {
    const folder = temporaryFolder()
    const register = JSON.parse(readFileSync(join(acme, '.holdfast/register.json'), 'utf8'))
    const write = (value: unknown) => writeFiles(folder, { 'register.json': JSON.stringify(value) })
    const words = ['--register', join(folder, 'register.json')]
    write({ ...register, schemaVersion: 2 })
    refused(words, 'HF_REGISTER_INVALID', /schemaVersion/)
    write('nonsense')
    refused(words, 'HF_REGISTER_INVALID')
    refused(['--register', join(folder, 'absent.json')], 'HF_REGISTER_INVALID')
    write({ ...register, partial: true })
    assert.match(simulated(words).notices.join('\n'), /is partial/)
    write({ ...register, dependencies: [], workflows: [] })
    assert.match(simulated(words).notices.join('\n'), /is empty/)
  })
})

suite('what is missing does not stop a simulation', () => {
  test('a register alone, without holdfast.yaml', () => {
    const folder = temporaryFolder()
    const register = join(acme, '.holdfast/register.json')
    const simulation = simulated(
      ['--register', register, '--directive', 'us-bis-2026-06-12'],
      folder,
    )
    assert.equal(hit(simulation)['pr-security-review'], 'stops')
    assert.equal(simulation.inputs.config, null)
    assert.equal(simulate([], folder).status, 2)
  })

  test('a configuration alone is simulated, and told how to audit', () => {
    const folder = temporaryFolder()
    const routes =
      '[{ id: a, provider: openai, protocol: openai-chat, baseUrl: "https://a.example", credential: none, models: { openai/gpt-4.1: x } }]'
    const workflows = '[{ id: notes, task: chat, model: openai/gpt-4.1 }]'
    const causes =
      '[{ id: one, elements: ["common-cause:two", "route:a"] }, { id: two, elements: ["common-cause:one", "vendor:openai"] }]'
    writeFiles(folder, {
      'holdfast.yaml': `version: 1\norganisation: { name: Small }\nroutes: ${routes}\nworkflows: ${workflows}\ncommonCause: ${causes}\n`,
    })
    const simulation = simulated(['--without', 'common-cause:two'], folder)
    assert.deepEqual(hit(simulation), { notes: 'stops' })
    assert.match(simulation.notices.join('\n'), /no register.*holdfast audit/)
    assert.equal(simulation.inputs.register, null)
  })

  test('options that break the limits of data do not exist', () => {
    const folder = temporaryFolder()
    const route = (id: string, more: string) =>
      `{ id: ${id}, provider: aws-bedrock, protocol: bedrock-converse, baseUrl: "https://${id}.example", credential: none, models: { anthropic/claude-sonnet-4-5: x }, ${more} }`
    writeFiles(folder, {
      'holdfast.yaml': `version: 1
organisation: { name: Small }
routes: [${route('tokyo', 'region: ap-northeast-1, retentionDays: 0')}, ${route('kept', 'region: eu-central-1, retentionDays: 90')}, ${route('good', 'region: eu-central-1, retentionDays: 0')}]
workflows: [{ id: notes, task: chat, model: anthropic/claude-sonnet-4-5, data: { allowedJurisdictions: [DE, US], maxRetentionDays: 30 } }]
`,
    })
    const { workflows } = simulated([], folder)
    const excluded = workflows[0]?.options.map((option) => option.excluded)
    assert.match(excluded?.[0] ?? '', /may be reached from DE, US only/)
    assert.match(excluded?.[1] ?? '', /kept 30 days at most/)
    assert.equal(excluded?.[2], null)
    assert.deepEqual(hit(simulated(['--without', 'route:good'], folder)), { notes: 'stops' })
  })
})
