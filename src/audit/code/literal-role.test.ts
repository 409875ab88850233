import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factLines } from '../../../test/fixtures/audit/fact-lines.ts'

async function roles(path: string, content: string): Promise<readonly string[]> {
  return (await factLines(path, content)).filter((line) => !/^(?:define|import) /.test(line))
}

test('what a table is asked for by a model is a mention', async () => {
  assert.deepEqual(await roles('a.ts', 'const max = LIMITS["gpt-4o"].output\n'), [
    'mention 1 gpt-4o',
  ])
  assert.deepEqual(await roles('a.py', 'x = LIMITS["gpt-4o"]["output"]\n'), ['mention 1 gpt-4o'])
})

test('texts that are replaced, compared or measured name no use', async () => {
  const lines = await roles(
    'a.py',
    'import lemon\ndf.replace("gpt-4o", "gpt-4o-mini")\nenc = encoding_for_model("gpt-4o")\ncost = estimate_cost(model="gpt-4o")\npattern = re.compile("gpt-4o")\n',
  )
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('mention ')),
    [],
  )
  assert.equal(lines.length, 5)
})

test('rows that say how a model is shown are offered, the default beside them is declared', async () => {
  const lines = await roles(
    'a.ts',
    "const DEFAULT_MODEL = 'gpt-4o'\nconst rows = [\n  { id: 'gpt-4o', name: 'Four', description: 'large' },\n  { id: 'gpt-4o-mini', name: 'Mini', description: 'small' },\n]\n",
  )
  assert.deepEqual(lines, ['declare 1 gpt-4o', 'allow 3 gpt-4o', 'allow 4 gpt-4o-mini'])
})

test('the default of a field with options is declared, the options are offered', async () => {
  const lines = await roles(
    'a.ts',
    "const fields = [\n  { name: 'model', options: [{ id: 'gpt-4o', label: 'Four' }, { id: 'gpt-4o-mini', label: 'Mini' }],\n    default: 'gpt-4o-mini' },\n]\n",
  )
  assert.deepEqual(lines, ['allow 2 gpt-4o', 'allow 2 gpt-4o-mini', 'declare 3 gpt-4o-mini'])
})

test('what a test expects is no use', async () => {
  const lines = await roles(
    'a.ts',
    "expect(pick()).toEqual({ model: 'gpt-4o' })\nexpect(all()).toEqual([expect.objectContaining({ model: 'gpt-4o' })])\nask({ model: 'gpt-4o' })\n",
  )
  assert.deepEqual(lines, ['mention 1 gpt-4o', 'mention 2 gpt-4o', 'use 3 gpt-4o'])
})

test('a type that lists models offers them', async () => {
  assert.deepEqual(await roles('a.py', 'Name = Literal[\n  "gpt-4o",\n  "gpt-4o-mini",\n]\n'), [
    'allow 2 gpt-4o',
    'allow 3 gpt-4o-mini',
  ])
  assert.deepEqual(await roles('a.ts', "type Name = 'gpt-4o' | 'own'\n"), ['allow 1 gpt-4o'])
})

test('a setter and a component keep a model for later', async () => {
  assert.deepEqual(await roles('a.ts', "setChatSettings({ model: 'gpt-4o' })\n"), [
    'declare 1 gpt-4o',
  ])
})

test('an object that is only written down is no request, with messages it is one', async () => {
  assert.deepEqual(await roles('a.py', 'rows.append({"model": "gpt-4o", "score": 1})\n'), [
    'mention 1 gpt-4o',
  ])
  assert.deepEqual(
    await roles('a.ts', "body(JSON.stringify({ model: 'gpt-4o', messages: [] }))\n"),
    ['use 1 gpt-4o'],
  )
})

test('settings of a request set a limit and are no row of limits', async () => {
  const lines = await roles(
    'a.ts',
    "const masks = [\n  { modelConfig: { model: 'gpt-4o', temperature: 1, max_tokens: 2000 } },\n  { modelConfig: { model: 'gpt-4o', temperature: 0.5, max_tokens: 2000 } },\n  { modelConfig: { model: 'gpt-4o-mini', temperature: 1, max_tokens: 2000 } },\n]\n",
  )
  assert.deepEqual(lines, ['declare 2 gpt-4o', 'declare 3 gpt-4o', 'declare 4 gpt-4o-mini'])
})

test('a text that is only wrapped stands where its wrapper stands', async () => {
  assert.deepEqual(await roles('a.rs', 'fn f() -> bool { name == Some("gpt-4o") }\n'), [
    'mention 1 gpt-4o',
  ])
})

test('the name of a member outside the program is a choice, the default of an option is declared', async () => {
  const names = [
    ['a.rs', 'enum Voice {\n    #[serde(rename = "gpt-4o-mini")]\n    Fine,\n}\n'],
    ['a.kt', 'enum class Voice {\n  @SerialName("gpt-4o-mini")\n  FINE,\n}\n'],
    ['a.java', 'enum Voice {\n  @JsonProperty("gpt-4o-mini")\n  FINE;\n}\n'],
    ['a.cs', 'enum Voice {\n  [EnumMember(Value = "gpt-4o-mini")]\n  Fine,\n}\n'],
  ] as const
  for (const [path, content] of names) {
    assert.deepEqual(await roles(path, content), ['allow 2 gpt-4o-mini'], path)
  }
  const option =
    '#[derive(Parser)]\nstruct Options {\n    #[arg(long, default_value = "gpt-4o-mini")]\n    voice: String,\n}\n'
  assert.deepEqual(await roles('b.rs', option), ['declare 3 gpt-4o-mini'])
})

test('two rows that say what a token costs are prices, two that set a request are not', async () => {
  const priced = [
    'package lemon',
    'var Models = map[string]Model{',
    '\tFlash: {APIModel: "gemini-2.5-flash", CostPer1MIn: Base[Flash].CostPer1MIn},',
    '\tPro:   {APIModel: "gemini-2.5-pro", CostPer1MIn: Base[Pro].CostPer1MIn},',
    '}',
    '',
  ].join('\n')
  assert.deepEqual(await roles('a.go', priced), [
    'price 3 gemini-2.5-flash',
    'price 4 gemini-2.5-pro',
  ])
  const set = priced.replaceAll(/CostPer1MIn: \S+\}/g, 'Effort: "low"}')
  assert.deepEqual(await roles('a.go', set), [
    'declare 3 gemini-2.5-flash',
    'declare 4 gemini-2.5-pro',
  ])
})
