import { readFile } from 'node:fs/promises'
import { isMap, LineCounter, parseDocument, type Document } from 'yaml'
import type * as z from 'zod'
import { Fault, type FaultPlace, messageOf } from '../base/fault.ts'
import type { FaultCode } from '../base/fault-codes.ts'
import { HoldfastConfig } from '../schema/holdfast-config.ts'
import { whyNot } from './why-not.ts'
import { withLocalRoute } from './local/local-route.ts'

/** Reads holdfast.yaml. A missing file is only an error when it was named. */
export async function loadConfig(path: string, isNamed: boolean): Promise<HoldfastConfig | null> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error) && !isNamed) return null
    throw new Fault('HF_CONFIG_MISSING', `cannot read \`${path}\`: ${whyNot(error)}`, {
      expected: 'a readable holdfast.yaml',
      advice:
        'name another one with --config; `holdfast init` writes a first one from an audit, and docs/guide/gateway.md has one for a gateway',
      cause: error,
    })
  }
  return parseConfig(text, path)
}

export function parseConfig(text: string, path: string, problemsMax?: number): HoldfastConfig {
  const config = parseYamlAs(HoldfastConfig, text, path, 'HF_CONFIG_INVALID', problemsMax)
  return withLocalRoute(config)
}

/** Parses YAML against a schema; every problem is told with its line and column, at most `problemsMax` at once. */
export function parseYamlAs<T extends z.ZodType>(
  schema: T,
  text: string,
  path: string,
  code: FaultCode,
  problemsMax = 10,
): z.infer<T> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [syntax] = document.errors
  if (syntax !== undefined) {
    const at = lines.linePos(syntax.pos[0])
    throw new Fault(code, firstLine(syntax.message), {
      place: { path, line: at.line, column: at.col },
      expected: 'YAML',
    })
  }
  const parsed = schema.safeParse(valueOf(document, path, code))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues
    .map(meantIssue)
    .slice(0, problemsMax)
    .map((issue) => ({
      place: placeOf(document, lines, issue.path, path),
      path: issue.path.join('.'),
      message: issue.message,
      expected: expectedBy(issue),
    }))
  const [first] = problems
  const rest = problems
    .slice(1)
    .map(
      (one) =>
        `${path}:${one.place.line}:${one.place.column} ${one.path === '' ? '' : `${one.path}: `}${one.message}`,
    )
  const what = first?.path === '' ? contentProblem(document, first.message) : undefined
  throw new Fault(code, what ?? `\`${first?.path}\`: ${first?.message}`, {
    place: first?.place,
    expected: isMap(document.contents) ? first?.expected : 'keys with their values',
    others: rest,
    advice:
      code === 'HF_CONFIG_INVALID' ? 'docs/reference/holdfast-yaml.md lists every key' : undefined,
  })
}

/** The plain value; a few aliases that unfold into millions are refused. */
function valueOf(document: Document.Parsed, path: string, code: FaultCode): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw new Fault(code, `\`${path}\` cannot be unfolded: ${firstLine(messageOf(error))}`, {
      place: { path },
      expected: 'YAML with few aliases',
      advice: 'write out what the aliases `*name` stand for',
      cause: error,
    })
  }
}

/** Of several forms that something may have: the problem with the one that fits furthest, not that none fits. */
function meantIssue(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const inner = issue.errors
    .flatMap((branch) => branch.slice(0, 1))
    .map((one) => meantIssue({ ...one, path: [...issue.path, ...one.path] }))
  return inner.reduce<z.core.$ZodIssue>(
    (best, one) => (one.path.length > best.path.length ? one : best),
    issue,
  )
}

/** What the schema wants there, out of the words of its message. */
function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'only keys that the schema has'
  return (
    /\bexpected (?<wanted>.+?)(?:, received .*)?$/.exec(issue.message)?.groups?.['wanted'] ??
    issue.message
  )
}

/** A problem of the whole file rather than of one key. */
function contentProblem(document: Document.Parsed, message: string): string {
  if (document.contents === null) return 'the file is empty'
  return isMap(document.contents) ? message : 'the file holds no keys and values'
}

/** The place of the deepest node on the way to a problem that really stands in the file. */
function placeOf(
  document: Document.Parsed,
  lines: LineCounter,
  keys: readonly PropertyKey[],
  path: string,
): FaultPlace {
  for (let end = keys.length; end >= 0; end -= 1) {
    const node = document.getIn(keys.slice(0, end), true) as
      | { range?: readonly number[] }
      | undefined
    const start = node?.range?.[0]
    if (start !== undefined) {
      const at = lines.linePos(start)
      return { path, line: at.line, column: at.col }
    }
  }
  return { path, line: 1, column: 1 }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text
}
