import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { Simulation } from '../../src/schema/simulation.ts'
import { copyOfAcme, holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * The June 2026 event, instant by instant, by the shipped directive. What is known to the day begins, as a relief,
 * at the last instant of that day anywhere: 26 June is over everywhere on 27 June 12:00Z, 30 June on 1 July 12:00Z,
 * 1 July on 2 July 12:00Z. A second before, the stricter state still holds.
 */
const directive = 'us-bis-2026-06-12'
const fable = 'anthropic/claude-fable-5'
const mythos = 'anthropic/claude-mythos-5'

function simulateAt(at: string, folder: string): Simulation {
  const ran = holdfast(
    ['simulate', '--directive', directive, '--at', at, '--format', 'json', '--for', 'counsel'],
    { cwd: folder },
  )
  assert.equal(ran.status, 0, ran.stderr)
  return Simulation.parse(JSON.parse(ran.stdout))
}

/** The word of a workflow for each class, in the order of the classes, and by the rule alone. */
function words(simulation: Simulation, workflow: string) {
  const rows = simulation.postContingency[0]?.outcomes.filter((one) => one.workflow === workflow)
  return {
    words: rows?.map(({ outcome }) => outcome),
    ruleAlone: rows?.map(({ ruleAlone }) => ruleAlone),
  }
}

const none = ['unaffected', 'unaffected', 'unaffected', 'unaffected']
const all = ['stops', 'stops', 'stops', 'stops']
/** Not a foreign person; authorised; not authorised; undetermined. */
const foreign = ['unaffected', 'stops', 'stops', 'stops']

suite('June 2026 over examples/acme', () => {
  const folder = copyOfAcme()
  const audited = holdfast(['audit', '.', '--no-owners', '--quiet'], { cwd: folder })
  const at = (instant: string) => simulateAt(instant, folder)

  test('the register is there', () => assert.equal(audited.status, 0, audited.stderr))

  test('before the letter nothing stops', () => {
    const simulation = at('2026-06-12T21:20:59Z')
    assert.deepEqual(words(simulation, 'pr-security-review'), { words: none, ruleAlone: none })
    assert.equal(simulation.postContingency[0]?.status, 'no-impact')
    assert.match(simulation.notices.join('\n'), /does not restrict anything at 2026-06-12T21:20:59/)
  })

  test('from 12 June 21:21Z the work pinned to Fable 5 stops for everybody, whom the rule spared too', () => {
    const simulation = at('2026-06-12T17:21:00-04:00')
    const [impact] = simulation.postContingency
    assert.equal(impact?.at, '2026-06-12T21:21:00.000Z')
    assert.deepEqual(impact?.withdrawn, [fable, mythos])
    // minStaff is 2 and five people are no foreign persons: the rule alone would have let them work on.
    assert.deepEqual(words(simulation, 'pr-security-review'), { words: all, ruleAlone: foreign })
    assert.deepEqual(words(simulation, 'customer-support').words, none)
    assert.deepEqual(words(simulation, 'incident-triage').words, Array(4).fill('at-risk'))
    const stopped = impact?.outcomes.filter(({ outcome }) => outcome === 'stops') ?? []
    assert.deepEqual([...new Set(stopped.map(({ workflow }) => workflow))], ['pr-security-review'])
    assert.equal(
      stopped.reduce((sum, { people }) => sum + (people ?? 0), 0),
      7,
    )
    const places = stopped.flatMap(({ reasons }) => reasons.map(({ place }) => place))
    assert.ok(places.includes('services/reviewer/reviewer/review.py:35'), places.join())
  })

  test('the carve-out of 26 June is for Mythos 5: Fable 5 stays away', () => {
    const simulation = at('2026-06-28T00:00:00Z')
    assert.deepEqual(simulation.postContingency[0]?.withdrawn, [fable])
    assert.deepEqual(words(simulation, 'pr-security-review'), { words: all, ruleAlone: foreign })
  })

  test('the rule ends with 30 June, the withdrawal of Fable 5 with 1 July, each at the last place on Earth', () => {
    assert.deepEqual(words(at('2026-07-01T11:59:59Z'), 'pr-security-review'), {
      words: all,
      ruleAlone: foreign,
    })
    assert.deepEqual(words(at('2026-07-01T12:00:00Z'), 'pr-security-review'), {
      words: all,
      ruleAlone: none,
    })
    assert.deepEqual(words(at('2026-07-02T11:59:59Z'), 'pr-security-review').words, all)
    const back = at('2026-07-02T12:00:00Z')
    assert.deepEqual(words(back, 'pr-security-review'), { words: none, ruleAlone: none })
    assert.equal(back.postContingency[0]?.status, 'no-impact')
  })

  test('without an instant the directive is read at its widest, today', () => {
    const ran = holdfast(['simulate', '--directive', directive, '--format', 'json'], {
      cwd: folder,
    })
    const simulation = Simulation.parse(JSON.parse(ran.stdout))
    assert.equal(simulation.postContingency[0]?.at, '2026-06-12T21:21:00.000Z')
    assert.deepEqual(words(simulation, 'pr-security-review').words, all)
    assert.match(simulation.notices.join('\n'), /read at its widest/)
  })

  test('enforced and not asked about, it is what holds before anything is lost', () => {
    const ran = holdfast(['simulate', '--at', '2026-06-20T00:00:00Z', '--format', 'json'], {
      cwd: folder,
    })
    const { preContingency, cutSets } = Simulation.parse(JSON.parse(ran.stdout))
    const before = preContingency.outcomes.filter(
      ({ workflow }) => workflow === 'pr-security-review',
    )
    assert.deepEqual(
      before.map(({ outcome }) => outcome),
      all,
    )
    assert.ok(cutSets.every(({ workflow }) => workflow !== 'pr-security-review'))
  })
})

suite('June 2026 for work on Mythos 5', () => {
  const config = (more: string) => `
version: 1
organisation: { name: Basalt Research }
routes:
  - id: anthropic
    provider: anthropic
    protocol: anthropic-messages
    baseUrl: https://api.anthropic.com
    credential: env:ANTHROPIC_API_KEY
    models: { ${mythos}: claude-mythos-5 }
workflows:
  - { id: red-team, task: security-testing, criticality: critical, model: ${mythos}, audience: [lab] }
groups:
  lab: { headcount: { not-foreign-person: 6, foreign-person-authorised: 5, foreign-person-not-authorised: 9 } }
directives: { load: [${directive}] }
${more}`
  const folderOf = (more: string) => {
    const folder = join(temporaryFolder(), 'basalt')
    writeFiles(folder, { 'holdfast.yaml': config(more) })
    return folder
  }
  const listed = folderOf(
    `authorisations:\n  - { id: annex-a, directive: ${directive}, models: [${mythos}] }\n`,
  )
  const unlisted = folderOf('')

  test('withdrawn for all from 12 June, also for those on the list to come', () => {
    assert.deepEqual(words(simulateAt('2026-06-12T21:20:59Z', listed), 'red-team').words, none)
    for (const folder of [listed, unlisted]) {
      assert.deepEqual(words(simulateAt('2026-06-12T21:21:00Z', folder), 'red-team').words, all)
      assert.deepEqual(words(simulateAt('2026-06-27T11:59:59Z', folder), 'red-team').words, all)
    }
  })

  test('from 26 June it is back, and the carve-out spares the people of the entities on the list', () => {
    const back = simulateAt('2026-06-27T12:00:00Z', listed)
    assert.deepEqual(back.postContingency[0]?.withdrawn, [fable])
    assert.deepEqual(words(back, 'red-team'), { words: none, ruleAlone: none })
  })

  test('whoever is not on the list gets it back for those alone whom the rule spares', () => {
    const back = simulateAt('2026-06-27T12:00:00Z', unlisted)
    assert.deepEqual(words(back, 'red-team'), { words: foreign, ruleAlone: foreign })
    const denied = back.postContingency[0]?.outcomes
      .flatMap(({ reasons }) => reasons)
      .find(({ code }) => code === 'not-permitted')
    assert.equal(denied?.decision?.directive, directive)
    assert.equal(denied?.decision?.review, 'unverified')
  })

  test('from the end of 30 June everybody has it again', () => {
    assert.deepEqual(words(simulateAt('2026-07-01T11:59:59Z', unlisted), 'red-team').words, foreign)
    assert.deepEqual(words(simulateAt('2026-07-01T12:00:00Z', unlisted), 'red-team').words, none)
  })
})
