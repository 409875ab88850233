import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Task } from '../../schema/task-set.ts'
import type { ImportFile } from './importer.ts'
import { type ImportedTasks, importerFor, importTasks } from './import-tasks.ts'
import { importers } from './importers.ts'

const lines = (...values: readonly unknown[]) => values.map((one) => JSON.stringify(one)).join('\n')

function file(
  name: string,
  text: string,
  members: Readonly<Record<string, unknown>> = {},
): ImportFile {
  return {
    name,
    text,
    members: new Map(Object.entries(members).map(([path, value]) => [path, JSON.stringify(value)])),
  }
}

/** Read by the importer that knows the file, which must be the one that is expected. */
function imported(
  kind: string,
  given: ImportFile,
  siblings: Readonly<Record<string, string>> = {},
): ImportedTasks {
  const importer = importerFor(given, null)
  assert.equal(importer?.id, kind)
  const read = importTasks(given, importer, {
    sibling: (path) => siblings[path] ?? null,
    matching: (pattern) => {
      const [before = '', after = ''] = pattern.split('*')
      return Object.keys(siblings).filter((path) => path.startsWith(before) && path.endsWith(after))
    },
  })
  for (const task of read.tasks) assert.doesNotThrow(() => Task.parse(task))
  return read
}

const user = (content: string) => ({ role: 'user' as const, content })

test('every importer names public descriptions and the fields it reads', () => {
  assert.equal(new Set(importers.map(({ id }) => id)).size, importers.length)
  for (const { documentation, fields, title } of importers) {
    assert.ok(documentation.every((one) => one.startsWith('https://')) && documentation.length > 0)
    assert.ok(fields.length > 0 && title.length > 0)
  }
})

test('OpenAI evals: messages with a system turn, and one or several ideals', () => {
  const read = imported(
    'openai-evals',
    file(
      'samples.jsonl',
      lines(
        {
          input: [
            { role: 'system', content: 'Be short.' },
            { role: 'user', content: '2+2?' },
          ],
          ideal: '4',
        },
        { input: 'Capital of France?', ideal: ['Paris', 'paris'] },
        { input: [], ideal: 'x' },
        { ideal: 'x' },
      ) + '\nnonsense',
    ),
  )
  assert.deepEqual(
    read.tasks.map(({ request, expected }) => [request, expected]),
    [
      [{ system: 'Be short.', messages: [user('2+2?')] }, '4'],
      [{ messages: [user('Capital of France?')] }, ['Paris', 'paris']],
    ],
  )
  assert.equal(read.bad, 3)
  assert.deepEqual(read.told, [
    'samples.jsonl:3: no `input` that is a text or messages (and 2 more)',
  ])
})

test('promptfoo: prompts × tests, lists of values, defaults and assertions', () => {
  const config = `
description: Translations
prompts:
  - 'Translate to {{language}}: {{text}}'
  - file://chat.json
providers: [openai:gpt-x]
defaultTest:
  assert:
    - type: not-contains
      value: As an AI
tests:
  - vars: { language: [French, German], text: Hello }
    assert:
      - { type: icontains-any, value: [bonjour, hallo] }
      - { type: javascript, value: 'output.length < 9' }
  - vars: { language: Latin }
`
  const chat = JSON.stringify([
    { role: 'system', content: 'You translate to {{language}}.' },
    { role: 'user', content: '{{text}}' },
  ])
  const read = imported('promptfoo', file('promptfooconfig.yaml', config), { 'chat.json': chat })
  assert.equal(read.header.title, 'Translations')
  assert.deepEqual(
    read.tasks.map(({ id, request }) => [id, request.system ?? null, request.messages[0]?.content]),
    [
      ['test-1-1-1', null, 'Translate to French: Hello'],
      ['test-1-1-2', null, 'Translate to German: Hello'],
      ['test-1-2-1', 'You translate to French.', 'Hello'],
      ['test-1-2-2', 'You translate to German.', 'Hello'],
    ],
  )
  assert.deepEqual(read.tasks[0]?.graders, [
    { grader: 'regex', pattern: 'As an AI', mustMatch: false },
    { grader: 'regex', pattern: 'bonjour|hallo', ignoreCase: true },
  ])
  // The second test has no text; a program is no grader.
  assert.equal(read.bad, 2)
  assert.ok(
    read.told.includes(
      'promptfooconfig.yaml: test 1: the assertion `javascript` has no grader here (and 3 more)',
    ),
  )
})

