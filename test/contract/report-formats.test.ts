import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { assert as assertProperty, asyncProperty } from 'fast-check'
import { registerFormats } from '../../src/report/index.ts'
import { Register } from '../../src/schema/register.ts'
import { Role } from '../../src/schema/vocabulary.ts'
import { anyRegister } from '../fixtures/report/any-register.ts'
import {
  acmeRegister,
  emptyRegister,
  hostileRegister,
  jurisdictions,
  largeRegister,
} from '../fixtures/report/register.ts'

/** Says what is wrong with a document of the format, or null; the format's own published schema decides. */
type Validator = (text: string) => Promise<string | null>

const validators: Readonly<Record<string, Validator>> = {
  csv: checkCsv,
  cyclonedx: cycloneDxValidator(Spec.Version.v1dot6),
  'cyclonedx-1.7': cycloneDxValidator(Spec.Version.v1dot7),
  html: checkHtml,
  json: async (text) => Register.safeParse(JSON.parse(text)).error?.message ?? null,
  md: checkMarkdown,
  sarif: schemaValidator(
    new Ajv({ strict: false, unicodeRegExp: false }),
    'sarif-schema-2.1.0.json',
  ),
  spdx: schemaValidator(
    new Ajv2020({ strict: false, unicodeRegExp: false }),
    'spdx-schema-3.0.1.json',
  ),
  text: checkText,
}

function schemaValidator(ajv: Ajv | Ajv2020, file: string): Validator {
  addFormats.default(ajv)
  const schema: unknown = JSON.parse(
    readFileSync(new URL(`../schemas/${file}`, import.meta.url), 'utf8'),
  )
  const validate = ajv.compile(schema as object)
  return async (text) => (validate(JSON.parse(text)) ? null : JSON.stringify(validate.errors))
}

function cycloneDxValidator(version: Spec.Version): Validator {
  const validator = new Validation.JsonStrictValidator(version)
  return async (text) => {
    const fault = await validator.validate(text)
    return fault === null ? null : JSON.stringify(fault)
  }
}

/** Reads RFC 4180 back: every record has as many cells as the head, and no cell starts a formula. */
async function checkCsv(text: string): Promise<string | null> {
  const records = parseCsv(text)
  const width = records[0]?.length ?? 0
  for (const record of records) {
    if (record.length !== width) return `a record of ${record.length} cells, not ${width}`
    const formula = record.find((cell) => /^[=+\-@\t\r]/.test(cell))
    if (formula !== undefined) return `a cell that a spreadsheet would run: ${formula}`
  }
  return null
}

function parseCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = []
  const cells = /(?<cell>"(?:[^"]|"")*"|[^",\r\n]*)(?<end>,|\r\n)/gy
  let record: string[] = []
  for (const { groups } of text.matchAll(cells)) {
    const cell = groups?.['cell'] ?? ''
    record.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)
    if (groups?.['end'] !== '\r\n') continue
    records.push(record)
    record = []
  }
  const length = [...text.matchAll(cells)].reduce((sum, match) => sum + match[0].length, 0)
  assert.equal(length, text.length, 'every character belongs to a cell')
  return records
}

/** Only the elements that the page is made of: text never becomes one more. */
async function checkHtml(text: string): Promise<string | null> {
  const scripts = text.match(/<script\b/gi) ?? []
  if (scripts.length !== 2) return `${scripts.length} scripts`
  if ((text.match(/<\/script/gi) ?? []).length !== 2) return 'a script that ends early'
  if (/<!--/.test(text)) return 'a comment'
  const data = /<script type="application\/json" id="data">(?<json>.*?)<\/script>/s.exec(text)
  JSON.parse(data?.groups?.['json'] ?? '')
  return /<(?:img|iframe|object|embed|base)\b/i.test(text) ? 'a foreign element' : null
}

async function checkMarkdown(text: string): Promise<string | null> {
  if (text.length > 65_536) return `${text.length} characters`
  const outside = text
    .replace(/^(?<fence>`{3,})\n.*?\n\k<fence>$/gms, '')
    .replace(/(?<run>`+).*?\k<run>/g, '')
  const tag = /<(?!\/?(?:details|summary|br|sub)>)[a-z!/]/i.exec(outside)
  return tag === null ? null : `markup of its own: ${outside.slice(tag.index, tag.index + 60)}`
}

async function checkText(text: string): Promise<string | null> {
  // oxlint-disable-next-line no-control-regex -- control characters are what this finds
  return /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text)
    ? 'a character that moves a terminal'
    : null
}

const registers: Readonly<Record<string, Register>> = {
  'a realistic register': acmeRegister,
  'a hostile register': hostileRegister,
  'an empty register': emptyRegister,
}

test('formats are listed by id, each once, and each has a validator here', () => {
  const ids = registerFormats.map((format) => format.id)
  assert.deepEqual(ids, [...new Set(ids)].toSorted())
  assert.deepEqual(Object.keys(validators).toSorted(), ids)
})

/** Folders of reports that are made of something else than a register. */
const otherDocuments = [
  'diff',
  'guardrail',
  'judge',
  'simulation',
  'sovereignty',
  'timeline',
  'trial',
]

test('every file or folder of a format is in the list', () => {
  const report = new URL('../../src/report/', import.meta.url)
  const listed = readFileSync(new URL('register-formats.ts', report), 'utf8')
  const folders = readdirSync(report, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter((name) => !otherDocuments.includes(name))
  for (const folder of folders) assert.ok(listed.includes(`'./${folder}/`), folder)
})

for (const format of registerFormats) {
  describe(format.id, () => {
    const validate = validators[format.id] ?? assert.fail(`no validator for ${format.id}`)

    for (const [name, register] of Object.entries(registers)) {
      test(`writes ${name} validly, and the same each time`, async () => {
        const text = format.render(register, { jurisdictions })
        assert.equal(await validate(text), null)
        assert.equal(format.render(structuredClone(register), { jurisdictions }), text)
        assert.ok(text.endsWith('\n'))
        assert.ok(text.isWellFormed())
      })
    }

    test('takes every option', async () => {
      const options = {
        show: Role.options,
        colour: false,
        width: 80,
        timestamp: '2026-11-24T12:00:00.123Z',
        jurisdictions,
        modelReleases: { 'anthropic/claude-fable-5': '2026-02-03' },
      }
      assert.equal(await validate(format.render(acmeRegister, options)), null)
    })

    test('never holds a secret of a remote address, except the register itself', () => {
      if (format.id === 'json') return
      assert.ok(!format.render(hostileRegister, {}).includes('hunter2'))
    })

    test('writes any register that the schema allows', async () => {
      await assertProperty(
        asyncProperty(anyRegister, async (register) => {
          assert.equal(await validate(format.render(register, { show: Role.options })), null)
        }),
        { numRuns: 50 },
      )
    })
  })
}

test('5,000 dependencies are written by every format', () => {
  const register = largeRegister(5000)
  for (const format of registerFormats) {
    assert.ok(format.render(register, { jurisdictions }).length > 1_000, format.id)
  }
})
