import type { Place } from '../../schema/register.ts'
import type { Value } from '../fact.ts'
import { placeOf } from './read-context.ts'
import type { ReadContext } from './read-context.ts'
import { settingKey } from './subscript-value.ts'
import type { SyntaxNode } from './syntax-node.ts'

/** Defaults that stand in annotations, attributes and struct tags beside a field without a value. */

interface Annotation {
  readonly pattern: RegExp
  readonly value: (groups: Readonly<Record<string, string | undefined>>, place: Place) => Value
}

function external(source: string, fallback: string | undefined, place: Place): Value {
  return { kind: 'external', source, fallback: literalOrNull(fallback, place), place }
}

function literalOrNull(text: string | undefined, place: Place): Value | null {
  return text === undefined ? null : { kind: 'literal', text, place }
}

const annotations: readonly Annotation[] = [
  {
    // Spring and Micronaut: `@Value("${a.b:default}")`.
    pattern: /@Value\(\s*(?:value\s*=\s*)?"\\?\$\{(?<key>[\w.:-]*?)(?::(?<fallback>[^"}]*))?\}"/,
    value: ({ key = '', fallback }, place) =>
      external(`setting:${settingKey(key)}`, fallback, place),
  },
  {
    pattern:
      /@ConfigProperty\([^)]*?name\s*=\s*"(?<key>[^"]+)"(?:[^)]*?defaultValue\s*=\s*"(?<fallback>[^"]*)")?/,
    value: ({ key = '', fallback }, place) =>
      external(`setting:${settingKey(key)}`, fallback, place),
  },
  {
    // picocli and JCommander.
    pattern:
      /@(?:Option|Parameter|CommandLine\.Option)\([^)]*?names?\s*=\s*\{?\s*"-*(?<name>[\w-]+)"[^)]*?defaultValue\s*=\s*"(?<fallback>[^"]*)"/,
    value: ({ name = '', fallback }, place) => external(`argument:${name}`, fallback, place),
  },
  {
    // Go struct tags: `env:"MODEL" envDefault:"x"`, `default:"x"`.
    pattern:
      /\benv(?:config)?:"(?<variable>[A-Z][A-Z0-9_]*)[^"]*"(?:.*?\b(?:envDefault|default):"(?<fallback>[^"]*)")?/,
    value: ({ variable = '', fallback }, place) => ({
      kind: 'environment',
      variable,
      fallback: literalOrNull(fallback, place),
      place,
    }),
  },
  {
    pattern: /\b(?:default|envDefault):"(?<fallback>[^"]+)"/,
    value: ({ fallback = '' }, place) => ({ kind: 'literal', text: fallback, place }),
  },
  {
    // clap and kin: `#[arg(long, env = "MODEL", default_value = "x")]`.
    pattern:
      /#\[(?:arg|clap|structopt)\([^\]]*?env\s*=\s*"(?<variable>\w+)"[^\]]*?(?:default_value(?:_t)?\s*=\s*(?:String::from\()?"(?<fallback>[^"]*)")?/,
    value: ({ variable = '', fallback }, place) => ({
      kind: 'environment',
      variable,
      fallback: literalOrNull(fallback, place),
      place,
    }),
  },
  {
    pattern:
      /#\[(?:arg|clap|structopt|serde|builder|educe|default|envconfig|config)\b[^\]]*?default(?:_value)?(?:_t)?\s*=\s*(?:String::from\()?"(?<fallback>[^"]*)"/,
    value: ({ fallback = '' }, place) => ({ kind: 'literal', text: fallback, place }),
  },
]

/** The value that annotations on or right before a node give it; null when they give none. */
export function annotatedValue(node: SyntaxNode, context: ReadContext): Value | null {
  const own = context.content.slice(node.start, Math.min(node.end, node.start + 1_000))
  const before = attributesBefore(context.content, node.start)
  for (const { pattern, value } of annotations) {
    const match = pattern.exec(before) ?? pattern.exec(own)
    if (match !== null) return value(match.groups ?? {}, placeOf(node, context))
  }
  return null
}

/** Attribute lines directly above: Rust writes them as siblings, not as children. */
function attributesBefore(content: string, start: number): string {
  const before = content.slice(Math.max(0, start - 600), start)
  return /(?:#\[[^\]]*\]\s*(?:\/\/[^\n]*\n\s*)*)+$/.exec(before)?.[0] ?? ''
}
