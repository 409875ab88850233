import { formatOf } from './format-of.ts'
import { shifted } from './node-builder.ts'
import { parseStructure } from './parse-structure.ts'
import type { Located } from './select.ts'
import { structureLimits } from './structure-limits.ts'
import type { StructuredDocument, StructuredNode } from './structured-node.ts'

/** A file inside a file: under a key that is a file name (ConfigMap, Helm, Ansible), or a JSON text. */
export interface EmbeddedDocument {
  readonly document: StructuredDocument
  /** The scalar that it was read from. */
  readonly source: StructuredNode
}

export function embeddedDocuments(
  nodes: readonly Located[],
  content: string,
): readonly EmbeddedDocument[] {
  const found: EmbeddedDocument[] = []
  const lines = content.split('\n')
  for (const { node, entry } of nodes) {
    if (node.kind !== 'scalar' || entry === null || !node.text.includes('\n')) continue
    if (found.length >= structureLimits.embeddedDocumentsMax) break
    const format = /\.[a-z0-9]+$/i.test(entry.key)
      ? formatOf(entry.key, node.text)
      : /^\s*[[{]/.test(node.text)
        ? 'json'
        : /^(?:values|config|patch|defaultValues|valuesYaml|helmValues)$/.test(entry.key)
          ? 'yaml'
          : null
    if (format === null) continue
    const opening = lines[node.line - 1] ?? ''
    const isBlock = /[|>][+-]?\d?\s*(?:#.*)?\r?$/.test(opening)
    if (!isBlock) continue
    const indent = /^\s*/.exec(lines[node.line] ?? '')?.[0].length ?? 0
    for (const document of parseStructure(format, node.text) ?? []) {
      if (document.root.kind === 'scalar') continue
      found.push({
        document: { ...document, root: shifted(document.root, node.line, indent) },
        source: node,
      })
    }
  }
  return found
}
