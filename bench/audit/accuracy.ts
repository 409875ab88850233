import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { accuracyPage } from './accuracy-page.ts'
import { type Case, Expected, type Half, halfOf, loadCases } from './cases.ts'
import { findingsOf, type Match, match } from './matching.ts'
import { createAuditor } from './run-audit.ts'
import { type Figures, figuresOf, scoreOf } from './score.ts'

/**
 * How much of what stands in labelled trees the audit finds, and how much of what it finds stands there.
 *
 *   npm run bench:audit-accuracy [-- --misses[=all]] [--only=PREFIX]
 *
 * `--misses` lists what was missed and what was wrong in the half `tune`; `--misses=all` also in `held-out`, which
 * nobody should look at while improving rules. `--only` runs the cases whose id begins so, and publishes nothing.
 */

const here = path.dirname(fileURLToPath(import.meta.url))
const repository = path.dirname(path.dirname(here))
const aims = { recall: 0.95, precision: 0.9 }

interface Judged {
  readonly one: Case
  readonly half: Half
  readonly match: Match
}

async function main(words: readonly string[]): Promise<void> {
  const only = words.find((word) => word.startsWith('--only='))?.slice('--only='.length)
  const misses = words.find((word) => word === '--misses' || word.startsWith('--misses='))
  const cases = loadCases(path.join(here, 'cases')).filter(
    (one) => only === undefined || one.id.startsWith(only),
  )
  const runAudit = await createAuditor()
  const judged: Judged[] = []
  for (const one of cases) {
    const register = await runAudit({ files: one.files, config: one.config })
    judged.push({
      one,
      half: halfOf(one.id),
      match: match(findingsOf(register), one.labels, one.forbidden),
    })
  }

  const classes = [...new Set(judged.map(({ one }) => one.class))].toSorted()
  const byClass = Object.fromEntries(
    classes.map((name) => [name, figuresFor(judged, ({ one }) => one.class === name)]),
  )
  const figures = {
    all: figuresFor(judged, () => true),
    tune: figuresFor(judged, ({ half }) => half === 'tune'),
    heldOut: figuresFor(judged, ({ half }) => half === 'held-out'),
    ...byClass,
  }
  const met = classes.every((name) => isMet(byClass[name]))

  if (misses !== undefined)
    printMisses(judged.filter(({ half }) => misses === '--misses=all' || half === 'tune'))
  if (only === undefined) {
    const acme = await judgeExample(runAudit)
    publish(judged, classes, acme)
  }
  process.stdout.write(
    `${JSON.stringify({ bench: 'audit-accuracy', figures: rounded(figures), aims, met })}\n`,
  )
}

function figuresFor(judged: readonly Judged[], filter: (one: Judged) => boolean): Figures {
  return figuresOf(scoreOf(judged.filter(filter).map((one) => one.match)))
}

function isMet(figures: Figures | undefined): boolean {
  return (figures?.recall ?? 0) >= aims.recall && (figures?.precision ?? 1) >= aims.precision
}

/** examples/acme is a tree of many languages with a configuration: judged beside the cases, never counted with them. */
async function judgeExample(runAudit: Awaited<ReturnType<typeof createAuditor>>): Promise<Match> {
  const root = path.join(repository, 'examples/acme')
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((name) => name !== 'holdfast.yaml' && !name.startsWith('.holdfast/'))
  const files = Object.fromEntries(
    names.toSorted().map((name) => [name, readFileSync(path.join(root, name), 'utf8')]),
  )
  const expected = Expected.parse(
    parse(readFileSync(path.join(import.meta.dirname, 'acme-expected.yaml'), 'utf8')),
  )
  const register = await runAudit({
    files,
    config: readFileSync(path.join(root, 'holdfast.yaml'), 'utf8'),
  })
  return match(findingsOf(register), expected.labels, expected.forbidden)
}

function publish(judged: readonly Judged[], classes: readonly string[], acme: Match): void {
  const day = new Date().toISOString().slice(0, 10)
  const score = (filter: (one: Judged) => boolean) =>
    scoreOf(judged.filter(filter).map((one) => one.match))
  const page = accuracyPage({
    day,
    aims,
    classes: classes.map((name) => ({ name, score: score(({ one }) => one.class === name) })),
    halves: (['tune', 'held-out'] as const).map((name) => ({
      name,
      score: score(({ half }) => half === name),
    })),
    all: score(() => true),
    example: scoreOf([acme]),
  })
  writeFileSync(path.join(repository, 'docs/reference/audit-accuracy.md'), page)
  const raw = judged.map(({ one, half, match: { labels, findings } }) => ({
    id: one.id,
    class: one.class,
    half,
    labels: labels.length,
    located: labels.filter((label) => label.located).length,
    recalled: labels.filter((label) => label.recalled).length,
    findings: findings.length,
    rightFindings: findings.filter((finding) => finding.wrong === null).length,
  }))
  mkdirSync(path.join(here, 'results'), { recursive: true })
  const target = path.join(here, 'results', `${day}-accuracy.json`)
  writeFileSync(
    target,
    `{"day":"${day}","cases":[\n${raw.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`,
  )
}

function printMisses(judged: readonly Judged[]): void {
  for (const { one, match: result } of judged) {
    const lines: string[] = []
    for (const {
      label,
      located,
      recalled,
      role,
      context,
      resolution,
      provider,
      fallback,
      best,
    } of result.labels) {
      const place = `${label.path}:${label.line ?? label.lines?.join('/')}`
      const wanted = `${label.model ?? 'no model'} ${[label.role].flat().join('|')}`
      if (!recalled)
        lines.push(`missed    ${place} ${wanted}${located ? ' (another model found there)' : ''}`)
      if (best === null) continue
      if (role === false) lines.push(`role      ${place} ${wanted}, found ${best.role}`)
      if (context === false)
        lines.push(`context   ${place} ${String(label.context)}, found ${best.context}`)
      if (resolution === false)
        lines.push(`resolution ${place} ${label.resolution}, found ${best.resolution}`)
      if (provider === false)
        lines.push(`provider  ${place} ${label.provider}, found ${best.provider}`)
      if (fallback === false)
        lines.push(`fallback  ${place} ${label.fallback?.model} ${label.fallback?.grade ?? ''}`)
    }
    for (const { finding, wrong } of result.findings) {
      if (wrong === null) continue
      const what = `${finding.model ?? 'no model'} (\`${finding.modelAsWritten}\`) ${finding.role}`
      lines.push(
        `wrong     ${finding.path}:${finding.line} ${what}: ${wrong} by ${finding.detectors.join(', ')}`,
      )
    }
    if (lines.length > 0)
      process.stdout.write(`${one.id}\n${lines.map((text) => `  ${text}\n`).join('')}`)
  }
}

function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'number' ? Math.round(part * 10_000) / 10_000 : part,
    ),
  )
}

await main(process.argv.slice(2))
