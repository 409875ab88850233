import { mapMembers, readArguments } from './argument-reader.ts'
import type { CodeDefinition } from './code-unit.ts'
import { codeLimits } from './limits.ts'
import { dottedPath, lastSegment } from './path-text.ts'
import { placeOf, shapeOf, unwrap } from './read-context.ts'
import type { ReadContext } from './read-context.ts'
import type { SyntaxNode } from './syntax-node.ts'
import { readValue } from './value-reader.ts'

/** Members of a schema (`z.object({ MODEL: z.string().default("…") })`), with the defaults they give. */

const schemaCallee =
  /(?:^|\.)(?:object|strictObject|looseObject|createEnv|cleanEnv|envsafe|makeValidator|Struct|struct|defineEnv|strictParser)$/

/** A schema whose names are variables of the environment, as far as the file tells. */
const environmentSchema =
  /process\.env|import\.meta\.env|Deno\.env|Bun\.env|createEnv|cleanEnv|envsafe/

/** The entries of a schema as definitions under its name; none when the value is no schema. */
export function schemaEntries(
  value: SyntaxNode,
  name: string,
  symbol: string,
  context: ReadContext,
): readonly CodeDefinition[] {
  const found: CodeDefinition[] = []
  const map = schemaMap(value, context, 0)
  if (map !== null) addMembers(found, map, name, symbol, context, 0)
  return found
}

/** The object of the innermost schema call: `z.object({…}).partial().parse(process.env)`. */
function schemaMap(node: SyntaxNode, context: ReadContext, depth: number): SyntaxNode | null {
  const inner = unwrap(node, context)
  if (depth > codeLimits.flattenDepthMax || shapeOf(inner, context)?.as !== 'call') return null
  const call = readArguments(inner, context)
  if (call === null) return null
  if (schemaCallee.test(dottedPath(call.callee))) {
    const maps = call.arguments
      .filter(({ name }) => /^\d$/.test(name))
      .map((argument) => unwrap(argument.node, context))
    return maps.find((argument) => shapeOf(argument, context)?.as === 'map') ?? null
  }
  return call.receiver === null ? null : schemaMap(call.receiver, context, depth + 1)
}

function addMembers(
  found: CodeDefinition[],
  map: SyntaxNode,
  prefix: string,
  symbol: string,
  context: ReadContext,
  depth: number,
): void {
  if (depth >= codeLimits.flattenDepthMax) return
  const fromEnvironment = environmentSchema.test(context.content)
  for (const member of mapMembers(map, context)) {
    const inner = unwrap(member.value, context)
    const nested =
      shapeOf(inner, context)?.as === 'map'
        ? inner
        : schemaMap(inner, context, codeLimits.flattenDepthMax)
    if (nested !== null) {
      // t3-env groups variables by where they are read; the groups are no part of their names.
      const group = /^(?:server|client|shared)$/.test(member.name)
      addMembers(
        found,
        nested,
        group ? prefix : `${prefix}.${member.name}`,
        symbol,
        context,
        depth + 1,
      )
      continue
    }
    const given = readValue(inner, context)
    const isVariable = fromEnvironment && /^[A-Z][A-Z0-9_]*$/.test(member.name)
    if (given.kind === 'unknown' && !isVariable) continue
    const place = placeOf(member.key, context)
    const fallback = given.kind === 'literal' ? given : null
    found.push({
      name: `${prefix}.${lastSegment(member.name)}`,
      form: 'field-default',
      value: isVariable ? { kind: 'environment', variable: member.name, fallback, place } : given,
      place,
      symbol,
    })
  }
}