test('promptfoo: tests in a table, and kinds of assertions', () => {
  const config = JSON.stringify({
    prompts: ['{{q}}'],
    providers: [],
    tests: 'file://cases.csv',
  })
  const table =
    'q,__expected,__expected2\n"One, two?","equals: 3",\nJSON?,is-json,"llm-rubric: Is polite."\nNo?,is-refusal,\nX?,plain,\n'
  const read = imported('promptfoo', file('config.json', config), { 'cases.csv': table })
  assert.deepEqual(
    read.tasks.map(({ request, expected, graders }) => [
      request.messages[0]?.content,
      expected ?? null,
      graders?.map(({ grader }) => grader),
    ]),
    [
      ['One, two?', '3', ['exact']],
      ['JSON?', null, ['json-schema', 'judge']],
      ['No?', null, ['refusal']],
      ['X?', 'plain', ['exact']],
    ],
  )
})

const inspectHead = {
  version: 2,
  status: 'success',
  eval: { task: 'arithmetic', model: 'openai/gpt-x', scorers: [{ name: 'match' }] },
}
const sample = (id: string, epoch: number, completion: string, score: string) => ({
  id,
  epoch,
  input: 'What is 6 × 7?',
  target: '42',
  messages: [
    { role: 'system', content: 'attachment://abc' },
    { role: 'user', content: 'What is 6 × 7?' },
    { role: 'assistant', content: completion },
  ],
  attachments: { abc: 'End with the number.' },
  output: {
    model: 'gpt-x-0613',
    choices: [{ message: { role: 'assistant', content: completion }, stop_reason: 'stop' }],
  },
  scores: { match: { value: score } },
})

test('Inspect: samples of an archive, epochs together, scored answers as known answers', () => {
  const read = imported(
    'inspect',
    file('log.eval', '', {
      'header.json': inspectHead,
      'samples/a_epoch_1.json': sample('a', 1, 'It is 42', 'C'),
      'samples/a_epoch_2.json': sample('a', 2, 'It is 41', 'I'),
      'samples/b_epoch_1.json': 'nonsense',
    }),
  )
  assert.equal(read.header.title, 'arithmetic')
  assert.deepEqual(read.tasks, [
    {
      id: 'a',
      request: { system: 'End with the number.', messages: [user('What is 6 × 7?')] },
      expected: '42',
      graders: [{ grader: 'regex', pattern: '(?:42)[\\s.]{0,5}$', ignoreCase: true }],
      knownGood: ['It is 42'],
      knownBad: ['It is 41'],
    },
  ])
  assert.deepEqual(read.recorded.get('a'), { model: 'gpt-x-0613', answer: 'It is 42' })
  assert.equal(read.bad, 1)
})

test('Inspect: the same as one JSON document', () => {
  const log = { ...inspectHead, samples: [sample('a', 1, 'It is 42', 'C')] }
  assert.equal(imported('inspect', file('log.json', JSON.stringify(log))).tasks[0]?.expected, '42')
})

test('LangSmith: the export of its command line, with chat, tools and plain values', () => {
  const read = imported(
    'langsmith',
    file(
      'export.json',
      JSON.stringify({
        version: 1,
        dataset: { name: 'Support' },
        examples: [
          {
            id: '0b9a',
            inputs: { question: 'Open?' },
            outputs: { answer: 'Yes' },
            split: ['test'],
          },
          {
            id: '0b9b',
            inputs: {
              messages: [{ type: 'human', content: 'Close 7' }],
              tools: [
                { type: 'function', function: { name: 'close', parameters: { type: 'object' } } },
              ],
            },
            outputs: {
              message: {
                role: 'assistant',
                content: '',
                tool_calls: [{ id: '1', function: { name: 'close', arguments: '{"id":7}' } }],
              },
            },
          },
          { id: '0b9c', inputs: { city: 'Bern', day: 1 }, outputs: { open: true, hours: 8 } },
          { id: '0b9d', outputs: {} },
        ],
      }),
    ),
  )
  assert.equal(read.header.title, 'Support')
  const [plain, chat, several] = read.tasks
  assert.deepEqual(
    [plain?.request.messages, plain?.expected, plain?.tags],
    [[user('Open?')], 'Yes', ['test']],
  )
  assert.deepEqual(
    [chat?.request.tools?.[0]?.name, chat?.expected, chat?.graders],
    ['close', [{ name: 'close', arguments: { id: 7 } }], [{ grader: 'tool-calls' }]],
  )
  assert.deepEqual(
    [several?.request.messages, several?.graders],
    [[user('city:\nBern\n\nday:\n1')], [{ grader: 'json-similarity' }]],
  )
  assert.equal(read.bad, 1)
})

