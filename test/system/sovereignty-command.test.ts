import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { SovereigntyAssessment } from '../../src/schema/sovereignty.ts'
import { holdfast, root, temporaryFolder, writeFiles } from './holdfast.ts'

/** An orchard at home in one country, with one hosted supplier and one machine of its own. */
function orchard(home: string, more = ''): string {
  const folder = temporaryFolder()
  writeFiles(folder, {
    'holdfast.yaml': `version: 1
organisation: { name: Orchard, homeJurisdiction: ${home} }
routes:
  - id: hosted
    provider: anthropic
    protocol: anthropic-messages
    baseUrl: https://api.anthropic.com
    credential: env:KEY
    region: us
    models: { anthropic/claude-sonnet-4-5: claude-sonnet-4-5 }
  - id: cellar
    provider: self
    protocol: openai-chat
    baseUrl: http://127.0.0.1:8080/v1
    credential: none
    region: de
    weightsHeld: true
    models: { alibaba/qwen3-32b: qwen3 }
workflows:
  - { id: sorting, task: extraction, criticality: critical, model: anthropic/claude-sonnet-4-5, requiredSeal: 2 }
  - { id: labels, task: extraction, criticality: supporting, model: alibaba/qwen3-32b, requiredSeal: 2 }
${more}`,
  })
  return folder
}

function assess(folder: string, ...words: readonly string[]) {
  const ran = holdfast(['sovereignty', '--format', 'json', ...words], { cwd: folder })
  assert.equal(ran.stderr, '')
  return SovereigntyAssessment.parse(JSON.parse(ran.stdout))
}

