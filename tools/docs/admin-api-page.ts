import { resources } from '../../src/cli/admin/resources.ts'

/** The operations of the admin API, from the table that the server serves. */
export function adminApiPage(): string {
  const rows = resources.map(
    ({ method, path, summary, roles }) =>
      `| \`${method} ${path}\` | ${summary} | ${roles.join(', ')} |`,
  )
  return `# The admin API

What \`holdfast serve\` answers on \`admin.listen\` to holders of a token of \`admin.tokens\`
(\`Authorization: Bearer …\`); [operating the gateway](../guide/operations.md) says how to set it up.
\`GET /api/v1/openapi.json\` describes every parameter, body and answer (OpenAPI 3.1). Errors are
\`{ "error": { "type": …, "message": … } }\`, with \`code\` and \`advice\` where a command would tell them.

| Operation | What it does | Roles |
|---|---|---|
| \`GET /healthz\`, \`GET /readyz\` | Whether the process lives; whether model traffic can be served | none needed |
| \`GET /metrics\` | Figures for Prometheus | all |
${rows.join('\n')}
`
}
