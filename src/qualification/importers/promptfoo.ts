import { parse } from 'yaml'
import type { GraderSettings } from '../../schema/grader-settings.ts'
import type { Task } from '../../schema/task-set.ts'
import { csvRows } from './csv-rows.ts'
import {
  type Entry,
  entriesOf,
  type ImportedRow,
  type Importer,
  type ImportFile,
  type ImportTools,
  isEntry,
  taskId,
  textOf,
  wordOf,
} from './importer.ts'
import { readAssertion } from './promptfoo-assertion.ts'
import { fill, filledPrompt } from './promptfoo-template.ts'

/** Configurations of promptfoo: every prompt with every test is a task. */
export const promptfoo: Importer = {
  id: 'promptfoo',
  title: 'promptfoo configurations (YAML or JSON)',
  documentation: [
    'https://www.promptfoo.dev/docs/configuration/reference/',
    'https://www.promptfoo.dev/docs/configuration/expected-outputs/',
  ],
  fields: [
    'description',
    'prompts',
    'defaultTest',
    'assertionTemplates',
    'tests[].vars',
    'tests[].assert',
    'tests[].options.{prefix,suffix}',
    'scenarios[].config',
    'scenarios[].tests',
  ],
  recognises: (file) => {
    const config = configOf(file)
    return (
      config !== null &&
      'prompts' in config &&
      ['tests', 'scenarios', 'providers', 'targets'].some((name) => name in config)
    )
  },
  header: (file) => {
    const title = textOf(configOf(file)?.['description'])
    return title === null ? {} : { title }
  },
  *read(file, tools) {
    const config = configOf(file)
    if (config === null) {
      yield { place: file.name, problem: 'it is no configuration in YAML or JSON' }
      return
    }
    const prompts = promptsOf(config['prompts'], tools)
    const base = baseOf(config['defaultTest'], tools)
    const { tests, problems } = joined([
      testsOf(config['tests'], tools),
      ...entriesOf(config['scenarios']).map((scenario) => scenarioTests(scenario, tools)),
    ])
    for (const problem of [...problems, ...unread(config, base, tests)])
      yield { place: file.name, problem }
    const templates = membersOf(config['assertionTemplates'])
    const left = providerParts(config).map((part) => `\`${part}\` of a provider is left out`)
    for (const [number, test] of tests.entries())
      for (const [index, prompt] of prompts.entries())
        yield* tasksOf(
          {
            test,
            base: base ?? {},
            templates,
            left,
            prompt,
            name: taskId('test', number + 1, ...(prompts.length > 1 ? [index + 1] : [])),
            place: `${file.name}: test ${number + 1}`,
          },
          tools,
        )
  },
}

function configOf(file: ImportFile): Entry | null {
  if (!/\.(?:ya?ml|json)$/i.test(file.name) || !/\bprompts\b/.test(file.text)) return null
  try {
    const value: unknown = parse(file.text, { maxAliasCount: 100 })
    return isEntry(value) ? value : null
  } catch {
    return null
  }
}