describe('holdfast sovereignty', () => {
  test('names the level, the criteria that set it, the score and what is open', () => {
    const ran = holdfast(['sovereignty'], { cwd: orchard('DE') })
    assert.equal(ran.status, 0, ran.stderr)
    assert.match(ran.stdout, /Overall: SEAL-0 \(No Sovereignty\), set by SOV-1\.8, SOV-4\.6/)
    assert.match(ran.stdout, /sorting stops without any one of/)
    assert.match(ran.stdout, /of at most 100\.0756 %, with the weights csf-calculator-2026-06/)
    assert.match(ran.stdout, /NOT MET: sorting: level 0 is shown, 2 is asked for/)
    assert.match(ran.stdout, /met: labels/)
    assert.match(ran.stdout, /Not legal advice; counsel decides/)
    assert.match(ran.stdout, /© European Union, CC BY 4\.0/)
  })

  test('the JSON follows its published schema, and the weights are chosen', () => {
    const folder = orchard('DE')
    const june = assess(folder)
    const october = assess(folder, '--weights', 'csf-1.2.1')
    assert.equal(june.weightProfile, 'csf-calculator-2026-06')
    assert.equal(Number(october.score.maximumPercent.toFixed(5)), 100.08045)
    assert.equal(june.overallSeal, october.overallSeal)
    const schema: unknown = JSON.parse(
      readFileSync(join(root, 'schema/sovereignty.schema.json'), 'utf8'),
    )
    assert.ok(typeof schema === 'object' && schema !== null && 'properties' in schema)
    assert.deepEqual(
      Object.keys(june).toSorted(),
      Object.keys(schema.properties as object).toSorted(),
    )
  })

  test('gates fail with exit code 1 and say what failed', () => {
    const folder = orchard('DE')
    const seal = holdfast(['sovereignty', '--fail-on', 'seal:2'], { cwd: folder })
    assert.equal(seal.status, 1)
    assert.match(seal.stderr, /seal:2: SEAL-0, set by SOV-1\.8, SOV-4\.6/)
    const required = holdfast(['sovereignty', '--fail-on', 'required'], { cwd: folder })
    assert.equal(required.status, 1)
    assert.match(required.stderr, /required: sorting: /)
    assert.doesNotMatch(required.stderr, /required: labels/)
    assert.equal(holdfast(['sovereignty', '--fail-on', 'seal:0'], { cwd: folder }).status, 0)
    const wrong = holdfast(['sovereignty', '--fail-on', 'seal:5'], { cwd: folder })
    assert.equal(wrong.status, 2)
    assert.match(wrong.stderr, /HF_USAGE[\s\S]*expected: `seal:0` to `seal:4`/)
  })

  test('an attestation that is better than the facts is told and does not count', () => {
    const folder = orchard(
      'DE',
      `sovereignty:
  answers:
    - { criterion: SOV-1.8, answer: 5, evidence: [contract 7], by: counsel, at: 2026-11-01 }
    - { criterion: SOV-2.1, answer: 3, evidence: [contract 8], by: counsel, at: 2026-11-01 }
`,
    )
    const result = assess(folder)
    assert.deepEqual(
      result.contradictions.map((one) => [one.criterion, one.attested, one.shownAtMost]),
      [['SOV-1.8', 5, 1]],
    )
    const [attested] = result.criteria.filter((one) => one.criterion === 'SOV-2.1')
    assert.deepEqual([attested?.answeredBy, attested?.seal], ['attestation', 4])
    const text = holdfast(['sovereignty'], { cwd: folder }).stdout
    assert.match(text, /Contradictions[\s\S]*SOV-1\.8: answer 5 was attested by counsel/)
  })

  test('an answer that the framework does not have is an error with its place', () => {
    const folder = orchard(
      'DE',
      `sovereignty:
  answers:
    - { criterion: SOV-2.9, answer: 1, by: counsel, at: 2026-11-01 }
    - { criterion: SOV-2.1, answer: 9, by: counsel, at: 2026-11-01 }
`,
    )
    const ran = holdfast(['sovereignty'], { cwd: folder })
    assert.equal(ran.status, 2)
    assert.match(
      ran.stderr,
      /error HF_SOVEREIGNTY_INVALID: the framework has no criterion `SOV-2\.9`/,
    )
    assert.match(ran.stderr, /at: holdfast\.yaml:24:20/)
    assert.match(
      ran.stderr,
      /also: holdfast\.yaml:25:\d+ `SOV-2\.1` has no answer 9; expected 1 to 3/,
    )
  })

  test('at home elsewhere the method is re-anchored and never called SEAL', () => {
    const folder = orchard('US')
    for (const format of ['text', 'md', 'html', 'json']) {
      const ran = holdfast(['sovereignty', '--format', format], { cwd: folder })
      assert.equal(ran.status, 0, ran.stderr)
      assert.match(ran.stdout, /CSF method re-anchored to US/)
      assert.doesNotMatch(ran.stdout, /SEAL/)
    }
    assert.equal(assess(folder).overallSeal, null)
  })

  test('a directive in force is named with its review, and decides what it restricts', () => {
    const folder = orchard('DE', 'directives: { load: [us-bis-2026-06-12] }\n')
    writeFiles(folder, {
      'holdfast.yaml': readFileSync(join(folder, 'holdfast.yaml'), 'utf8').replaceAll(
        'anthropic/claude-sonnet-4-5',
        'anthropic/claude-fable-5',
      ),
    })
    const during = assess(folder, '--at', '2026-06-15T00:00:00Z')
    const [control] = during.criteria.filter((one) => one.criterion === 'SOV-2.4')
    assert.deepEqual([control?.answer, control?.seal], [2, 1])
    assert.match(control?.evidence.join() ?? '', /us-bis-2026-06-12 \(review: unverified\)/)
    const after = assess(folder, '--at', '2026-07-02T00:00:00Z')
    assert.notEqual(after.criteria.find((one) => one.criterion === 'SOV-2.4')?.answer, 2)
    const text = holdfast(['sovereignty'], { cwd: folder }).stdout
    assert.match(text, /us-bis-2026-06-12: Applies the rule as recorded \(text as of/)
  })

  test('without anything to assess it says what to do', () => {
    const ran = holdfast(['sovereignty'], { cwd: temporaryFolder() })
    assert.equal(ran.status, 2)
    assert.match(ran.stderr, /HF_CONFIG_MISSING/)
  })
})
