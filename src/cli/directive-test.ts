import { Fault } from '../base/fault.ts'
import { checkCase } from '../policy/index.ts'
import { visibleText } from '../base/visible-text.ts'
import { DirectiveCases } from '../schema/directive.ts'
import { createCedarEngine } from './cedar-engine.ts'
import { casesBeside } from './directive-change.ts'
import { noticeOf } from './directive-show.ts'
import { findDirective, openDirectives } from './directive-workspace.ts'
import { parseStrictly, readText } from './load-directives.ts'
import { printOut } from './write-output.ts'

export interface DirectiveTestFlags {
  readonly config?: string
  readonly cases?: string
}

/** `holdfast directive test`: every case beside a directive is put to the policy engine. */
export async function testDirective(reference: string, flags: DirectiveTestFlags): Promise<void> {
  const { directive, path } = await findDirective(await openDirectives(flags.config), reference)
  const casesPath = flags.cases ?? casesBeside(path)
  if (casesPath === null) {
    throw new Fault('HF_FILE_READ', `no cases lie beside \`${path}\``, {
      place: { path },
      expected: `\`${path.replace(/\.ya?ml$/, '.cases.yaml')}\``,
      advice:
        'write at least one case that is allowed and one that is denied, or name a file with --cases',
    })
  }
  const { directive: id, cases } = parseStrictly(
    DirectiveCases,
    await readText(casesPath),
    casesPath,
  )
  if (id !== directive.id) {
    throw new Fault('HF_DIRECTIVE_INVALID', `\`${casesPath}\` holds cases of \`${id}\``, {
      place: { path: casesPath },
      expected: `cases of \`${directive.id}\``,
    })
  }
  const engine = createCedarEngine()
  const results = cases.map((one) => ({ one, result: checkCase(directive, one, engine) }))
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
