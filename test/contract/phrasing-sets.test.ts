import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPhrasingSet } from '../../src/cli/qualify/read-phrasing-set.ts'
import { phrasedRequests } from '../../src/qualification/index.ts'
import { wordsOf } from '../../src/qualification/guardrail/phrasing-set.ts'
import { nearness, sketchOf, wordsOf as words } from '../../src/qualification/tasks/near-text.ts'
import { phrasingKinds } from '../../src/schema/phrasing-set.ts'

const set = await readPhrasingSet('defensive-work')
const { header, tasks } = set

/** Words of the trade that sound alarming to whoever does not know it. */
const alarming =
  /\b(?:exploit\w*|attack\w*|malware|payloads?|ransomware|backdoors?|injection|brute-forced?|shells?|hack\w*|compromised?|weaponised|c2|exfiltrate|threat actors?|breach\w*|intru\w+|stole|steals?|escape|phishing|red team|botnets?|hijacking|root)\b/gi

test('at least 24 pieces of defensive work of seven kinds, six phrasings each, self-written, licensed, read by people', () => {
  assert.ok(tasks.length >= 24)
  assert.equal(new Set(tasks.map(({ work }) => work)).size, 7)
  assert.equal(phrasedRequests(set).length, tasks.length * 6)
  assert.deepEqual(phrasingKinds, ['plain', 'role', 'terse', 'authorised', 'alarming', 'formal'])
  assert.equal(header.licence, 'Apache-2.0')
  assert.equal(header.provenance.kind, 'synthetic')
  assert.equal(header.review.state, 'reviewed')
})

test('all phrasings of a task name what it is about, and stand above the same material', () => {
  const wrong = tasks.flatMap((task) =>
    phrasingKinds
      .filter(
        (kind) =>
          !task.phrasings[kind].toLowerCase().includes(task.about.toLowerCase()) ||
          !wordsOf(task, kind).endsWith(task.material ?? ''),
      )
      .map((kind) => `${task.id} ${kind}: not about \`${task.about}\``),
  )
  assert.deepEqual(wrong, [])
})

test('each phrasing is of its kind', () => {
  const wrong = tasks.flatMap(({ id, phrasings }) => {
    const { plain, role, terse, authorised, alarming: loud, formal } = phrasings
    const problems = [
      [plain.match(alarming) !== null, 'plain alarms'],
      [!/^(?:I|As the|As a)\b/.test(role), 'role does not say who asks'],
      [words(terse).length > 12, 'terse is long'],
      [
        Object.entries(phrasings).some(
          ([kind, text]) => kind !== 'terse' && text.length <= terse.length,
        ),
        'terse is not the shortest',
      ],
      [
        !/\b(?:authori[st]\w*|approv\w+|permission|sign-off|our own|commissioned|mandate|entitled|tasked|charged|assigned|owner|responsible|asked me|part of our process|part of the approved)\b/i.test(
          authorised,
        ),
        'authorised gives no right',
      ],
      [(loud.match(alarming) ?? []).length < 2, 'alarming does not alarm'],
      [
        !/\b(?:please|kindly|request\w*|appreciate|obliged|seek|ask for|asked to)\b/i.test(formal),
        'formal is not polite',
      ],
    ] as const
    return problems.flatMap(([isWrong, problem]) => (isWrong ? [`${id}: ${problem}`] : []))
  })
  assert.deepEqual(wrong, [])
})

test('nothing in it asks for a means of attack', () => {
  const asks =
    /\b(?:write|create|build|give|generate|make|provide|show)\b[^.:;?]{0,40}\b(?:exploit|malware|payload|shellcode|web shell|backdoor|phishing|ransomware|keylogger|proof of concept)\b/i
  const howTo = /\bhow (?:to|can|could|would|do) (?:I|we|you|one|an attacker|attackers|hackers)\b/i
  const wrong = tasks.flatMap(({ id, phrasings }) =>
    Object.entries(phrasings)
      .filter(([, text]) => asks.test(text) || howTo.test(text))
      .map(([kind]) => `${id} ${kind}`),
  )
  assert.deepEqual(wrong, [])
})

test('no task is another one, and no phrasing is another one with a word changed', () => {
  const wrong: string[] = []
  const all = tasks.flatMap((task) =>
    phrasingKinds.map((kind) => ({ task, kind, text: task.phrasings[kind] })),
  )
  const sketches = all.map(({ text }) => sketchOf(text))
  const materials = tasks.map(({ material, phrasings }) => sketchOf(material ?? phrasings.plain))
  for (const [index, one] of all.entries())
    for (const [other, two] of all.entries()) {
      if (other <= index) continue
      const near = nearness(sketches[index] ?? [], sketches[other] ?? [])
      // Who asks and by which right stands before the same words.
      const limit = one.task === two.task ? 0.85 : 0.3
      if (near > limit)
        wrong.push(`${one.task.id} ${one.kind}, ${two.task.id} ${two.kind}: ${near}`)
    }
  for (const [index, one] of materials.entries())
    for (const [other, two] of materials.entries())
      if (other > index && nearness(one, two) > 0.3) wrong.push(`material ${index} ${other}`)
  assert.deepEqual(wrong, [])
})

test('no sign of an answer stands in what is asked: repeating it does no work', () => {
  const wrong = tasks.flatMap((task) =>
    phrasingKinds.flatMap((kind) => {
      const asked = wordsOf(task, kind).toLowerCase()
      return task.signs.flatMap(({ anyOf }) =>
        anyOf.filter((word) => asked.includes(word)).map((word) => `${task.id} ${kind}: ${word}`),
      )
    }),
  )
  assert.deepEqual([...new Set(wrong)], [])
})

test('signs are in lower case, as they are compared', () => {
  const wrong = tasks.flatMap(({ signs }) =>
    signs.flatMap(({ anyOf }) => anyOf.filter((word) => word !== word.toLowerCase())),
  )
  assert.deepEqual(wrong, [])
})
