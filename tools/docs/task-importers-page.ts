import { importers } from '../../src/qualification/index.ts'

/** docs/reference/task-importers.md: what `holdfast tasks import` reads, and which fields of it. */
export function taskImportersPage(): string {
  return `# Exports that tasks are imported from

What \`holdfast tasks import\` reads; [the guide](../guide/tasks.md) says what becomes of it. Fields that are not named here are passed
over. Parquet is not read: export JSON or JSON Lines.

${importers
  .map(
    ({ id, title, fields, documentation }) => `## ${id}

${title}.

Fields: ${fields.map((field) => `\`${field}\``).join(', ')}.

${documentation.map((url) => `- ${url}`).join('\n')}
`,
  )
  .join('\n')}`
}
