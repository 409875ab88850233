import { importers } from '../../src/qualification/index.ts'

/** docs/reference/task-importers.md: what `holdfast tasks import` reads, and which fields of it. */
export function taskImportersPage(): string {
  return `# Exports that tasks are imported from

What \`holdfast tasks import\` reads; [the guide](../guide/tasks.md) says what becomes of it. Fields that are not named here are passed
over. Parquet is read like JSON Lines with the same names.

${importers
  .map(
    ({ id, title, fields, documentation }) => `## ${id}

${title}.

Fields: ${fields.map((field) => `\`${field}\``).join(', ')}.

${documentation.map((url) => `- ${url}`).join('\n')}
`,
  )
  .join('\n')}
${tried}`
}

const tried = `## Tried with

On 25 November 2026. What was told of every file was read, and of a sample of them what became of their rows. \`written here\`: made that
day by the tool's own writer, with stand-ins of models.

| Kind | Files | From |
|---|---|---|
| promptfoo | 288 configurations, of which 232 give tasks; the others have prompts or tests that are programs, stand elsewhere, are made by \`redteam\`, or have attachments by address | \`examples/\` of promptfoo, in a fork as of October 2025 |
| promptfoo | 10 configurations | \`anthropics/courses\` as of November 2025, \`anthropics/claude-cookbooks\` as of September 2025 |
| inspect | 21 logs, ten of them \`.eval\`; one has no samples | tests of \`UKGovernmentBEIS/inspect_ai\` as of August 2026; logs of 2024 and 2025 |
| inspect | 36 logs of 18 tasks, each as \`.eval\` and JSON | written here, inspect_ai 0.3.285 |
| openai-evals | 657 files, of which 551 are samples and 20 plain rows; the others hold no \`input\` | data of the package evals 3.0.1.post1 |
| langfuse | 13 traces of as many frameworks; two calls of one are written as texts of Python and are not read | \`langfuse/langfuse\` as of August 2026; traces of 2024 and 2025 |
| langsmith | 6 datasets | \`langchain-ai/langchain-benchmarks\` as of August 2024 |
| langsmith | 19 runs, 13 of them of models, of LangChain and of wrapped clients | written here, langsmith 0.15.1, langchain-core 1.8.3 |
| otel-genai | 5 calls each, as OTLP and as console exporters write them; an image that the former leaves out is told | written here, opentelemetry-sdk 1.45.2 with opentelemetry-instrumentation-openai 0.62.4; logfire 5.4.0 |
| otel-genai | 4 calls as spans and log records, in one file and apart | written here, opentelemetry-instrumentation-openai-v2 2.1b0 with opentelemetry-sdk 1.37.0 |
| plain | 16 tables of questions, and 20 files of JSON Lines | the repositories above |

Not tried: exports of the blob storage of Langfuse and of the bulk export of LangSmith, which need an account; spans of
the Vercel AI SDK.
`
