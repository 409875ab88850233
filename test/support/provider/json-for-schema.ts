import { createRandomSource, type RandomSource } from '../../oracle/random-source.ts'
import { isObject, listOf, numberOrNull, objectOf, textOrNull, textsOf } from './json-reading.ts'
import { limits } from './limits.ts'

/** A value that a JSON Schema allows, the same for the same seed. Covers what providers accept as output formats. */
export function jsonForSchema(schema: unknown, seed: number): unknown {
  return valueFor(schema, { root: schema, random: createRandomSource(seed + 7), depth: 0 })
}

interface Making {
  readonly root: unknown
  readonly random: RandomSource
  readonly depth: number
}

function valueFor(schema: unknown, making: Making): unknown {
  if (!isObject(schema) || making.depth > limits.schemaDepthMax) return null
  const deeper = { ...making, depth: making.depth + 1 }
  const reference = textOrNull(schema['$ref'])
  if (reference !== null) return valueFor(referenced(reference, making.root), deeper)
  if ('const' in schema) return schema['const']
  const [firstChoice] = listOf(schema['enum'])
  if (firstChoice !== undefined) return firstChoice
  const [firstOption] = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])]
  if (firstOption !== undefined) return valueFor(firstOption, deeper)
  return plainValue(schema, deeper)
}

function plainValue(schema: Readonly<Record<string, unknown>>, making: Making): unknown {
  const [named] = textsOf(schema['type'])
  const type = (named ?? ('properties' in schema ? 'object' : 'string')).toLowerCase()
  if (type === 'object') {
    const properties = Object.entries(objectOf(schema['properties']))
    return Object.fromEntries(properties.map(([name, inner]) => [name, valueFor(inner, making)]))
  }
  if (type === 'array') {
    const length = Math.max(numberOrNull(schema['minItems']) ?? 1, 1)
    return Array.from({ length }, () => valueFor(schema['items'], making))
  }
  if (type === 'integer' || type === 'number') {
    const least = numberOrNull(schema['minimum']) ?? 1
    const most = numberOrNull(schema['maximum']) ?? least + 98
    const number = making.random.between(least, most)
    return type === 'integer' ? number : Math.min(number + 0.5, most)
  }
  if (type === 'boolean') return making.random.chance(0.5)
  if (type === 'null') return null
  return `Grüße ${making.random.between(100, 999)}`
}

function referenced(reference: string, root: unknown): unknown {
  let found: unknown = root
  for (const step of reference.replace(/^#\/?/, '').split('/')) {
    if (step !== '') found = objectOf(found)[step]
  }
  return found
}