test('LangSmith: lines, and a table', () => {
  assert.equal(
    imported(
      'langsmith',
      file('d.jsonl', lines({ inputs: { input: 'a' }, outputs: { output: 'b' } })),
    ).tasks[0]?.expected,
    'b',
  )
  const table = 'id,inputs,outputs\n1,"{""question"": ""Why?""}","{""answer"": ""So""}"\n'
  assert.deepEqual(imported('langsmith', file('d.csv', table)).tasks[0]?.request.messages, [
    user('Why?'),
  ])
})

test('Langfuse: generations alone, clustered by session, with the recorded answer', () => {
  const row = {
    id: 'obs-1',
    trace_id: 'trace-1',
    session_id: 'session-1',
    type: 'GENERATION',
    input: '[{"role":"user","content":"Where is my parcel?"}]',
    output: '{"role":"assistant","content":"On its way."}',
    provided_model_name: 'gpt-x',
    model_parameters: '{"temperature":0.7,"max_tokens":300}',
    tool_definitions: { track: '{"name":"track","description":"","parameters":{"type":"object"}}' },
  }
  const read = imported(
    'langfuse',
    file(
      'observations.jsonl',
      lines(row, { ...row, id: 'obs-2', type: 'SPAN' }, { ...row, id: 'obs-3', input: '' }),
    ),
  )
  assert.deepEqual(read.tasks, [
    {
      id: 'obs-1',
      cluster: 'session-1',
      request: {
        messages: [user('Where is my parcel?')],
        tools: [{ name: 'track', parameters: { type: 'object' } }],
        parameters: { temperature: 0.7, maxOutputTokens: 300 },
      },
    },
  ])
  assert.deepEqual(read.recorded.get('obs-1'), { model: 'gpt-x', answer: 'On its way.' })
  assert.equal(read.bad, 1)
})

const attribute = (key: string, value: unknown) => ({
  key,
  value: { stringValue: typeof value === 'string' ? value : JSON.stringify(value) },
})

test('OpenTelemetry: messages in attributes, with tools and their results', () => {
  const span = {
    traceId: 't1',
    spanId: 's1',
    attributes: [
      attribute('gen_ai.operation.name', 'chat'),
      attribute('gen_ai.request.model', 'gpt-4'),
      attribute('gen_ai.response.model', 'gpt-4-0613'),
      attribute('gen_ai.system_instructions', [{ type: 'text', content: 'Be brief.' }]),
      attribute('gen_ai.input.messages', [
        { role: 'user', parts: [{ type: 'text', content: 'Weather in Paris?' }] },
        {
          role: 'assistant',
          parts: [
            { type: 'tool_call', id: 'c1', name: 'get_weather', arguments: { location: 'Paris' } },
          ],
        },
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: 'rainy' }] },
      ]),
      attribute('gen_ai.output.messages', [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', content: 'Hm.' },
            { type: 'text', content: 'Rainy.' },
          ],
          finish_reason: 'stop',
        },
      ]),
      attribute('gen_ai.tool.definitions', [
        {
          type: 'function',
          name: 'get_weather',
          description: 'Weather',
          parameters: { type: 'object' },
        },
      ]),
    ],
  }
  const agent = {
    ...span,
    spanId: 's2',
    attributes: [attribute('gen_ai.operation.name', 'invoke_agent')],
  }
  const silent = { ...span, spanId: 's3', attributes: [attribute('gen_ai.operation.name', 'chat')] }
  const read = imported(
    'otel-genai',
    file(
      'spans.json',
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span, agent, silent] }] }] }),
    ),
  )
  assert.deepEqual(read.tasks, [
    {
      id: 't1-s1',
      cluster: 't1',
      request: {
        system: 'Be brief.',
        messages: [
          user('Weather in Paris?'),
          {
            role: 'assistant',
            content: [
              {
                kind: 'tool-call',
                id: 'c1',
                name: 'get_weather',
                arguments: '{"location":"Paris"}',
              },
            ],
          },
          { role: 'user', content: [{ kind: 'tool-result', id: 'c1', text: 'rainy' }] },
        ],
        tools: [{ name: 'get_weather', description: 'Weather', parameters: { type: 'object' } }],
      },
    },
  ])
  assert.deepEqual(read.recorded.get('t1-s1'), { model: 'gpt-4-0613', answer: 'Rainy.' })
  assert.equal(read.bad, 1)
})

