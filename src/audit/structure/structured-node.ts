/** A parsed structured file, the same for every format, with the place of every key and value. */
export type StructuredNode = StructuredMap | StructuredList | StructuredScalar

interface NodeBase {
  /** Of the value; lines and columns count from 1. */
  readonly line: number
  readonly column: number
}

export interface StructuredMap extends NodeBase {
  readonly kind: 'map'
  /** In file order; a key that stands twice is kept twice. */
  readonly entries: readonly StructuredEntry[]
}

export interface StructuredEntry {
  readonly key: string
  readonly line: number
  readonly column: number
  readonly value: StructuredNode
}

export interface StructuredList extends NodeBase {
  readonly kind: 'list'
  readonly items: readonly StructuredNode[]
}

export interface StructuredScalar extends NodeBase {
  readonly kind: 'scalar'
  /** As text; numbers and booleans as written. */
  readonly text: string
  /** True when the text is a variable or expression of the format (an HCL reference, a template). */
  readonly expression: boolean
}

/** One document of a file. */
export interface StructuredDocument {
  readonly format: StructureFormat
  readonly root: StructuredNode
  /** What the parser could not make sense of; the rest of the document still stands. */
  readonly problems: readonly { readonly line: number; readonly message: string }[]
}

export type StructureFormat =
  | 'yaml'
  | 'json'
  | 'toml'
  | 'hcl'
  | 'dotenv'
  | 'ini'
  | 'properties'
  | 'xml'
  | 'dockerfile'
  | 'notebook'
  | 'front-matter'
  | 'bicep'
