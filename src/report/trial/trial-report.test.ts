import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertGolden } from '../../../test/fixtures/report/golden.ts'
import {
  allReports,
  hostileReport,
  inconclusiveReport,
  invalidReport,
  notQualifiedReport,
  qualifiedReport,
  sequentialReport,
  unfinishedReport,
} from '../../../test/fixtures/report/trials.ts'
import { TrialReport } from '../../schema/trial-report.ts'
import { comparisonHtml } from './comparison-html.ts'
import { comparisonMarkdown } from './comparison-markdown.ts'
import { comparisonText } from './comparison-text.ts'
import { trialHtml } from './trial-html.ts'
import { comparisonJson, trialJson } from './trial-json.ts'
import { trialMarkdown } from './trial-markdown.ts'
import { trialText } from './trial-text.ts'

/** The text of a page as a reader sees it. */
function wordsOf(html: string): string {
  return html
    .replace(/<(?:style|script)[^>]*>[\s\S]*?<\/(?:style|script)>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
}

const formats: Readonly<Record<string, (report: TrialReport) => string>> = {
  text: (report) => trialText(report, { width: 200 }),
  markdown: (report) => trialMarkdown(report).replaceAll('\\', ''),
  html: (report) => wordsOf(trialHtml(report)),
}

test('each verdict comes of the function that decides trials', () => {
  const verdicts = Object.fromEntries(
    Object.entries(allReports).map(([name, { result }]) => [name, result.verdict]),
  )
  assert.deepEqual(verdicts, {
    qualified: 'QUALIFIED',
    notQualified: 'NOT_QUALIFIED',
    inconclusive: 'INCONCLUSIVE',
    invalid: 'INVALID',
    expired: 'EXPIRED',
    sequential: 'QUALIFIED',
    unfinished: 'INCONCLUSIVE',
    graded: 'QUALIFIED',
  })
})

test('a terminal gets the verdict with its figures', () => {
  assertGolden('trial.txt', trialText(inconclusiveReport, { width: 110 }))
})

test('a pull request gets the verdict with its figures', () => {
  assertGolden('trial.md', trialMarkdown(sequentialReport))
})

test('the comparison of trials is told at a terminal', () => {
  assertGolden('trials.txt', comparisonText(Object.values(allReports), { width: 110 }))
})

for (const [name, render] of Object.entries(formats)) {
  test(`${name} tells verdict, reasons, gates, controls, costs and what to do next`, () => {
    for (const report of Object.values(allReports)) {
      const told = render(report)
      const { result } = report
      assert.ok(told.includes(result.verdict), result.verdict)
      for (const { say } of result.controls) assert.ok(told.includes(say), say)
      if (result.verdict !== 'QUALIFIED')
        for (const { say } of result.reasons) assert.ok(told.includes(say), say)
      assert.match(told, /price list of the orchard/)
      assert.match(told, /260 tasks: captured traffic/)
      assert.match(told, /40 tasks: synthetic, by robin/)
      assert.match(told, /seed 1/)
      assert.match(told, /What to do next/)
    }
  })

  test(`${name} says of an invalid trial that its figures show nothing, and of lost calls how many`, () => {
    const told = render(invalidReport)
    assert.match(told, /the figures are for repairing it, and show nothing of the candidate/)
    assert.match(told, /3 calls were lost when a process ended/)
    assert.match(told, /2 lost calls were asked again, perhaps paid twice/)
    assert.match(told, /of good ones it passes 52 of 60/)
    assert.doesNotMatch(render(qualifiedReport), /show nothing of the candidate/)
  })

  test(`${name} shows nothing of a fixed-n trial before its last task`, () => {
    const told = render(unfinishedReport)
    assert.match(told, /80 of 300 tasks are still to be asked/)
    assert.match(told, /not tested/)
    assert.match(told, /`?holdfast qualify run`? goes on/)
    assert.doesNotMatch(told, /Intervals are two-sided/)
  })

  test(`${name} tells evidence and Holm of an e-process in a plan, and how many tasks are needed`, () => {
    const told = render(sequentialReport)
    assert.match(told, /E = 225; 20\.0 is needed/)
    assert.match(told, /One of 3 trials of a plan: after Holm its p is 0\.0310/)
    assert.match(told, /at all looks together/)
    assert.match(render(inconclusiveReport), /a new trial with about 868 tasks/)
  })

  test(`${name} says what a verdict has become since`, () => {
    const standing = {
      at: '2026-12-26T00:00:00.000Z',
      verdict: 'EXPIRED',
      invalidatedBy: 'model-snapshot-changed',
    } as const
    const told = {
      text: trialText(qualifiedReport, { standing, width: 200 }),
      markdown: trialMarkdown(qualifiedReport, { standing }).replaceAll('\\', ''),
      html: wordsOf(trialHtml(qualifiedReport, { standing })),
    }[name]
    assert.match(
      told ?? '',
      /It was QUALIFIED and counts as EXPIRED now, as of 2026-12-26 00:00Z: model snapshot changed/,
    )
    assert.doesNotMatch(render(qualifiedReport), /counts as/)
  })
}

test('every gate with a figure is drawn, and the picture says in words what it shows', () => {
  const html = trialHtml(notQualifiedReport)
  const pictures = html.match(/<svg class="interval"[^>]*aria-label="[^"]+"/g) ?? []
  assert.equal(pictures.length, notQualifiedReport.result.gates.length)
  assert.match(pictures[0] ?? '', /−0\.1300 \(−0\.1660 to −0\.1000\), failed\. margin −0\.0500/)
  assert.match(wordsOf(html), /On 40 tasks the incumbent did better, on 1 task the candidate/)
})

test('the same report gives the same bytes, and JSON gives it back', () => {
  for (const report of Object.values(allReports)) {
    const copy = structuredClone(report)
    assert.equal(trialHtml(report), trialHtml(copy))
    assert.equal(trialText(report), trialText(copy))
    assert.equal(trialMarkdown(report), trialMarkdown(copy))
    assert.equal(trialJson(TrialReport.parse(JSON.parse(trialJson(report)))), trialJson(report))
  }
  const both: unknown = JSON.parse(comparisonJson([qualifiedReport, invalidReport]))
  const wanted = [trialJson(qualifiedReport), trialJson(invalidReport)].map((one): unknown =>
    JSON.parse(one),
  )
  assert.deepEqual(both, { schemaVersion: 1, trials: wanted })
})

test('no line is wider than a narrow terminal, but for what a table must hold', () => {
  const lines = trialText(qualifiedReport, { width: 60 }).split('\n')
  const prose = lines.filter((line) => !/ {2}\S.* {2}/.test(line.trimStart()))
  for (const line of prose) assert.ok(line.length <= 60, line)
})

test('text from outside stays text in every format', () => {
  const report = hostileReport()
  for (const html of [trialHtml(report), comparisonHtml([report, qualifiedReport])]) {
    assert.equal(html.match(/<script/g)?.length, 1)
    assert.equal(html.match(/<img/g), null)
    assert.doesNotMatch(html, /[\u202e\u200b\u001b\u0007]/)
    assert.match(html, /&lt;U\+202E&gt;/)
    assert.ok(html.length < 1_500_000, String(html.length))
  }
  for (const markdown of [trialMarkdown(report), comparisonMarkdown([report])]) {
    const outsideCode = markdown.replace(/(?<fence>`+)[\s\S]*?\k<fence>/g, '')
    assert.doesNotMatch(outsideCode, /<img|<script|@acme/)
    assert.doesNotMatch(markdown, /[\u202e\u200b\u001b\u0007]/)
    assert.ok(markdown.length <= 60_002, String(markdown.length))
  }
  for (const text of [trialText(report), comparisonText([report])]) {
    assert.doesNotMatch(text, /[\u202e\u200b\u001b\u0007]/)
    assert.ok(text.length < 40_000, String(text.length))
  }
})

test('answers keep their lines, in HTML and in Markdown', () => {
  assert.match(trialHtml(qualifiedReport), /--- a\/src\/pick\.py\n\+\+\+ b\/src\/pick\.py\n@@/)
  assert.match(trialMarkdown(qualifiedReport), /--- a\/src\/pick\.py\n\+\+\+ b\/src\/pick\.py\n@@/)
})

test('trials beside each other: the qualified first, the invalid last, and what makes them unlike', () => {
  const other = {
    ...invalidReport,
    registration: {
      ...invalidReport.registration,
      digests: { ...invalidReport.registration.digests, tasks: `sha256:${'c'.repeat(64)}` },
    },
  }
  const text = comparisonText([other, notQualifiedReport, qualifiedReport], { width: 120 })
  const places = ['\nQUALIFIED', '\nNOT_QUALIFIED', '\nINVALID'].map((word) => text.indexOf(word))
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
  assert.match(text, /These trials were made on different tasks/)
  assert.match(text, /3 trials of these stand alone/)
  const html = comparisonHtml([other, notQualifiedReport, qualifiedReport])
  const [quality = ''] = /<svg class="interval"[\s\S]*?<\/svg>/.exec(html) ?? []
  assert.equal(quality.match(/<circle/g)?.length, 2, 'the invalid trial is not drawn')
  assert.doesNotMatch(comparisonText([qualifiedReport]), /These trials were made/)
})

test('a verdict that has ended since qualifies nobody beside others, and says why', () => {
  const standings = new Map([
    [
      qualifiedReport.trial,
      {
        at: '2026-12-01T10:00:00.000Z',
        verdict: 'EXPIRED' as const,
        invalidatedBy: 'prompt-changed',
      },
    ],
  ])
  const reports = [notQualifiedReport, qualifiedReport]
  const why = /It was QUALIFIED and counts as EXPIRED now, as of [^:]+10:00[^:]*: prompt changed/
  const told = [
    comparisonText(reports, { width: 200, standings }),
    comparisonMarkdown(reports, standings).replaceAll('\\', ''),
    wordsOf(comparisonHtml(reports, standings)),
  ]
  for (const text of told) {
    assert.match(text, why)
    assert.match(text, /nothing is qualified, in 2 trials/)
    assert.match(text, /EXPIRED/)
  }
  assert.match(told[0] ?? '', /\nNOT_QUALIFIED[\s\S]*\nEXPIRED/)
  const json = JSON.parse(comparisonJson(reports, standings)) as { standings: unknown }
  assert.deepEqual(json.standings, [
    { trial: qualifiedReport.trial, ...standings.get(qualifiedReport.trial) },
  ])
  assert.match(comparisonText(reports), /: qualified, in 2 trials/)
})

test('nothing to compare is said', () => {
  assert.match(comparisonText([]), /No trial is there to compare/)
  assert.match(comparisonMarkdown([]), /No trial is there to compare/)
  assert.match(wordsOf(comparisonHtml([])), /No trial is there to compare/)
})