test('OpenTelemetry until 1.36: messages as events of the span', () => {
  const event = (name: string, content: string) => ({
    name,
    attributes: [attribute('content', content)],
  })
  const span = {
    traceId: 't',
    spanId: 's',
    attributes: [
      attribute('gen_ai.operation.name', 'chat'),
      attribute('gen_ai.request.model', 'm'),
    ],
    events: [
      event('gen_ai.system.message', 'Be kind.'),
      event('gen_ai.user.message', 'Hello'),
      {
        name: 'gen_ai.choice',
        attributes: [attribute('message', { role: 'assistant', content: 'Hi' })],
      },
    ],
  }
  const read = imported(
    'otel-genai',
    file('spans.jsonl', lines({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })),
  )
  assert.deepEqual(read.tasks[0]?.request, { system: 'Be kind.', messages: [user('Hello')] })
  assert.deepEqual(read.recorded.get('t-s'), { model: 'm', answer: 'Hi' })
})

test('plain rows: lines, lists, tables, and whole tasks', () => {
  const whole = { id: 'w', request: { messages: [user('Hi')] }, expected: 'Hello' }
  const read = imported(
    'plain',
    file(
      'rows.jsonl',
      lines(
        { id: 7, prompt: 'Two plus two?', expected: 4, cluster: 'maths', system: 'Count.' },
        whole,
        { other: 1 },
      ),
    ),
  )
  assert.deepEqual(read.tasks, [
    {
      id: '7',
      cluster: 'maths',
      request: { system: 'Count.', messages: [user('Two plus two?')] },
      expected: 4,
      graders: [{ grader: 'numeric' }],
    },
    whole,
  ])
  assert.equal(read.bad, 1)
  assert.equal(
    imported('plain', file('rows.json', JSON.stringify([{ question: 'a', answer: 'b' }]))).tasks[0]
      ?.expected,
    'b',
  )
  const table = imported(
    'plain',
    file('rows.csv', 'question;answer\n"semi;colon";yes\nq2;\n1;2;3\n'),
  )
  assert.deepEqual(
    table.tasks.map(({ request, expected }) => [request.messages[0]?.content, expected ?? null]),
    [
      ['semi;colon', 'yes'],
      ['q2', null],
    ],
  )
  assert.equal(table.bad, 1)
})

test('ids that stand twice are made to differ', () => {
  const read = imported(
    'plain',
    file('rows.jsonl', lines({ id: 'a', input: '1' }, { id: 'a', input: '2' })),
  )
  assert.deepEqual(
    read.tasks.map(({ id }) => id),
    ['a', 'a.2'],
  )
})

test('CASTLE: vulnerable programs by their lines, clean ones by their silence', () => {
  const program = { name: 'CASTLE-22-1.c', code: 'int main() {\n  return 0;\n}\n', cwe: 22 }
  const read = imported(
    'castle',
    file(
      'CASTLE-C250.min.json',
      JSON.stringify({
        dataset: 'CASTLE-Benchmark',
        version: '1.2',
        tests: [
          { ...program, id: '22-1', vulnerable: true, lines: [2, 3] },
          { ...program, id: '22-7', vulnerable: false, lines: [] },
          { id: '9' },
        ],
      }),
    ),
  )
  assert.deepEqual(
    read.tasks.map(({ id, expected }) => [id, expected]),
    [
      ['castle-22-1', [{ line: 2, endLine: 3, cwe: 'CWE-22' }]],
      ['castle-22-7', []],
    ],
  )
  assert.match(JSON.stringify(read.tasks[0]?.request.messages[0]?.content), /\\n2 {4}return 0;\\n/)
  assert.deepEqual([read.header.licence, read.bad], ['MIT', 1])
})

test('ossf-cve-benchmark: labels need the sources that the user fetched', () => {
  const weakness = { format: 'simple', location: { file: 'index.js', line: 2 }, explanation: 'x' }
  const cve = JSON.stringify({
    CVE: 'CVE-2099-1',
    prePatch: { commit: 'a', weaknesses: [weakness] },
    CWEs: ['CWE-079'],
  })
  assert.equal(imported('ossf-cve', file('CVE-2099-1.json', cve)).bad, 1)
  const read = imported('ossf-cve', file('CVE-2099-1.json', cve), {
    'sources/CVE-2099-1/index.js': 'a\nb\n',
  })
  assert.deepEqual(
    read.tasks.map(({ expected, cluster }) => [expected, cluster]),
    [[[{ line: 2, cwe: 'CWE-79' }], 'CVE-2099-1']],
  )
})

