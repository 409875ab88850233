import { Ajv, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { linearTimeProblem } from '../../base/linear-time-problem.ts'
import { messageOf } from '../../base/fault.ts'
import { answeredJson } from './answered-json.ts'
import { failed, type Grader, passed } from './grader.ts'

export const jsonSchema: Grader<'json-schema'> = {
  id: 'json-schema',
  title: 'the JSON in the answer follows a JSON Schema',
  needs: 'nothing',
  problem: ({ schema }) => {
    try {
      validatorOf(schema)
    } catch (error) {
      return messageOf(error)
    }
    return (
      patternsIn(schema)
        .map((pattern) => linearTimeProblem(pattern, { isSearched: true }))
        .find((problem) => problem !== null) ?? null
    )
  },
  grade: ({ schema }, _task, answer) => {
    const json = answeredJson(answer.text)
    if (json === null) return failed('the answer is no JSON')
    const validate = validatorOf(schema)
    if (validate(json.value)) return passed('follows the schema')
    const [first] = validate.errors ?? []
    return failed(`${first?.instancePath || 'the JSON'} ${first?.message ?? 'is refused'}`)
  },
}

/** A compiled schema is used for many answers; the cache goes with the settings. */
const compiled = new WeakMap<object, ValidateFunction>()

/** For schemas of graders and of tools' arguments alike: what is meant by newer words is left alone. */
export function validatorOf(schema: object): ValidateFunction {
  const known = compiled.get(schema)
  if (known !== undefined) return known
  const isOld = /draft-0[4-7]/.test(JSON.stringify((schema as { $schema?: unknown }).$schema ?? ''))
  const ajv = new (isOld ? Ajv : Ajv2020)({
    strict: false,
    allErrors: false,
    validateFormats: true,
  })
  addFormats.default(ajv)
  const validate = ajv.compile(schema)
  compiled.set(schema, validate)
  return validate
}

function patternsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(patternsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [
    ...(name === 'pattern' && typeof member === 'string' ? [member] : []),
    ...(name === 'patternProperties' && typeof member === 'object' && member !== null
      ? Object.keys(member)
      : []),
    ...patternsIn(member),
  ])
}
