import { Fault } from '../base/fault.ts'
import { suggestNames } from '../catalogue/index.ts'
import { checkDirective, type DirectiveFinding } from '../policy/index.ts'
import { visibleText } from '../base/visible-text.ts'
import type { Directive } from '../schema/directive.ts'
import {
  type DirectiveWorkspace,
  findDirective,
  isFileName,
  openDirectives,
} from './directive-workspace.ts'
import { knownNames } from './known-names.ts'
import {
  isAmendment,
  parseAmendment,
  parseDirective,
  readText,
  shownPath,
} from './load-directives.ts'
import { printOut } from './write-output.ts'
import { yamlPlaces } from './yaml-places.ts'

export interface DirectiveCheckFlags {
  readonly config?: string | undefined
  readonly format: string
  readonly failOn?: string | undefined
}

/** A finding with the place in the file. */
export interface PlacedFinding {
  readonly severity: DirectiveFinding['severity']
  readonly path: string
  readonly line: number | null
  readonly column: number | null
  readonly message: string
}

/** `holdfast directive check`: the schema, then everything a careful reader would ask. */
export async function checkDirectiveFile(
  reference: string,
  flags: DirectiveCheckFlags,
): Promise<void> {
  const workspace = await openDirectives(flags.config)
  if (isAmendment(reference)) return checkAmendmentFile(reference, workspace, flags)
  const found = isFileName(reference) ? null : await findDirective(workspace, reference)
  const file = found === null ? reference : found.path
  const path = found === null ? reference : shownPath(found)
  await checkText({ text: await readText(file), path }, workspace, flags)
}

/** The same of a text that lies in no file; `path` stands for one in what is found. */
export async function checkDirectiveText(
  given: GivenText,
  flags: DirectiveCheckFlags,
): Promise<void> {
  await checkText(given, await openDirectives(flags.config), flags)
}

/** A directive as its text stands there, or as it was sent. */
export interface GivenText {
  readonly text: string
  /** How findings call it. */
  readonly path: string
}

async function checkText(
  { text, path }: GivenText,
  workspace: DirectiveWorkspace,
  flags: DirectiveCheckFlags,
): Promise<void> {
  const directive = parseDirective(text, path)
  const findings = placedFindings(directive, text, path, workspace)
  await printOut(
    flags.format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, directive: directive.id, path, findings }, null, 2)}\n`
      : checkedText(directive, path, findings),
  )
  throwErrors(findings)
  const failing = flags.failOn === 'note' ? ['warning', 'note'] : ['warning']
  if (flags.failOn !== undefined && findings.some((one) => failing.includes(one.severity))) {
    process.exitCode = 1
  }
}

/** What an organisation adds to a directive that ships has a schema of its own. */
async function checkAmendmentFile(
  path: string,
  { loaded }: DirectiveWorkspace,
  { format }: DirectiveCheckFlags,
): Promise<void> {
  const { directive } = parseAmendment(await readText(path), path)
  const shipped = loaded.directives.map((one) => one.directive.id)
  const broken = loaded.problems.filter(({ fault }) => fault.code !== 'HF_DIRECTIVE_UNKNOWN')
  const isThere = [...shipped, ...broken.map(({ id }) => id)].includes(directive)
  if (!isThere) {
    const near = suggestNames(directive, shipped).map((one) => `\`${one}\``)
    throw new Fault(
      'HF_DIRECTIVE_UNKNOWN',
      `no directive \`${directive}\` is there to be amended`,
      {
        place: { path },
        expected: 'the id of a shipped directive',
        advice: near.length === 0 ? undefined : `did you mean ${near.join(' or ')}?`,
      },
    )
  }
  await printOut(
    format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, directive, path, findings: [] }, null, 2)}\n`
      : `${visibleText(`${path}: adds to \`${directive}\` and follows the schema of amendments`)}\n`,
  )
}

export function placedFindings(
  directive: Directive,
  text: string,
  path: string,
  workspace: DirectiveWorkspace,
): readonly PlacedFinding[] {
  const placeOf = yamlPlaces(text, path)
  return checkDirective(directive, {
    known: knownNames(workspace.catalogue),
    now: new Date().toISOString(),
  }).map((finding) => {
    const place = placeOf(finding.path)
    return {
      severity: finding.severity,
      path,
      line: place.line ?? null,
      column: place.column ?? null,
      message: finding.message,
    }
  })
}

/** A directive that contradicts itself is no directive. */
export function throwErrors(findings: readonly PlacedFinding[]): void {
  const [first, ...others] = findings.filter((one) => one.severity === 'error')
  if (first === undefined) return
  throw new Fault('HF_DIRECTIVE_INVALID', first.message, {
    place: { path: first.path, line: first.line ?? undefined, column: first.column ?? undefined },
    expected: 'a directive that does not contradict itself',
    others: others.map(findingText),
    advice: 'docs/guide/directives.md explains every clause',
  })
}

export function findingText(one: PlacedFinding): string {
  return visibleText(`${one.path}:${one.line}:${one.column} ${one.severity}: ${one.message}`)
}

function checkedText(
  directive: Directive,
  path: string,
  findings: readonly PlacedFinding[],
): string {
  const told = findings.filter((one) => one.severity !== 'error').map(findingText)
  const count = (severity: string) => {
    const number = findings.filter((one) => one.severity === severity).length
    return `${number} ${severity}${number === 1 ? '' : 's'}`
  }
  const summary = `${path}: \`${directive.id}\` follows the schema; ${count('error')}, ${count('warning')}, ${count('note')}`
  return `${[...told, visibleText(summary)].join('\n')}\n`
}
