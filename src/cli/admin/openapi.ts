import * as z from 'zod'
import { changesSomething, type Resource } from './resource.ts'

type Json = Readonly<Record<string, unknown>>

/** The admin API as OpenAPI 3.1 (its schemas are JSON Schema 2020-12), from the same table as the server. */
export function describeApi(resources: readonly Resource[], version: string) {
  const definitions: Definitions = {}
  const schemaAs = (schema: z.ZodType, io: 'input' | 'output', name: string): Json =>
    withoutDefinitions(schemaOf(schema, io), name, definitions)
  const paths: Record<string, Record<string, Json>> = {
    '/healthz': { get: healthOperation('healthz', 'Whether the process lives') },
    '/readyz': { get: healthOperation('readyz', 'Whether model traffic can be served') },
    '/metrics': { get: metricsOperation },
  }
  for (const one of resources) {
    const path = (paths[one.path] ??= {})
    path[one.method.toLowerCase()] = operationOf(one, schemaAs)
  }
  const answers = Object.fromEntries(
    resources
      .filter(({ answerTypes }) => answerTypes === undefined)
      .map(({ id, answer }) => [nameOf(id), schemaAs(answer, 'output', nameOf(id))]),
  )
  return {
    openapi: '3.1.0' as const,
    info: {
      title: 'Holdfast admin API',
      version,
      description:
        'What `holdfast serve` answers on `admin.listen`. Every change is an entry in the ledger with the id of the token that made it, or who its signed token speaks of.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { oidc: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of `admin.tokens`' },
        oidc: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'A signed token of an issuer of `admin.oidc`; its groups give roles, perhaps several',
        },
      },
      schemas: {
        Problem: schemaOf(Problem, 'output'),
        ...answers,
        ...definitions,
      },
      responses: { Problem: problemResponse('What was asked for is refused, or cannot be done') },
    },
  }
}

const Problem = z.object({
  error: z
    .object({
      type: z.string().describe('One word or several with `_`, for programs'),
      message: z.string().describe('What is wrong, in words'),
      code: z.string().optional().describe('Code of docs/reference/error-codes.md'),
      expected: z.string().optional().describe('What was expected instead'),
      place: z
        .object({
          path: z.string().describe('The file'),
          line: z.int().optional().describe('The line, from 1'),
          column: z.int().optional().describe('The column, from 1'),
        })
        .optional()
        .describe('Where it was found'),
      others: z.array(z.string()).optional().describe('More problems of the same kind'),
      advice: z.string().optional().describe('What to do'),
    })
    .describe('Why'),
})

type SchemaAs = (schema: z.ZodType, io: 'input' | 'output', name: string) => Json
type Definitions = Record<string, Json>

function operationOf(one: Resource, schemaAs: SchemaAs): Json {
  const { id, summary, roles, query, parameters = {} } = one
  const content = requestContent(one, schemaAs)
  return {
    operationId: id,
    summary,
    description: `Roles: ${roles.join(', ')}.`,
    'x-holdfast-roles': [...roles],
    'x-holdfast-changes': changesSomething(one),
    parameters: [
      ...Object.entries(parameters).map(([name, description]) => ({
        name,
        in: 'path',
        required: true,
        description,
        schema: { type: 'string' },
      })),
      ...queryParameters(query),
    ],
    ...(content === null ? {} : { requestBody: { required: one.takesFile === true, content } }),
    responses: {
      200: { description: summary, content: answerContent(one) },
      401: problemResponse('No token, or one that does not count'),
      403: problemResponse('The token has no role that may do this, or the host is not permitted'),
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

function requestContent({ id, body, takesFile }: Resource, schemaAs: SchemaAs): Json | null {
  if (takesFile === true) return { 'application/octet-stream': {} }
  if (body === null) return null
  return { 'application/json': { schema: schemaAs(body, 'input', nameOf(id, 'Body')) } }
}

function answerContent({ id, answerTypes }: Resource): Json {
  if (answerTypes === undefined)
    return { 'application/json': { schema: { $ref: `#/components/schemas/${nameOf(id)}` } } }
  const schemaOfType = (type: string): Json =>
    type === 'application/json' ? {} : { type: 'string' }
  return Object.fromEntries(answerTypes.map((type) => [type, { schema: schemaOfType(type) }]))
}

function queryParameters(query: Resource['query']): readonly Json[] {
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    readonly properties?: Readonly<Record<string, Json>>
    readonly required?: readonly string[]
  }
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description,
    schema,
  }))
}

function problemResponse(description: string): Json {
  return {
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
}

function healthOperation(operationId: string, summary: string): Json {
  const schema = { type: 'object', properties: { status: { type: 'string' } } }
  const content = { 'application/json': { schema } }
  return {
    operationId,
    summary,
    security: [],
    responses: {
      200: { description: 'Yes', content },
      503: { description: 'No', content },
    },
  }
}

const metricsOperation: Json = {
  operationId: 'metrics',
  summary: 'Metrics in the text format of Prometheus',
  responses: {
    200: { description: 'Metrics', content: { 'text/plain': { schema: { type: 'string' } } } },
    401: problemResponse('No token, or one that is not known'),
  },
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return json
}

/** What refers to itself has definitions of its own, which a document of many schemas keeps in one place. */
function withoutDefinitions(
  { $defs, ...schema }: Json,
  name: string,
  definitions: Definitions,
): Json {
  const renamed = (json: unknown): Json =>
    JSON.parse(
      JSON.stringify(json)
        .replaceAll('"#/$defs/', `"#/components/schemas/${name}.`)
        .replaceAll('"$ref":"#"', `"$ref":"#/components/schemas/${name}"`),
    ) as Json
  if ($defs === undefined) return schema
  for (const [key, definition] of Object.entries($defs as Json))
    definitions[`${name}.${key}`] = renamed(definition)
  return renamed(schema)
}

/** `listCircuits` → `ListCircuitsAnswer`. */
function nameOf(id: string, what = 'Answer'): string {
  return `${id.charAt(0).toUpperCase()}${id.slice(1)}${what}`
}
