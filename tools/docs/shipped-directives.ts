import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { LoadedDirective } from '../../src/cli/load-directives.ts'
import { canRestrict, clauseOf } from '../../src/policy/index.ts'
import type {
  CarveOut,
  Directive,
  DirectiveScope,
  VendorAction,
} from '../../src/schema/directive.ts'

/** docs/reference/shipped-directives.md: every directive in data/directives, in words. */
export function shippedDirectivesPage(
  loaded: readonly LoadedDirective[],
  repositoryRoot: string,
): string {
  const acts = loaded.filter(({ directive }) => directive.template !== true)
  const templates = loaded.filter(({ directive }) => directive.template === true)
  return `# Shipped directives

The rules as they were recorded, with their sources. Not legal advice; counsel decides. A directive is \`unverified\` until a
named person of your organisation has signed it, and that is shown wherever it is used. None is enforced until
\`directives.load\` of holdfast.yaml names it. Beside each lie \`source.md\` (what was read, what could not be read, which words
led to which clause, what is inference) and \`cases.yaml\` (who is allowed and who denied at which instant).

Of the kinds of act only \`is-informed-letter\`, \`regulation\`, \`sanction\` and \`licence\` restrict by themselves. What a vendor
did is a fact of its own: it takes a model away from everybody, or from some, and decides no permission. A time that is only a
day counts from its first instant anywhere on Earth for a restriction, from its last for a relief.

## Acts

${table(acts)}

${acts.map((one) => section(one, repositoryRoot)).join('\n')}
## Templates

Shapes to fill in, with invented names. They cannot be enforced. Copy one into \`directives/\` beside holdfast.yaml, give it an
id of its own, and drop \`template\`.

${table(templates)}

${templates.map((one) => section(one, repositoryRoot)).join('\n')}`
}

function table(loaded: readonly LoadedDirective[]): string {
  const rows = loaded.map(
    ({ directive: { id, instrument, title, review } }) =>
      `| [\`${id}\`](#${id.replaceAll('.', '')}) | \`${instrument}\` | ${title} | \`${review.state}\` |`,
  )
  return ['| Directive | Instrument | What | Review |', '|---|---|---|---|', ...rows].join('\n')
}

function section({ directive, path }: LoadedDirective, repositoryRoot: string): string {
  const folder = relative(repositoryRoot, dirname(path)).replaceAll('\\', '/')
  const facts = [
    `${restriction(directive)} ${scopeWords(directive.scope)}.`,
    `Authority as stated: ${directive.authority.join(', ') || 'none stated'}. Issuer: \`${directive.issuer}\`. Text: ${directive.publication}.`,
    ...(directive.note === undefined ? [] : [directive.note.trim()]),
  ]
  const history = [
    ...directive.status.map((line) => `| ${timeOf(line)} | ${line.is} | ${line.note ?? ''} |`),
    ...directive.carveOuts.map(
      (carveOut, index) =>
        `| ${timeOf(carveOut)}${until(carveOut)} | carve-out \`${clauseOf(carveOut, index)}\` | ${carveOut.note ?? ''} |`,
    ),
    ...directive.vendorActions.map(
      (action) => `| ${timeOf(action)} | vendor: ${action.effect} | ${actionWords(action)} |`,
    ),
  ].toSorted()
  const files = ['directive.yaml', 'source.md', 'cases.yaml']
    .filter((name) => existsSync(join(repositoryRoot, folder, name)))
    .map((name) => `[${name}](../../${folder}/${name})`)
  return `### ${directive.id}

${directive.title}. ${facts.join('\n\n')}

| When | What | |
|---|---|---|
${history.join('\n')}

Files: ${files.join(', ')}
`
}

function restriction({ instrument, effect }: Directive): string {
  if (!canRestrict(instrument)) return `A \`${instrument}\`: it denies nobody. It concerns`
  return effect === 'forbid' ? 'Forbids' : 'Requires an authorisation for'
}

function scopeWords(scope: DirectiveScope): string {
  const { models } = scope
  const selected =
    models === 'all'
      ? 'every model'
      : 'length' in models
        ? codes(models)
        : Object.entries(models)
            .map(
              ([part, value]) => `${part} ${Array.isArray(value) ? codes(value) : String(value)}`,
            )
            .join(' and ')
  const routes = [
    scope.routes === 'all' ? '' : `routes ${codes(scope.routes)}`,
    scope.providers && `providers ${codes(scope.providers)}`,
    scope.regions && `regions ${codes(scope.regions)}`,
    scope.jurisdictions && `routes that reach ${codes(scope.jurisdictions)}`,
    scope.purposes && `for ${codes(scope.purposes)}`,
  ].filter(Boolean)
  const persons =
    scope.persons === 'all'
      ? 'for everybody'
      : `for every foreign person as \`${scope.definition ?? 'undefined'}\` defines it`
  return [selected, ...routes, persons].join(', ')
}

function codes(values: readonly string[]): string {
  return values.map((value) => `\`${value}\``).join(', ')
}

function timeOf(time: {
  readonly at?: string | undefined
  readonly on?: string | undefined
}): string {
  return time.at ?? time.on ?? ''
}

function until(carveOut: CarveOut): string {
  return carveOut.until === undefined ? '' : ` until ${carveOut.until}`
}

function actionWords(action: VendorAction): string {
  const over = action.providers === undefined ? '' : ` over ${codes(action.providers)}`
  const note = action.note === undefined ? '' : `. ${action.note.trim()}`
  return `${codes(action.models)}${over}${note}`
}