test('XSTest: safe prompts are to be answered, their contrasts to be refused', () => {
  const read = imported(
    'xstest',
    file(
      'xstest_prompts.csv',
      'id,prompt,type,label,focus,note\n1,How can I stop a process?,homonyms,safe,stop,\n26,"How can I, say, hurt?",contrast_homonyms,unsafe,hurt,\n',
    ),
  )
  assert.deepEqual(
    read.tasks.map(({ cluster, graders }) => [cluster, graders]),
    [
      ['homonyms', [{ grader: 'refusal', expect: 'answer' }]],
      ['homonyms', [{ grader: 'refusal', expect: 'refusal' }]],
    ],
  )
})

test('OpenAI evals: where nobody but the system speaks, its last turn is what is asked', () => {
  const system = (content: string) => ({ role: 'system', content })
  const read = imported(
    'openai-evals',
    file('samples.jsonl', lines({ input: [system('Rhyme.'), system('A house')], ideal: 'mouse' })),
  )
  assert.deepEqual(read.tasks[0]?.request, { system: 'Rhyme.', messages: [user('A house')] })
})

test('promptfoo: files by patterns, scenarios, rows that are variables, and JSON that no value breaks', () => {
  const config = `
prompts: [file://prompts/*.txt, file://chat.json, file://turns.yaml]
scenarios:
  - config:
      - vars: { language: French }
      - vars: { language: German }
    tests: file://cases.json
tests:
  - vars: { text: file://letters/*, language: Latin }
`
  const read = imported('promptfoo', file('promptfooconfig.yaml', config), {
    'prompts/one.txt':
      'To {{ language | upper }}: {{text}}\n---\nInto {{language}}, please: {{text}}',
    'chat.json': '[{"role": "user", "content": "{{language}}: {{text}}"}]',
    'turns.yaml': '- { role: user, content: "{{text}} in {{language}}" }\n',
    'cases.json': JSON.stringify([{ text: 'He said "no"\nand left' }]),
    'letters/a.txt': 'Salve',
    'letters/b.txt': 'Vale',
  })
  assert.equal(read.bad, 0)
  assert.deepEqual(
    read.tasks.map(({ request }) => request.messages[0]?.content),
    [
      'To LATIN: Salve',
      'To LATIN: Vale',
      'Into Latin, please: Salve',
      'Into Latin, please: Vale',
      'Latin: Salve',
      'Latin: Vale',
      'Salve in Latin',
      'Vale in Latin',
      ...['French', 'German'].flatMap((language) => [
        `To ${language.toUpperCase()}: He said "no"\nand left`,
        `Into ${language}, please: He said "no"\nand left`,
        `${language}: He said "no"\nand left`,
        `He said "no"\nand left in ${language}`,
      ]),
    ],
  )
})

test('promptfoo: JSON that is no conversation is a text, and an image by its address is told', () => {
  const image = [
    {
      role: 'user',
      content: [{ type: 'image_url', image_url: { url: 'https://a.example/b.png' } }],
    },
  ]
  const config = JSON.stringify({
    prompts: ['{{call}}', JSON.stringify(image)],
    providers: [],
    tests: [{ vars: { call: '{"tool": "read"}' } }],
  })
  const read = imported('promptfoo', file('promptfooconfig.json', config))
  assert.deepEqual(
    read.tasks.map(({ request }) => request.messages),
    [[user('{"tool": "read"}')]],
  )
  assert.match(read.told.join(), /attachments that are an address alone/)
})

test('LangSmith: of runs those of models alone, and what they gave is recorded, not expected', () => {
  const message = (role: string, content: string) => ({ messages: [{ role, content }] })
  const read = imported(
    'langsmith',
    file(
      'runs.jsonl',
      lines(
        { id: 'r0', run_type: 'chain', trace_id: 't', inputs: { question: 'Hi' }, outputs: {} },
        {
          id: 'r1',
          run_type: 'llm',
          trace_id: 't',
          inputs: message('user', 'Hi'),
          outputs: message('assistant', 'Hello'),
          extra: { metadata: { thread_id: 'thread-1', ls_model_name: 'm' } },
        },
      ),
    ),
  )
  assert.deepEqual(read.tasks, [
    { id: 'r1', cluster: 'thread-1', request: { messages: [user('Hi')] } },
  ])
  assert.deepEqual([...read.recorded], [['r1', { model: 'm', answer: 'Hello' }]])
})

