import { figuresOf, type Score } from './score.ts'

export interface AccuracyResults {
  readonly day: string
  readonly aims: { readonly recall: number; readonly precision: number }
  readonly classes: readonly { readonly name: string; readonly score: Score }[]
  readonly halves: readonly { readonly name: string; readonly score: Score }[]
  readonly all: Score
  readonly example: Score
}

const classNames: Readonly<Record<string, string>> = {
  A: 'SDK and HTTP call sites',
  B: 'Frameworks',
  C: 'Indirection in code',
  D: 'Environment and deployment configuration',
  E: 'Infrastructure as code',
  F: 'Gateways and routers',
  G: 'CI/CD and development agents',
  H: 'MCP and agents',
  I: 'Low-code, data, other',
}

/** docs/reference/audit-accuracy.md: figures, and how they are counted. */
export function accuracyPage(results: AccuracyResults): string {
  const classRows = results.classes.map(({ name, score }) =>
    row(`${name} · ${classNames[name] ?? ''}`, score),
  )
  const { aims } = results
  return `# How accurate the audit is

<!-- Written by \`npm run bench:audit-accuracy\`; edits are lost. -->

Measured on ${results.day} over ${results.all.cases} labelled cases in \`bench/audit/cases\`. A case is a small tree, written by hand in the
manner of real code, with labels that say what a careful reader finds in it. Cases and labels were written without looking at any
detector; after the first runs their author went over the disagreements of both halves and corrected about twenty-five labels that
were wrong or too narrow. Real repositories of strangers may give other figures.

Aim: recall ${percent(aims.recall)} and precision ${percent(aims.precision)} in every class.

## By class of hiding place

${header}
${[...classRows, row('**all**', results.all)].join('\n')}

## Two halves

Cases are split by a digest of their id. Rules may be improved by looking at what they miss in \`tune\`; nobody looks at
\`held-out\`. When \`tune\` does much better, the rules have learnt the cases by heart.

${header}
${results.halves.map(({ name, score }) => row(name, score)).join('\n')}

## A whole organisation

\`examples/acme\`, with its \`holdfast.yaml\`; not counted above.

${header}
${row('examples/acme', results.example)}

## How it is counted

A *finding* is one place of one dependency in the register. A *label* names the places of one model: the line where it is
written, the line of the call that uses it, and, where the way goes through several files, the constant or the deployment
value. A finding stands at a label when its own line, or a line on its way (\`via\`), is one of these places.

- **Recall**: labels of any role at which a finding with the right model stands, of all labels. A label without a model (a
  deployment's name, a product that does not say) wants a finding without a model, or one marked hidden, opaque or unresolved, or,
  where a product decides, inferred. A label of a fallback is also met by the list of fallbacks of the model before it. Where a name floats or catalogues differ about it, the label asks for the vendor alone.
- **Precision**: of the findings with role \`use\` or \`declare\`, those that stand at a label of such a role with the right model. Wrong
  are: a place marked as forbidden (a near miss), a place without a label, another model than the label's, and a price, list, test
  or mention that is reported as a dependency. A finding that says its model is unknown is not wrong where a label of such a role
  stands: it lacks the model, which recall counts. The same model at the same line in the same role counts once. Findings of other
  roles are never counted as wrong.
- **Model**: labels recalled, of those at which anything was found.
- **Role, context, resolution, provider**: over the recalled labels that say it. When several findings stand at a label, the one with
  the strongest role is judged (\`use\` before \`declare\` before the others), at the place itself before one that only leads there.
- **Fallback**: labels with a fallback whose finding names that fallback, with its grade where the label gives one.

What was missed: \`npm run bench:audit-accuracy -- --misses\`. Counts for each case: \`bench/audit/results/\`.
`
}

const header = `| | cases | labels | findings | recall | precision | model | role | context | resolution | provider | fallback |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|`

function row(name: string, score: Score): string {
  const figures = figuresOf(score)
  const shares = [
    figures.recall,
    figures.precision,
    figures.model,
    figures.role,
    figures.context,
    figures.resolution,
    figures.provider,
    figures.fallback,
  ]
  const counts = [score.cases, score.labels, score.findings]
  return `| ${[name, ...counts, ...shares.map(percent)].join(' | ')} |`
}

function percent(value: number | null): string {
  return value === null ? '–' : `${(value * 100).toFixed(1)} %`
}
