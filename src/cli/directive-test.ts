import { Fault } from '../base/fault.ts'
import { checkCase } from '../policy/index.ts'
import { visibleText } from '../base/visible-text.ts'
import { type Directive, DirectiveCases } from '../schema/directive.ts'
import { createCedarEngine } from './cedar-engine.ts'
import { casesBeside } from './directive-change.ts'
import type { GivenText } from './directive-check.ts'
import { noticeOf } from './directive-show.ts'
import { findDirective, openDirectives } from './directive-workspace.ts'
import { type LoadedDirective, parseStrictly, readText } from './load-directives.ts'
import { printOut } from './write-output.ts'

export interface DirectiveTestFlags {
  readonly config?: string
  readonly cases?: string
}

/** `holdfast directive test`: every case beside a directive is put to the policy engine. */
export async function testDirective(reference: string, flags: DirectiveTestFlags): Promise<void> {
  const found = await findDirective(await openDirectives(flags.config), reference)
  const { directive } = found
  const { results } = testCases(directive, await casesOf(found, flags.cases))
  const failed = results.filter(({ result }) => result.problems.length > 0)
  const lines = results.flatMap(({ one, result }) => [
    `${result.problems.length === 0 ? 'ok  ' : 'FAIL'} ${one.at} ${result.verdict.padEnd(5)} ${result.isAvailable ? '' : '(withdrawn) '}${one.name}`,
    ...result.problems.map((problem) => `       ${problem}`),
  ])
  const verdicts = new Set(results.map(({ result }) => result.verdict))
  const summary = `${directive.id}: ${results.length} cases, ${failed.length} failed${verdicts.size === 2 ? '' : `; all are ${[...verdicts].join()}`}`
  const sheet = [...lines, '', summary, noticeOf(directive)]
  await printOut(`${sheet.map(visibleText).join('\n')}\n`)
  if (failed.length > 0) process.exitCode = 1
}

/** Puts every case to the policy engine. */
export function testCases(directive: Directive, { text, path }: GivenText) {
  const { directive: id, cases } = parseStrictly(DirectiveCases, text, path)
  if (id !== directive.id) {
    throw new Fault('HF_DIRECTIVE_INVALID', `\`${path}\` holds cases of \`${id}\``, {
      place: { path },
      expected: `cases of \`${directive.id}\``,
    })
  }
  const engine = createCedarEngine()
  return {
    directive: directive.id,
    results: cases.map((one) => ({ one, result: checkCase(directive, one, engine) })),
    notice: noticeOf(directive),
  }
}

/** The cases of a directive, those beside it unless others are named. */
export async function casesOf(
  { path }: Pick<LoadedDirective, 'path'>,
  named?: string,
): Promise<GivenText> {
  const casesPath = named ?? casesBeside(path)
  if (casesPath !== null) return { text: await readText(casesPath), path: casesPath }
  throw new Fault('HF_FILE_READ', `no cases lie beside \`${path}\``, {
    place: { path },
    expected: `\`${path.replace(/\.ya?ml$/, '.cases.yaml')}\``,
    advice:
      'write at least one case that is allowed and one that is denied, or name a file with --cases',
  })
}