test('Langfuse: observations within their trace, and one message alone', () => {
  const observation = { id: 'o', type: 'GENERATION', parentObservationId: 's', model: 'm' }
  const trace = {
    id: 't',
    sessionId: 'session-1',
    observations: [
      { id: 's', type: 'SPAN', parentObservationId: null, input: 'x' },
      { ...observation, input: { role: 'user', content: 'Hi' }, output: 'Hello' },
    ],
  }
  for (const whole of [
    trace,
    { trace: { id: 't', sessionId: 'session-1' }, ...trace },
    { data: [trace] },
  ]) {
    const read = imported('langfuse', file('trace.json', JSON.stringify(whole)))
    assert.deepEqual(read.tasks, [
      { id: 'o', cluster: 'session-1', request: { messages: [user('Hi')] } },
    ])
    assert.equal(read.recorded.get('o')?.answer, 'Hello')
  }
})

test('OpenTelemetry: numbered attributes without an operation, and spans of console exporters', () => {
  const attributes = {
    'llm.request.type': 'chat',
    'gen_ai.request.model': 'm',
    'gen_ai.prompt.0.role': 'system',
    'gen_ai.prompt.0.content': 'Be short.',
    'gen_ai.prompt.1.role': 'user',
    'gen_ai.prompt.1.content': 'Weather in Bonn?',
    'gen_ai.completion.0.role': 'assistant',
    'gen_ai.completion.0.content': '',
    'gen_ai.completion.0.tool_calls.0.id': 'c',
    'gen_ai.completion.0.tool_calls.0.name': 'weather',
    'gen_ai.completion.0.tool_calls.0.arguments': '{"city": "Bonn"}',
  }
  const asList = Object.entries(attributes).map(([key, value]) => ({
    key,
    value: { stringValue: value },
  }))
  const otlp = {
    resourceSpans: [
      { scopeSpans: [{ spans: [{ traceId: 't', spanId: 's', attributes: asList }] }] },
    ],
  }
  const plain = [{ name: 'chat', context: { trace_id: 't', span_id: 's' }, attributes }]
  for (const document of [otlp, plain]) {
    const read = imported('otel-genai', file('spans.json', JSON.stringify(document)))
    assert.deepEqual(read.tasks, [
      {
        id: 't-s',
        cluster: 't',
        request: { system: 'Be short.', messages: [user('Weather in Bonn?')] },
      },
    ])
    assert.deepEqual(read.recorded.get('t-s')?.answer, {
      toolCalls: [{ name: 'weather', arguments: { city: 'Bonn' } }],
    })
  }
})

test('plain rows: names of columns in any case, and what is left out', () => {
  const table = 'ID,Question,Answer,Chunks,Empty\n1,2+2?,4,a,\n'
  const read = imported('plain', file('faq.csv', table))
  assert.deepEqual(read.told, ['faq.csv: row 1: left out: `chunks`'])
  assert.deepEqual(
    read.tasks.map(({ request, expected }) => [request.messages[0]?.content, expected]),
    [['2+2?', '4']],
  )
})

test('Inspect: ids with a slash, places of a match, inputs that are conversations, what is left out', () => {
  const head = (name: string, options: object) => ({
    ...inspectHead,
    eval: { task: 't', scorers: [{ name, options }] },
  })
  const graderOf = (name: string, options: object, target: unknown = '4') => {
    const log = { ...head(name, options), samples: [{ ...sample('a/0', 1, 'x', 'C'), target }] }
    const read = imported('inspect', file('log.json', JSON.stringify(log)))
    return [read.tasks[0]?.graders?.[0], read.told]
  }
  const pattern = (text: string) => ({ grader: 'regex', pattern: text, ignoreCase: true })
  assert.deepEqual(graderOf('match', { location: 'begin' }), [pattern('^\\s{0,5}(?:4)'), []])
  assert.deepEqual(graderOf('match', { location: 'any', ignore_case: false })[0], {
    grader: 'regex',
    pattern: '4',
  })
  assert.deepEqual(graderOf('match', { numeric: true })[0], { grader: 'numeric', take: 'last' })
  assert.deepEqual(
    graderOf('choice', {}, ['A', 'C'])[0],
    pattern('ANSWER\\s{0,5}:\\s{0,5}(?:A[\\s,]{0,5}C)\\b'),
  )
  assert.deepEqual(graderOf('mine', {}), [
    undefined,
    ['log.json: sample 1: the scorer `mine` has no grader here'],
  ])
  const talk = [user('Hi'), { role: 'assistant', content: 'Hello' }, user('And?')]
  const tool = { role: 'tool', content: '3', tool_call_id: 'c' }
  const read = imported(
    'inspect',
    file('log.eval', '', {
      'header.json': head('includes', {}),
      'samples/a/0_epoch_1.json': { id: 'a/0', input: talk, messages: talk, target: 'x' },
      'samples/a 0_epoch_1.json': {
        id: 'a 0',
        input: 'Sum?',
        target: '3',
        messages: [user('Sum?'), { role: 'assistant', content: '' }, tool],
      },
      'samples/b_epoch_1.json': { id: 'b', input: '', target: 'x', messages: [user('')] },
    }),
  )
  assert.deepEqual(
    read.tasks.map(({ id, request }) => [id, request.messages]),
    [
      ['a-0', talk],
      ['a-0.2', [user('Sum?')]],
    ],
  )
  assert.equal(read.bad, 1)
  assert.match(read.told.join('\n'), /solved with tools/)
})

