import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { suite, test } from 'node:test'
import * as z from 'zod'

/**
 * Of a person holdfast knows a class under one definition, never what the class was concluded from. No schema,
 * neither published nor in the code, may have a place for it.
 */
const root = resolve(import.meta.dirname, '../..')

/** Words that no name of a field and no fixed value may hold; a name is read word by word. */
const bannedWords = new Set([
  'nationality',
  'nationalities',
  'nationals',
  'citizen',
  'citizens',
  'citizenship',
  'citizenships',
  'birth',
  'birthplace',
  'birthdate',
  'birthday',
  'born',
  'visa',
  'visas',
  'passport',
  'passports',
  'immigration',
  'immigrant',
  'ethnicity',
  'ethnic',
  'race',
  'ssn',
])

/** Words that are banned only side by side. */
const bannedPairs = [
  ['identity', 'document'],
  ['identity', 'documents'],
  ['identity', 'card'],
  ['id', 'card'],
  ['id', 'document'],
  ['national', 'id'],
  ['green', 'card'],
  ['work', 'permit'],
  ['permanent', 'resident'],
  ['country', 'of'],
  ['home', 'country'],
] as const

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

function isBanned(name: string): boolean {
  const words = wordsOf(name)
  return (
    words.some((word) => bannedWords.has(word)) ||
    bannedPairs.some(([first, second]) =>
      words.some((word, index) => word === first && words[index + 1] === second),
    )
  )
}

/** Names of fields and fixed values in a JSON Schema that stand for what a person was concluded from. */
function bannedIn(node: unknown, path: string): readonly string[] {
  if (Array.isArray(node)) return node.flatMap((one: unknown) => bannedIn(one, path))
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, child]: [string, unknown]) => {
    if (key === 'properties' && typeof child === 'object' && child !== null) {
      const names = Object.keys(child)
        .filter(isBanned)
        .map((name) => `${path} ${name}`)
      return [
        ...names,
        ...Object.entries(child).flatMap(([name, one]) => bannedIn(one, `${path} ${name}`)),
      ]
    }
    if (key === 'enum' && Array.isArray(child)) {
      return child
        .filter((value): value is string => typeof value === 'string' && isBanned(value))
        .map((value) => `${path} = ${value}`)
    }
    if (key === 'const' && typeof child === 'string' && isBanned(child))
      return [`${path} = ${child}`]
    return bannedIn(child, path)
  })
}

function isZodType(value: unknown): value is z.ZodType {
  return value instanceof z.ZodType
}

/** Every zod schema that a module of src/schema exports, as JSON Schema. */
async function schemasOf(file: string): Promise<readonly (readonly [string, unknown])[]> {
  const exported: Readonly<Record<string, unknown>> = await import(join(root, 'src/schema', file))
  return Object.entries(exported).flatMap(([name, value]) =>
    isZodType(value)
      ? [[name, z.toJSONSchema(value, { io: 'input', unrepresentable: 'any' })] as const]
      : [],
  )
}

suite('no place for nationality or what it could be concluded from', () => {
  const modules = readdirSync(join(root, 'src/schema')).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )

  for (const file of modules) {
    test(`src/schema/${file} has no field and no value for it`, async () => {
      const found = (await schemasOf(file)).flatMap(([name, schema]) => bannedIn(schema, name))
      assert.deepEqual(found, [])
    })
  }

  test('the schemas of the code were found', async () => {
    const all = await Promise.all(modules.map(schemasOf))
    assert.ok(all.flat().length > 30, `${all.flat().length} schemas`)
  })

  test('no published schema has a field or a value for it', () => {
    const files = readdirSync(join(root, 'schema')).filter((name) => name.endsWith('.json'))
    assert.ok(files.length > 0)
    const found = files.flatMap((name) =>
      bannedIn(JSON.parse(readFileSync(join(root, 'schema', name), 'utf8')), name),
    )
    assert.deepEqual(found, [])
  })

  test('the words that policies may use have none', () => {
    const source = readFileSync(join(root, 'src/policy/cedar-schema.ts'), 'utf8')
    const names = [...source.matchAll(/"(?<name>[A-Za-z_]+)"\??:/g)].map(
      (match) => match.groups?.['name'] ?? '',
    )
    assert.ok(names.includes('class'), 'the attributes of a person were found')
    assert.deepEqual(names.filter(isBanned), [])
  })

  test('a planted field and a planted value are seen', () => {
    const planted = z.strictObject({
      principal: z.strictObject({
        passportNumber: z.string(),
        countryOfBirth: z.string(),
        basis: z.enum(['self-attestation', 'identity-document']),
      }),
      class: z.enum(['not-foreign-person', 'undetermined']),
    })
    assert.deepEqual(bannedIn(z.toJSONSchema(planted), 'Planted'), [
      'Planted principal passportNumber',
      'Planted principal countryOfBirth',
      'Planted principal basis = identity-document',
    ])
  })

  test('names that only look alike are let through', () => {
    const innocent = ['homeJurisdiction', 'country', 'advisable', 'identity', 'documents', 'trace']
    assert.deepEqual(innocent.filter(isBanned), [])
  })
})
