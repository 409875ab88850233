import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { indexLines, type LineIndex } from '../line-index.ts'
import { entry, list, map, Problems, scalar } from './node-builder.ts'
import { parseYaml } from './parse-yaml.ts'
import { structureLimits } from './structure-limits.ts'
import type { StructuredDocument, StructuredNode } from './structured-node.ts'

/** JSON with comments and trailing commas; what JSON5 adds is read as YAML flow, of which it is nearly a part. */
export function parseJson(content: string): readonly StructuredDocument[] {
  const errors: ParseError[] = []
  const tree = parseTree(content, errors, { allowTrailingComma: true, allowEmptyContent: true })
  const problems = new Problems()
  const lines = indexLines(content)
  for (const error of errors.slice(0, structureLimits.problemsMax)) {
    problems.add(lines.placeOf(error.offset).line, printParseErrorCode(error.error))
  }
  if (errors.length > 0 && isJson5(content)) {
    const documents = parseYaml(withoutComments(content), 'json')
    if (documents.some((document) => document.root.kind !== 'scalar')) return documents
  }
  if (tree === undefined) return []
  if (errors.length > 0 && tree.type !== 'object' && tree.type !== 'array') return []
  return [problems.document('json', convert(tree, content, lines, problems, 0))]
}

function convert(
  node: Node,
  content: string,
  lines: LineIndex,
  problems: Problems,
  depth: number,
): StructuredNode {
  const at = lines.placeOf(node.offset)
  if (depth > structureLimits.depthMax) {
    problems.add(at.line, 'nested deeper than holdfast reads')
    return scalar('', at)
  }
  if (node.type === 'array') {
    return list(
      (node.children ?? []).map((child) => convert(child, content, lines, problems, depth + 1)),
      at,
    )
  }
  if (node.type === 'object') {
    const entries = (node.children ?? []).map((property) => {
      const [key, value] = property.children ?? []
      const keyAt = lines.placeOf(key?.offset ?? property.offset)
      const name = typeof key?.value === 'string' ? key.value : ''
      return entry(
        name,
        keyAt,
        value === undefined
          ? scalar('', keyAt)
          : convert(value, content, lines, problems, depth + 1),
      )
    })
    return map(entries, at)
  }
  const text =
    node.type === 'string'
      ? String(node.value)
      : content.slice(node.offset, node.offset + node.length)
  return scalar(text, at)
}

function isJson5(content: string): boolean {
  return /'|^[ \t]*[A-Za-z_$][\w$]*\s*:/m.test(content)
}

/** Comments blanked with their length kept; strings are left alone. */
function withoutComments(content: string): string {
  return content.replace(
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g,
    (found) => (found.startsWith('/') ? found.replace(/[^\r\n]/g, ' ') : found),
  )
}