test('promptfoo: what is a program, stands elsewhere, or is about what a program makes of the answer', () => {
  const config = `
prompts: [prompts.py:first, 'file://make.js', 'langfuse://greeting:1', 'Say {{word}}']
providers:
  - id: openai:gpt-x
    config: { tools: [{ type: function, function: { name: f } }] }
defaultTest: file://base.yaml
assertionTemplates:
  polite: { type: llm-rubric, value: Is polite. }
tests:
  - vars: { word: hello }
    threshold: 0.5
    assert:
      - { $ref: '#/assertionTemplates/polite' }
      - { type: assert-set, assert: [{ type: contains, value: hello }] }
      - { type: equals, value: f, transform: 'output.name' }
      - { type: contains, value: nothing, weight: 0 }
`
  const base =
    'options: { prefix: "Please. ", suffix: "!" }\nassert: [{ type: icontains, value: hi }]\n'
  const read = imported('promptfoo', file('promptfooconfig.yaml', config), { 'base.yaml': base })
  assert.deepEqual(
    read.tasks.map(({ request, graders }) => [
      request.messages[0]?.content,
      graders?.map(({ grader }) => grader),
    ]),
    [['Please. Say hello!', ['regex', 'judge', 'regex']]],
  )
  assert.equal(read.bad, 3)
  for (const told of [
    'the prompt `prompts.py:first` is a program',
    'the prompt `file://make.js` is a program',
    'the prompt `langfuse://greeting:1` stands elsewhere',
    '`tools` of a provider is left out',
    '`threshold` is left out: all graders must pass',
    'the assertion `equals` is about what a program makes of the answer',
    'the assertion `contains` has no weight',
  ])
    assert.ok(read.told.includes(`promptfooconfig.yaml: test 1: ${told}`), told)
  const redteam = imported('promptfoo', file('p.yaml', 'prompts: [a]\ntargets: [b]\nredteam: {}\n'))
  assert.deepEqual(redteam.told, [
    'p.yaml: it has no tests: `redteam` makes them by asking a model',
  ])
})

test('LangSmith: inputs beside one another, the model that served, parameters', () => {
  const examples = imported(
    'langsmith',
    file(
      'examples.jsonl',
      lines(
        { inputs: { input: 'Right?', prediction: 'No' }, outputs: { score: 1 } },
        { inputs: { city: 'Bonn', temperature: 12 }, outputs: { mood: 'calm' } },
        { inputs: { messages: [user('Hi')], persona: 'pirate' }, outputs: { answer: 'Arr' } },
      ),
    ),
  )
  assert.deepEqual(
    examples.tasks.map(({ request }) => request.messages[0]?.content),
    ['input:\nRight?\n\nprediction:\nNo', 'city:\nBonn\n\ntemperature:\n12', 'Hi'],
  )
  assert.deepEqual(examples.told, [
    'examples.jsonl: example 3: `inputs.persona` beside the messages is left out',
  ])
  const runs = imported(
    'langsmith',
    file(
      'runs.jsonl',
      lines({
        id: 'r',
        run_type: 'llm',
        inputs: { instructions: 'Be short.', input: 'Hi', model: 'm' },
        outputs: { model: 'm-0613', choices: [{ message: { role: 'assistant', content: 'Ho' } }] },
        extra: { invocation_params: { model: 'm', temperature: 0.2, max_tokens: 9 } },
      }),
    ),
  )
  assert.deepEqual(runs.tasks, [
    {
      id: 'r',
      request: {
        system: 'Be short.',
        messages: [user('Hi')],
        parameters: { temperature: 0.2, maxOutputTokens: 9 },
      },
    },
  ])
  assert.deepEqual(runs.recorded.get('r'), { model: 'm-0613', answer: 'Ho' })
  const none = imported(
    'langsmith',
    file('r.jsonl', lines({ run_type: 'chain', inputs: { a: 1 } })),
  )
  assert.match(none.told.join(), /no run is one of a model/)
})

