import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'
import type { ReadContext } from './read-context.ts'
import { settingKey } from './subscript-value.ts'
import type { SyntaxNode } from './syntax-node.ts'

/** Defaults that stand in annotations, attributes and struct tags beside a field without a value. */

interface Annotation {
  /** Finds the annotation; `key` names a setting, `option` an option, `variable` an environment variable. */
  readonly pattern: RegExp
  /** Finds the default in the annotation's text; absent: group `fallback` of the pattern. */
  readonly fallback?: RegExp
}

const annotations: readonly Annotation[] = [
  // Spring and Micronaut: `@Value("${a.b:default}")`.
  {
    pattern: /@Value\(\s*(?:value\s*=\s*)?"\\?\$\{(?<key>[\w.-]+)(?::(?<fallback>[^"}]*))?\}"/d,
  },
  {
    pattern: /@ConfigProperty\([^)]*?name\s*=\s*"(?<key>[^"]+)"[^)]*\)/d,
    fallback: /defaultValue\s*=\s*"(?<fallback>[^"]*)"/d,
  },
  // picocli and JCommander.
  {
    pattern:
      /@(?:CommandLine\.)?(?:Option|Parameter)\([^)]*?names?\s*=\s*\{?\s*"-*(?<option>[\w-]+)"[^)]*\)/d,
    fallback: /defaultValue\s*=\s*"(?<fallback>[^"]*)"/d,
  },
  // Go struct tags: `env:"MODEL" envDefault:"x"`, `default:"x"`.
  {
    pattern: /\benv(?:config)?:"(?<variable>[A-Z][A-Z0-9_]*)[^`]*/d,
    fallback: /\b(?:envDefault|default):"(?<fallback>[^"]*)"/d,
  },
  { pattern: /\b(?:default|envDefault):"(?<fallback>[^"]+)"/d },
  // clap and kin: `#[arg(long, env = "MODEL", default_value = "x")]`.
  {
    pattern: /#\[(?:arg|clap|structopt)\([^\]]*?\benv\s*=\s*"(?<variable>\w+)"[^\]]*\]/d,
    fallback: /default_value(?:_t)?\s*=\s*(?:String::from\()?"(?<fallback>[^"]*)"/d,
  },
  {
    pattern:
      /#\[(?:arg|clap|structopt|serde|builder|educe|default|envconfig|config)\b[^\]]*?default(?:_value)?(?:_t)?\s*=\s*(?:String::from\()?"(?<fallback>[^"]*)"/d,
  },
]

/** The value that annotations on or right before a node give it; null when they give none. */
export function annotatedValue(node: SyntaxNode, context: ReadContext): Value | null {
  const from = attributesStart(context.content, node.start)
  const text = context.content.slice(from, Math.min(node.end, node.start + 1_000))
  for (const annotation of annotations) {
    const match = annotation.pattern.exec(text)
    if (match !== null) return valueOf(match, annotation, text, from, context)
  }
  return null
}

function valueOf(
  match: RegExpExecArray,
  annotation: Annotation,
  text: string,
  from: number,
  context: ReadContext,
): Value | null {
  const found = annotation.fallback === undefined ? match : annotation.fallback.exec(text)
  const span = found?.indices?.groups?.['fallback']
  const place = placeAt(from + (span?.[0] ?? match.index), context)
  const written = found?.groups?.['fallback']
  const fallback: Value | null =
    written === undefined ? null : { kind: 'literal', text: written, place }
  const { key, option, variable } = match.groups ?? {}
  if (variable !== undefined) return { kind: 'environment', variable, fallback, place }
  if (key !== undefined) {
    return { kind: 'external', source: `setting:${settingKey(key)}`, fallback, place }
  }
  if (option !== undefined) {
    return { kind: 'external', source: `argument:${option}`, fallback, place }
  }
  return fallback
}

/** The place of the string literal that holds an offset, so that it counts as the same sighting. */
function placeAt(offset: number, context: ReadContext): Place {
  const line = context.content.slice(0, offset).split('\n').length
  const lineStart = context.content.lastIndexOf('\n', offset - 1) + 1
  const before = context.content.slice(lineStart, offset)
  const tag = before.lastIndexOf('`')
  const quote = tag >= 0 ? tag : before.lastIndexOf('"')
  return { path: context.path, line, column: (quote < 0 ? offset - lineStart : quote) + 1 }
}

/** Where the attribute lines directly above begin: Rust writes them as siblings, not as children. */
function attributesStart(content: string, start: number): number {
  const before = content.slice(Math.max(0, start - 600), start)
  const attributes = /(?:#\[[^\]]*\]\s*(?:\/\/[^\n]*\n\s*)*)+$/.exec(before)?.[0] ?? ''
  return start - attributes.length
}
