import { usageSources } from '../../src/cli/usage-sources/usage-sources.ts'

/** docs/reference/usage-sources.md: which exports `holdfast usage import` reads, and which of their fields. */
export function usageSourcesPage(): string {
  return `# Exports of usage

What \`holdfast usage import\` reads; [the guide](../guide/usage.md) says what becomes of it. JSON may be one document of any length,
several, or one a line; tables may be separated by commas, semicolons or tabs; all of it may be packed with gzip. Fields that are not
named here are passed over, and nothing is kept of them.

${usageSources
  .map(
    ({ id, title, fields, documentation }) => `## ${id}

${title}.

Fields: ${fields.map((field) => `\`${field}\``).join(', ')}.

${documentation.map((url) => `- ${url}`).join('\n')}
`,
  )
  .join('\n')}`
}