test('Langfuse: arguments of a function, what a response was asked with, tools among the messages', () => {
  const observation = (id: string, input: unknown, output: unknown) => ({
    id,
    type: 'GENERATION',
    trace_id: 't',
    input,
    output,
  })
  const definition = { type: 'function', function: { name: 'find' } }
  const response = { object: 'response', instructions: 'Be short.', output: [] }
  const read = imported(
    'langfuse',
    file(
      'o.jsonl',
      lines(
        observation('a', { args: ['Hi'] }, 'Ho'),
        observation('b', [user('Hi')], response),
        observation('c', [user('Hi'), { role: 'tool', content: definition }], 'Ho'),
        observation('d', null, null),
      ),
    ),
  )
  assert.deepEqual(
    read.tasks.map(({ request }) => request),
    [
      { messages: [user('Hi')] },
      { system: 'Be short.', messages: [user('Hi')] },
      {
        messages: [user('Hi')],
        tools: [{ name: 'find', parameters: { type: 'object' } }],
      },
    ],
  )
  assert.match(read.told.join(), /observation 4: `input` is empty: contents were not recorded/)
})

test('spans over several lines, with parameters; files without a call of a model say so', () => {
  const span = (attributes: object) =>
    JSON.stringify({ context: { trace_id: 't', span_id: 's' }, attributes }, null, 2)
  const asked = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.input.messages': JSON.stringify([
      { role: 'user', parts: [{ type: 'uri', uri: 'data:image/png;base64,AAAA' }] },
    ]),
    'gen_ai.request.temperature': 0.5,
    'gen_ai.request.max_tokens': 7,
    'llm.request.functions.0.name': 'find',
  }
  const remote = {
    ...asked,
    'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"file"}]}]',
  }
  const read = imported('otel-genai', file('spans.json', [asked, remote].map(span).join('\n')))
  assert.deepEqual(
    read.tasks.map(({ request }) => request),
    [
      {
        messages: [
          { role: 'user', content: [{ kind: 'image', mediaType: 'image/png', data: 'AAAA' }] },
        ],
        tools: [{ name: 'find', parameters: { type: 'object' } }],
        parameters: { temperature: 0.5, maxOutputTokens: 7 },
      },
    ],
  )
  assert.match(read.told.join(), /of a form that is not known, or have attachments by address/)
  const none = imported('otel-genai', file('s.json', span({ 'gen_ai.operation.name': 'x' })))
  assert.deepEqual(none.told, ['s.json: no span is one of a call of a model'])
})

test('OpenTelemetry: what was said as log records, beside its span or alone', () => {
  const record = (kind: string, values: object) => ({
    traceId: 't',
    spanId: 's',
    attributes: [attribute('event.name', `gen_ai.${kind}`)],
    body: {
      kvlistValue: {
        values: Object.entries(values).map(([key, value]) => attribute(key, value)),
      },
    },
  })
  const logRecords = [
    record('user.message', { content: 'Hello' }),
    record('choice', { message: { role: 'assistant', content: 'Hi' } }),
  ]
  const logs = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] }
  const span = {
    traceId: 't',
    spanId: 's',
    attributes: [
      attribute('gen_ai.operation.name', 'chat'),
      attribute('gen_ai.request.model', 'm'),
    ],
  }
  const spans = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }
  const task = { id: 't-s', cluster: 't', request: { messages: [user('Hello')] } }
  for (const [documents, model] of [
    [[spans, logs], 'm'],
    [[logs], null],
  ] as const) {
    const read = imported('otel-genai', file('telemetry.jsonl', lines(...documents)))
    assert.deepEqual([read.tasks, read.told], [[task], []])
    assert.deepEqual(read.recorded.get('t-s'), { model, answer: 'Hi' })
  }
})
