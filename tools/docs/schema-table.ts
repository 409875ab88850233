/** A JSON Schema as one flat Markdown table: key path, type, what it means. */
export function schemaTable(schema: object): string {
  const rows = rowsOf(schema, '', new Set())
  return ['| Key | Type | Meaning |', '|---|---|---|', ...rows].join('\n')
}

interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly additionalProperties?: JsonSchema | boolean
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly format?: string
  readonly default?: unknown
  readonly description?: string
}

function rowsOf(
  schema: JsonSchema,
  path: string,
  required: ReadonlySet<string>,
): readonly string[] {
  const own = path === '' ? [] : [row(schema, path, required.has(path))]
  return [...own, ...childrenOf(schema, path)]
}

function childrenOf(schema: JsonSchema, path: string): readonly string[] {
  const prefix = path === '' ? '' : `${path}.`
  const needed = new Set((schema.required ?? []).map((name) => `${prefix}${name}`))
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    rowsOf(child, `${prefix}${name}`, needed),
  )
  const extra = schema.additionalProperties
  const keyed = typeof extra === 'object' && isNested(extra) ? childrenOf(extra, `${path}.*`) : []
  const items =
    schema.items !== undefined && isNested(schema.items)
      ? childrenOf(schema.items, `${path}[]`)
      : []
  const options = (schema.anyOf ?? schema.oneOf ?? []).flatMap((option) => childrenOf(option, path))
  return [...new Set([...named, ...keyed, ...items, ...options])]
}

function isNested(schema: JsonSchema): boolean {
  return (
    schema.properties !== undefined ||
    schema.items !== undefined ||
    (schema.anyOf ?? schema.oneOf ?? []).some(isNested)
  )
}

function row(schema: JsonSchema, path: string, isRequired: boolean): string {
  const parts = [
    schema.description,
    schema.default === undefined ? undefined : `default \`${JSON.stringify(schema.default)}\``,
  ]
  const meaning = parts.filter((part) => part !== undefined).join('; ')
  return `| \`${path}\`${isRequired ? ' *' : ''} | ${typeOf(schema)} | ${escapeCell(meaning)} |`
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${String(one)}\``).join(' ')
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  const options = schema.anyOf ?? schema.oneOf
  if (options !== undefined) return [...new Set(options.map(typeOf))].join(' or ')
  if (schema.type === 'array')
    return `list of ${schema.items === undefined ? 'anything' : typeOf(schema.items)}`
  if (schema.type === 'object' && schema.properties === undefined) return 'map'
  const name = schema.type === undefined ? 'anything' : String(schema.type)
  if (schema.format === 'date') return 'day `YYYY-MM-DD`'
  if (schema.format === 'date-time') return 'instant in UTC'
  return schema.pattern === undefined ? name : `${name} \`${escapeCell(schema.pattern)}\``
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
