import {
  enterDirective,
  enterLift,
  enterReview,
  type NewDirective,
} from '../../directive-change.ts'
import { checkDirectiveFile, checkDirectiveText } from '../../directive-check.ts'
import { showDirective } from '../../directive-show.ts'
import { casesOf, testCases } from '../../directive-test.ts'
import { findDirective, openDirectives } from '../../directive-workspace.ts'
import { parseDirective } from '../../load-directives.ts'
import {
  AddedDirective,
  CheckedDirective,
  LiftedDirective,
  ReviewedDirective,
  ShownDirective,
  TestedDirective,
} from '../shown-directive.ts'
import { printedJsonWork } from './printed-json.ts'
import { work } from './work.ts'

/** How findings call a text that was sent. */
const sent = 'directive.yaml'
const sentCases = 'directive.cases.yaml'

/** A directive that is there, or a text. */
type Meant = { readonly id: string } | { readonly text: string }

interface Changing {
  readonly id: string
  readonly at: string
  readonly dryRun: boolean
}

export const directiveWorks = {
  show: printedJsonWork(
    ShownDirective,
    async ({ id, at }: { readonly id: string; readonly at?: string | undefined }, config) => {
      await showDirective(id, { config, format: 'json', at })
    },
  ),
  check: printedJsonWork(CheckedDirective, async (meant: Meant, config) => {
    const flags = { config, format: 'json' }
    if ('id' in meant) await checkDirectiveFile(meant.id, flags)
    else await checkDirectiveText({ text: meant.text, path: sent }, flags)
  }),
  test: work(
    TestedDirective,
    async (
      meant: { readonly id: string } | { readonly text: string; readonly cases: string },
      config,
    ) => {
      if ('text' in meant)
        return tested(parseDirective(meant.text, sent), { text: meant.cases, path: sentCases })
      const found = await findDirective(await openDirectives(config), meant.id)
      return tested(found.directive, await casesOf(found))
    },
  ),
  add: work(
    AddedDirective,
    async (
      asked: Omit<NewDirective, 'path'> & { readonly by: string; readonly dryRun: boolean },
      config,
    ) => {
      const { text, cases, by, dryRun } = asked
      const added = await enterDirective({ text, cases, path: sent }, { config, by, dryRun })
      return {
        directive: added.id,
        isTemplate: added.isTemplate,
        isWritten: !dryRun,
        files: added.paths,
        findings: added.findings,
        notices: added.warnings,
      }
    },
  ),
  lift: work(
    LiftedDirective,
    async (
      asked: Changing & {
        readonly source: string
        readonly by: readonly string[]
        readonly note?: string | undefined
      },
      config,
    ) => {
      const { id, ...flags } = asked
      const { from, path, warnings, notes } = await enterLift(id, { config, ...flags })
      const notices = [...warnings, ...notes]
      return { directive: id, from, isWritten: !flags.dryRun, files: [path], notices }
    },
  ),
  review: work(
    ReviewedDirective,
    async ({ id, ...flags }: Changing & { readonly by: string }, config) => {
      const { review, path, warnings } = await enterReview(id, { config, ...flags })
      const { by, at } = review
      return { directive: id, by, at, isWritten: !flags.dryRun, files: [path], notices: warnings }
    },
  ),
}

function tested(...given: Parameters<typeof testCases>) {
  const { directive, results, notice } = testCases(...given)
  return {
    directive,
    failed: results.filter(({ result }) => result.problems.length > 0).length,
    cases: results.map(({ one, result }) => ({
      name: one.name,
      at: one.at,
      verdict: result.verdict,
      isAvailable: result.isAvailable,
      problems: result.problems,
    })),
    notice,
    notices: [],
  }
}