/** What holds for all tests may stand in a file of its own. Null: it cannot be read. */
function baseOf(value: unknown, tools: ImportTools): Entry | null {
  if (value === undefined || isEntry(value)) return value ?? {}
  const content = typeof value === 'string' ? tools.sibling(value.replace(/^file:\/\//, '')) : null
  const read = content === null ? null : parsed(content)
  return isEntry(read) ? read : null
}

function unread(config: Entry, base: Entry | null, tests: readonly Entry[]): readonly string[] {
  const scenarios = config['scenarios']
  const isListed = scenarios === undefined || (Array.isArray(scenarios) && scenarios.every(isEntry))
  return [
    ...(base === null ? ['`defaultTest` is a program, or cannot be read'] : []),
    ...(isListed ? [] : ['`scenarios` in a file of their own are not read']),
    ...(tests.length === 0
      ? [`it has no tests${'redteam' in config ? ': `redteam` makes them by asking a model' : ''}`]
      : []),
  ]
}

/** What providers are asked with beside the prompt is written in the form of each. */
function providerParts(config: Entry): readonly string[] {
  const providers = config['providers'] ?? config['targets']
  const configs = entriesOf(providers).flatMap((one) => [
    one['config'],
    ...Object.values(one).map((inner) => (isEntry(inner) ? inner['config'] : undefined)),
  ])
  return ['tools', 'toolConfig', 'functions', 'response_format'].filter((part) =>
    configs.some((one) => isEntry(one) && one[part] !== undefined),
  )
}

/** Texts, or why there is none. */
type Prompt = { readonly text: string } | { readonly problem: string }

function promptsOf(value: unknown, tools: ImportTools): readonly Prompt[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.flatMap((one): readonly Prompt[] => {
    const text = isEntry(one) ? (textOf(one['raw']) ?? textOf(one['id'])) : textOf(one)
    if (text === null) return [{ problem: 'a prompt is no text' }]
    if (isProgram(text)) return [{ problem: `the prompt \`${text}\` is a program` }]
    if (isElsewhere(text)) return [{ problem: `the prompt \`${text}\` stands elsewhere` }]
    const isFile =
      text.startsWith('file://') || /^[\w./*-]{1,200}\.(?:txt|md|j2|jsonl?|ya?ml)$/.test(text)
    return isFile ? filePrompts(text.replace(/^file:\/\//, ''), tools) : [{ text }]
  })
}

/** `prompts.py:name`, `file://prompt.js`, `exec: …`. */
function isProgram(text: string): boolean {
  return (
    /^(?:file:\/\/)?[\w./*-]{1,200}\.(?:py|[cm]?[jt]sx?|rb|go|sh|exe)(?::[\w.]{1,100})?$/.test(
      text,
    ) || /^(?:exec|python):/.test(text)
  )
}

/** In a service or a package: `langfuse://name:3`, `package:NAME:function`. */
function isElsewhere(text: string): boolean {
  return /^(?!file:)[a-z][a-z0-9+-]{1,30}:\/\/\S+$/.test(text) || /^package:\S+$/.test(text)
}

/** Of a pattern each file that it means. */
function filePrompts(written: string, tools: ImportTools): readonly Prompt[] {
  const paths = pathsOf(written, tools)
  const read = paths.map((path) => ({
    path,
    content: /\.(?:txt|md|j2|jsonl?|ya?ml)$/i.test(path) ? tools.sibling(path) : null,
  }))
  if (read.length === 0 || read.some(({ content }) => content === null))
    return [{ problem: `the prompt \`${written}\` is a program, or cannot be read` }]
  return read.flatMap(({ path, content }) => promptsIn(path, content ?? ''))
}

/** A file of texts holds several prompts, with lines of `---` between; one of JSON Lines one a line. */
function promptsIn(path: string, content: string): readonly Prompt[] {
  if (/\.txt$/i.test(path)) return content.split(/^---\s*$/m).map((part) => ({ text: part.trim() }))
  if (/\.jsonl$/i.test(path))
    return content.split('\n').flatMap((line) => (line.trim() === '' ? [] : [{ text: line }]))
  const value = /\.ya?ml$/i.test(path) ? parsed(content) : null
  return [{ text: typeof value === 'object' && value !== null ? JSON.stringify(value) : content }]
}

/** `prompts/*.txt` stands for all such files. */
function pathsOf(path: string, tools: ImportTools): readonly string[] {
  return /[*?]/.test(path) ? tools.matching(path) : [path]
}

interface ReadTests {
  readonly tests: readonly Entry[]
  readonly problems: readonly string[]
}

function joined(read: readonly ReadTests[]): ReadTests {
  return {
    tests: read.flatMap(({ tests }) => tests),
    problems: read.flatMap(({ problems }) => problems),
  }
}

/** Every test of a scenario with every set of its variables. */
function scenarioTests(scenario: Entry, tools: ImportTools): ReadTests {
  const configs = testsOf(scenario['config'], tools)
  const { tests, problems } = testsOf(scenario['tests'], tools)
  return {
    tests: configs.tests.flatMap((config) =>
      tests.map((test) => ({
        ...test,
        vars: { ...membersOf(config['vars']), ...membersOf(test['vars']) },
        assert: [...entriesOf(config['assert']), ...entriesOf(test['assert'])],
      })),
    ),
    problems: [...configs.problems, ...problems],
  }
}

function testsOf(value: unknown, tools: ImportTools): ReadTests {
  const list: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value]
  const tests: Entry[] = []
  const problems: string[] = []
  for (const one of list) {
    if (isEntry(one)) tests.push(one)
    else if (typeof one === 'string') {
      const read = pathsOf(one.replace(/^file:\/\//, ''), tools).map((path) =>
        testFile(path, tools),
      )
      for (const some of read) tests.push(...(some ?? []))
      if (read.length === 0 || read.includes(null))
        problems.push(`the tests \`${one}\` are a program, or cannot be read`)
    }
  }
  return { tests, problems }
}

function testFile(path: string, tools: ImportTools): readonly Entry[] | null {
  const content = /\.(?:ya?ml|jsonl?|csv)$/i.test(path) ? tools.sibling(path) : null
  if (content === null) return null
  if (/\.csv$/i.test(path))
    return csvRows(content).flatMap((row) => (row === null ? [] : [testOfRow(row)]))
  if (/\.jsonl$/i.test(path))
    return content
      .split('\n')
      .flatMap((line) => entriesOf([parsed(line)]))
      .map(testOfEntry)
  return entriesOf(parsed(content)).map(testOfEntry)
}

/** A row that is no test is the variables of one. */
function testOfEntry(entry: Entry): Entry {
  return ['vars', 'assert', 'description', 'options'].some((name) => name in entry)
    ? entry
    : { vars: entry }
}

/** Columns that begin with `__expected` are assertions, written `type: value` or as a text that is to be equal. */
function testOfRow(row: Readonly<Record<string, string>>): Entry {
  const vars = Object.entries(row).filter(([name]) => !name.startsWith('__'))
  const asserts = Object.entries(row).flatMap(([name, cell]) => {
    if (!/^__expected\d*$/.test(name) || cell === '') return []
    return [assertionOfCell(cell)]
  })
  return { vars: Object.fromEntries(vars), assert: asserts, description: row['__description'] }
}

/** `contains: text`, `similar(0.8): text`, `is-json`; anything else is a text that is to be equal. */
function assertionOfCell(cell: string): Entry {
  const typed =
    /^(?<type>[a-z-]{2,40})(?:\([\d.]{1,8}\))?:\s*(?<value>[\s\S]*)$/.exec(cell)?.groups ??
    /^(?<type>(?:not-)?(?:is|contains)-(?:json|refusal|sql|xml|html))$/.exec(cell)?.groups
  if (typed === undefined) return { type: 'equals', value: cell }
  const type = typed['type'] === 'grade' ? 'llm-rubric' : typed['type']
  return { type, value: typed['value'] }
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 })
  } catch {
    return null
  }
}

interface TestOfPrompt {
  readonly test: Entry
  readonly base: Entry
  /** Assertions by name, to which `$ref` refers. */
  readonly templates: Entry
  /** What of the configuration no task has. */
  readonly left: readonly string[]
  readonly prompt: Prompt
  readonly name: string
  readonly place: string
}

function* tasksOf(
  { test, base, templates, left, prompt, name, place }: TestOfPrompt,
  tools: ImportTools,
): Iterable<ImportedRow> {
  if ('problem' in prompt) {
    yield { place, problem: prompt.problem }
    return
  }
  const vars = { ...membersOf(base['vars']), ...membersOf(test['vars']) }
  const options = { ...membersOf(base['options']), ...membersOf(test['options']) }
  const asserted = [...entriesOf(base['assert']), ...entriesOf(test['assert'])]
    .flatMap((one) => within(one, templates))
    .map((one) => ({ transform: options['transform'] ?? options['postprocess'], ...one }))
  const notes = [
    ...left,
    ...('threshold' in test || 'threshold' in base
      ? ['`threshold` is left out: all graders must pass']
      : []),
  ]
  const text = `${wordOf(options['prefix'])}${prompt.text}${wordOf(options['suffix'])}`
  const choices = combinations(vars, tools)
  for (const [index, values] of choices.entries()) {
    const filled = filledPrompt(text, values, tools)
    if ('problem' in filled) {
      yield { place, problem: filled.problem }
      continue
    }
    const { request } = filled
    const read = asserted.map((one) =>
      readAssertion(one, (text) => fill(text, values, tools) ?? text),
    )
    const graders = read.flatMap((one): readonly GraderSettings[] => one.graders)
    const expected = read.find((one) => one.expected !== undefined)?.expected
    yield {
      task: {
        id: choices.length > 1 ? `${name}-${index + 1}` : name,
        request,
        ...(expected === undefined ? {} : { expected: expected as NonNullable<Task['expected']> }),
        ...(graders.length === 0 ? {} : { graders: [...graders] }),
      },
      place,
      notes: [...notes, ...read.flatMap(({ note }) => (note === null ? [] : [note]))],
    }
  }
}

/** `{ $ref: "#/assertionTemplates/NAME" }`; and sets of which all must hold are their members. */
function within(assertion: Entry, templates: Entry): readonly Entry[] {
  const { $ref: reference, ...own } = assertion
  const name = /^#\/assertionTemplates\/(?<name>.+)$/.exec(wordOf(reference))?.groups?.['name']
  const named = name === undefined ? undefined : templates[name]
  const whole = isEntry(named) ? { ...named, ...own } : assertion
  const isSet = whole['type'] === 'assert-set' && (whole['threshold'] ?? 1) === 1
  return isSet ? entriesOf(whole['assert']) : [whole]
}

function membersOf(value: unknown): Entry {
  return isEntry(value) ? value : {}
}

/** A variable that is a list, or a pattern of files, stands for each of its values in turn. */
function combinations(vars: Entry, tools: ImportTools): readonly Entry[] {
  return Object.entries(vars).reduce<readonly Entry[]>(
    (all, [name, value]) =>
      valuesOf(value, tools)
        .flatMap((one: unknown) => all.map((entry) => ({ ...entry, [name]: one })))
        .slice(0, combinationsMax),
    [{}],
  )
}

const combinationsMax = 10_000

function valuesOf(value: unknown, tools: ImportTools): readonly unknown[] {
  if (Array.isArray(value)) return value
  const pattern = typeof value === 'string' && /^file:\/\/.*[*?]/.test(value) ? value : null
  if (pattern === null) return [value]
  return tools.matching(pattern.slice('file://'.length)).map((path) => `file://${path}`)
}
