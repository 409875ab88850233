import { join } from 'node:path'
import type { Command } from 'commander'
import {
  checkDetector,
  compileDetectors,
  constantLookup,
  fixtureAudit,
  hasAbandonedWork,
} from '../audit/index.ts'
import { createResolver } from '../catalogue/index.ts'
import { collect } from './collect.ts'
import { leaveWhen } from './leave.ts'
import { loadCatalogue } from './catalogue-files.ts'
import { dataPath } from './installation.ts'
import { loadDetectors, readDetectorFolder } from './load-detectors.ts'
import { printOut } from './write-output.ts'

export function registerRulesCommands(program: Command): void {
  leaveWhen(hasAbandonedWork)
  const rules = program
    .command('rules')
    .description('detectors: what the audit looks for, and tests for your own')
  rules
    .command('list')
    .description('every detector, with its class and the hiding places it covers')
    .option(
      '--rules <folder>',
      'detectors of your own, beside the shipped ones; may be repeated',
      collect,
      [],
    )
    .option('--keywords', 'print the keywords of the search pass instead, one a line', false)
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast rules list\n  holdfast rules list --rules our-detectors/',
    )
    .action(async (flags: { readonly rules: readonly string[]; readonly keywords: boolean }) => {
      const detectors = await loadDetectors(flags.rules)
      const lines = flags.keywords
        ? compileDetectors(detectors).keywords
        : detectors.map(
            (one) =>
              `${one.class}  ${one.id.padEnd(32)} ${one.places.join(',').padEnd(12)} ${one.title}`,
          )
      await printOut(`${lines.join('\n')}\n`)
    })
  rules
    .command('test')
    .description('lint detectors and run their fixtures')
    .argument('[folders...]', 'folders with detector files (default: the shipped ones)')
    .addHelpText(
      'after',
      `
Each detector needs at least one hit and one near miss. A problem is printed with its file, and exit code 1.

Example:
  holdfast rules test my-detectors`,
    )
    .action(runRulesTest)
}

async function runRulesTest(folders: readonly string[]): Promise<void> {
  const tested = (
    await Promise.all(
      (folders.length === 0 ? [dataPath('detectors')] : folders).map(readDetectorFolder),
    )
  ).flat()
  const catalogue = await loadCatalogue({})
  const resolver = createResolver(catalogue)
  const audit = fixtureAudit({
    detectors: compileDetectors(await loadDetectors(folders)),
    catalogue,
    resolver,
    constantOf: constantLookup(resolver),
    asOf: new Date().toISOString().slice(0, 10),
  })
  let failed = 0
  for (const { path, detector } of tested) {
    const problems = await checkDetector(detector, audit)
    if (problems.length === 0) continue
    failed += 1
    await printOut(`${join(path)}\n${problems.map((problem) => `  ${problem}\n`).join('')}`)
  }
  await printOut(
    `${tested.length} ${tested.length === 1 ? 'detector' : 'detectors'}, ${failed} with problems\n`,
  )
  if (failed > 0) process.exitCode = 1
}
