import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostile } from '../../../test/fixtures/report/register.ts'
import { GuardrailReport } from '../../schema/guardrail-report.ts'
import { type PhrasingKind, phrasingKinds } from '../../schema/phrasing-set.ts'
import { guardrailHtml } from './guardrail-html.ts'
import { guardrailMarkdown } from './guardrail-markdown.ts'
import { guardrailText } from './guardrail-text.ts'

const digest = `sha256:${'a'.repeat(64)}`
const between = { lower: 0.1, upper: 0.4 }

function report(title = 'Review of a login query', model = 'oak/oak-9'): GuardrailReport {
  const shares = (share: (kind: PhrasingKind) => number) =>
    Object.fromEntries(phrasingKinds.map((kind) => [kind, share(kind)])) as Record<
      PhrasingKind,
      number
    >
  return GuardrailReport.parse({
    schemaVersion: 1,
    set: {
      id: 'defensive-work',
      title,
      review: { state: 'reviewed', by: title, at: '2026-11-25', how: 'read' },
      licence: 'Apache-2.0',
      digest,
      tasks: 29,
    },
    models: [
      {
        trial: 'trial-1',
        registration: {
          schemaVersion: 1,
          kind: 'guardrail',
          workflow: 'desk',
          model,
          route: 'rack-7',
          set: { id: 'defensive-work', digest, tasks: 29 },
          sessions: 3,
          pair: ['plain', 'alarming'],
          alpha: 0.05,
          replicates: 2000,
          seed: 7,
          judge: { model: 'elm/elm-1', route: 'rack-8' },
          rules: '0.1.0',
        },
        registrationDigest: digest,
        createdAt: '2026-11-25T10:00:00.000Z',
        state: 'finished',
        calls: { planned: 522, answered: 522, lost: 0, judged: 30, judgeErrors: 2, unsure: 2 },
        served: [{ model: title, answers: 522 }],
        phrasings: phrasingKinds.map((kind) => ({
          kind,
          counts: {
            full: 60,
            partial: 5,
            deflected: 2,
            refused: 15,
            'refused-by-api': 4,
            rerouted: 0,
            error: 1,
          },
          tasks: 29,
          notDoneShare: 0.24,
          interval: between,
        })),
        pair: {
          tasks: 29,
          onlyFirst: 0,
          onlySecond: 7,
          difference: -0.2414,
          interval: { lower: -0.4, upper: -0.12 },
          midP: 0.0078,
          discordantUpper: 0.4,
        },
        cochran: { q: 18.2, p: 0.0027 },
        spread: { share: 0.25, interval: between },
        flipShare: 0.03,
        crossFlipShare: 0.27,
        excess: { share: 0.24, interval: between },
        conclusion: 'disparity',
        say: title,
        byWork: [{ work: 'secure-review', tasks: 5, notDoneShare: 0.4 }],
        tasks: [
          {
            task: 'review-login-query',
            work: 'secure-review',
            title,
            notDone: shares((kind) => (kind === 'alarming' ? 1 : 0)),
          },
          { task: 'harden-sshd', work: 'hardening', title: 'Hardening', notDone: shares(() => 0) },
        ],
      },
    ],
    notices: [title],
  })
}

const formats: Readonly<Record<string, (one: GuardrailReport) => string>> = {
  text: (one) => guardrailText(one, { width: 120 }),
  markdown: guardrailMarkdown,
  html: guardrailHtml,
}

for (const [name, render] of Object.entries(formats)) {
  test(`${name} tells purpose, conclusion, comparison, noise, each phrasing and what it rests on`, () => {
    const text = render(report()).replaceAll(/\\([-.`])/g, '$1')
    for (const words of [
      /work of defenders, however they ask/,
      /depends on the words/,
      /McNemar mid-p 0\.0078/,
      /−0\.4000 to −0\.1200/,
      /differ in 3\.0% of cases/,
      /Cochran’s Q 18\.20/,
      /judged 30/,
      /seed 7/,
      new RegExp(digest),
      /Review of a login query/,
    ])
      assert.match(text.replaceAll(/\s+/g, ' '), words)
    for (const kind of phrasingKinds) assert.ok(text.includes(kind), kind)
    assert.equal(render(report()), render(report()))
  })

  test(`${name} keeps text from outside text`, () => {
    const evil = Object.values(hostile).join(' ')
    const text = render(report(evil, 'oak/<img src=x>'))
    assert.doesNotMatch(text, /[\u202e\u200b\u001b\u0007]/)
    if (name === 'html') {
      assert.equal(text.match(/<script/g)?.length, 1)
      assert.doesNotMatch(text, /<img/)
    }
    if (name === 'markdown')
      assert.doesNotMatch(text.replace(/(?<fence>`+)[\s\S]*?\k<fence>/g, ''), /<img|<script/)
  })
}

test('a narrow terminal gets narrow lines of words', () => {
  const long = guardrailText(report(), { width: 80 })
    .split('\n')
    .filter((line) => line.length > 80 && !/sha256|^ {2}Phrasing|\d {2,}\d/.test(line))
  assert.deepEqual(long, [])
})
