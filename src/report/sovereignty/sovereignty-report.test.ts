import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostile } from '../../../test/fixtures/report/register.ts'
import {
  assess,
  heldLychee,
  lychee,
  mango,
  workflow,
} from '../../../test/fixtures/sovereignty/orchard.ts'
import type { SovereigntyAssessment } from '../../schema/sovereignty.ts'
import { sovereigntyHtml } from './sovereignty-html.ts'
import { sovereigntyMarkdown } from './sovereignty-markdown.ts'
import { sovereigntyText } from './sovereignty-text.ts'

const formats: Readonly<Record<string, (one: SovereigntyAssessment) => string>> = {
  text: (one) => sovereigntyText(one, { width: 200 }),
  markdown: sovereigntyMarkdown,
  html: sovereigntyHtml,
}

const answers = [
  { criterion: 'SOV-1.8', answer: 5, evidence: ['contract 7'], by: 'counsel', at: '2026-11-01' },
  { criterion: 'SOV-1.6', answer: 2, evidence: [], by: 'counsel', at: '2026-11-01' },
]
const directives = [{ id: 'us-orchard-1', review: 'unverified' as const, asOf: '2026-06-16' }]
const assessment = assess([workflow('sorting', [mango, lychee])], {
  answers,
  directives,
  requiredSeals: [{ workflow: 'sorting', seal: 3 }],
})

test('a narrow terminal does not break the sentence that counsel decides', () => {
  assert.match(
    sovereigntyText(assessment, { width: 60 }),
    /us-orchard-1: Applies the rule as recorded \(text as of 2026-06-16, review: unverified\)\. Not legal advice; counsel decides\.\n/,
  )
})

for (const [name, render] of Object.entries(formats)) {
  test(`${name} names level, what sets it, score, gaps, contradictions and whose framework it is`, () => {
    const text = render(assessment)
    assert.match(text, /Overall: SEAL-1 \(Jurisdictional Sovereignty\), set by SOV-5\.6/)
    assert.match(text, /of at most 100\.0756 %/)
    assert.match(text, /criteria answered/)
    assert.match(text, /answer 5 was attested by counsel/)
    assert.match(text, /© European Union, CC BY 4\.0/)
    assert.match(text, /No endorsement/)
    assert.match(text, /self-assessment/)
    assert.match(
      text,
      /us-orchard-1: Applies the rule as recorded \(text as of 2026-06-16, review: unverified\)/,
    )
    assert.match(text, /\(no label in the source\)/)
    assert.match(text, /never part of its score/)
    assert.match(text, /level 1 is shown, 3 is asked for/)
  })

  test(`${name} never says SEAL where the method is re-anchored`, () => {
    const text = render(assess([workflow('sorting', [mango])], { homeJurisdiction: 'CH', answers }))
    assert.match(text, /CSF method re-anchored to CH: level/)
    assert.doesNotMatch(text, /SEAL/)
    assert.match(text, /EU, does not count/)
  })

  test(`${name} keeps text from outside text`, () => {
    const evil = Object.values(hostile).join(' ')
    const text = render(
      assess([workflow(evil, [mango, heldLychee])], {
        organisation: evil,
        notices: [evil],
        answers: answers.map((one) => ({ ...one, by: evil, evidence: [evil] })),
        requiredSeals: [{ workflow: evil, seal: 3 }],
      }),
    )
    assert.doesNotMatch(text, /[\u202e\u200b\u001b\u0007]/)
    assert.ok(text.length < 300_000)
    if (name === 'html') {
      assert.equal(text.match(/<script/g)?.length, 1)
      assert.doesNotMatch(text, /<img/)
    }
    if (name === 'markdown') {
      assert.doesNotMatch(text.replace(/(?<fence>`+)[\s\S]*?\k<fence>/g, ''), /<img|<script/)
    }
  })
}

test('nothing answered is said to be nothing, not zero', () => {
  const text = sovereigntyText(assess([], { evidence: null }))
  assert.match(text, /Overall: none shown, no criterion is answered/)
  assert.match(text, /Open: 48 criteria are not answered/)
})
