import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { frontMatter, parseStructure } from './parse-structure.ts'
import { select } from './select.ts'
import type { StructuredDocument, StructuredNode, StructureFormat } from './structured-node.ts'

function parsed(format: StructureFormat, content: string): readonly StructuredDocument[] {
  const documents = parseStructure(format, content)
  assert.ok(documents !== null, 'expected something to be read')
  return documents
}

/** Texts and places that a path reaches, over all documents. */
function at(documents: readonly StructuredDocument[], path: string): readonly string[] {
  return documents
    .flatMap((document) => select(document.root, path))
    .map((node) => `${node.kind === 'scalar' ? node.text : node.kind}@${node.line}:${node.column}`)
}

suite('YAML', () => {
  test('every document of a file is read', () => {
    const documents = parsed('yaml', 'a: 1\n---\na: 2\n---\n# nothing\n---\na: 3\n')
    assert.deepEqual(at(documents, 'a'), ['1@1:4', '2@3:4', '3@7:4'])
  })

  test('a tab in the indentation does not lose the file', () => {
    const documents = parsed('yaml', 'env:\n\tMODEL: claude-fable-5\n\tREGION: eu\n')
    assert.deepEqual(at(documents, 'env.MODEL'), ['claude-fable-5@2:9'])
  })

  test('templates of Helm keep their text and every position', () => {
    const documents = parsed(
      'yaml',
      [
        '{{- if .Values.enabled }}',
        'env:',
        '  - name: MODEL',
        '    value: {{ .Values.model | default "claude-fable-5" | quote }}',
        '  {{- range $k, $v := .Values.extra }}',
        '  - name: OTHER',
        '    value: "{{ $v }}-x"',
        '  {{- end }}',
        '{{- end }}',
        '',
      ].join('\n'),
    )
    assert.deepEqual(at(documents, 'env.*.value'), [
      '{{ .Values.model | default "claude-fable-5" | quote }}@4:12',
      '{{ $v }}-x@7:12',
    ])
    assert.deepEqual(documents[0]?.problems, [])
  })

  test('expressions of Actions stand in flow collections', () => {
    const documents = parsed('yaml', 'with: { model: ${{ vars.MODEL }}, x: [${{ a }}]}\n')
    assert.deepEqual(at(documents, 'with.model'), ['${{ vars.MODEL }}@1:16'])
  })

  test('aliases and merge keys are resolved', () => {
    const documents = parsed(
      'yaml',
      'base: &base\n  model: gpt-4o\n  x: 1\na:\n  <<: *base\n  x: 2\nb: *base\n',
    )
    assert.deepEqual(at(documents, 'a.model'), ['gpt-4o@2:10'])
    assert.deepEqual(at(documents, 'a.x'), ['2@6:6'])
    assert.deepEqual(at(documents, 'b.model'), ['gpt-4o@2:10'])
  })

  test('a bomb of aliases is cut off and reported', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 30; level += 1) {
      lines.push(
        `a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`,
      )
    }
    const documents = parsed('yaml', `${lines.join('\n')}\nmodel: gpt-4o\n`)
    assert.ok((documents[0]?.problems.length ?? 0) > 0)
    assert.deepEqual(at(documents, 'model'), ['gpt-4o@31:8'])
    assert.ok(countNodes(documents[0]?.root) < 100_000)
  })

  test('a key that stands twice is kept twice', () => {
    assert.deepEqual(at(parsed('yaml', 'm: a\nm: b\n'), 'm'), ['a@1:4', 'b@2:4'])
  })

  test('carriage returns and a byte order mark change no position', () => {
    const documents = parsed('yaml', '\uFEFFa: 1\r\nmodel: gpt-4o\r\n')
    assert.deepEqual(at(documents, 'model'), ['gpt-4o@2:8'])
  })

  test('nesting without end gives null, not a crash', () => {
    assert.equal(parseStructure('yaml', '['.repeat(50_000)), null)
    assert.equal(parseStructure('yaml', 'a: {{ x\n'.repeat(50_000)), null)
    const json = parseStructure('json', '{"a":['.repeat(20_000))
    assert.ok(json === null || json.length > 0)
  })

  test('CloudFormation tags stay in the text', () => {
    const documents = parsed('yaml', 'Model: !Ref ModelId\nOther: !If [IsProd, a, !Ref B]\n')
    assert.deepEqual(at(documents, 'Model'), ['!Ref ModelId@1:13'])
    assert.deepEqual(at(documents, 'Other."Fn::If".*'), ['IsProd@2:13', 'a@2:21', '!Ref B@2:29'])
  })
})

suite('JSON', () => {
  test('comments and trailing commas are allowed', () => {
    const documents = parsed(
      'json',
      '{\n  // the model\n  "model": "gpt-4o", /* x */\n  "l": [1, 2,],\n}\n',
    )
    assert.deepEqual(at(documents, 'model'), ['gpt-4o@3:12'])
    assert.deepEqual(at(documents, 'l.*'), ['1@4:9', '2@4:12'])
  })

  test('JSON5 with bare keys and single quotes is read', () => {
    const documents = parsed('json', "{\n  // x\n  model: 'gpt-4o',\n  url: 'https://a.b',\n}\n")
    assert.deepEqual(at(documents, 'model'), ['gpt-4o@3:10'])
  })

  test('a text cut in the middle still gives its beginning', () => {
    assert.deepEqual(at(parsed('json', '{"model": "gpt-4o", "x": {'), 'model'), ['gpt-4o@1:11'])
  })
})

suite('TOML', () => {
  test('tables, arrays of tables, dotted keys and inline tables', () => {
    const documents = parsed(
      'toml',
      [
        'model = "gpt-5" # default',
        '[profiles.fast]',
        "model = 'gpt-5-mini'",
        '[[items]]',
        'a.b = 1',
        '[[items]]',
        'c = { model = "x", y = [1,',
        '  2 ] }',
        'text = """',
        'one',
        'two"""',
      ].join('\n'),
    )
    assert.deepEqual(at(documents, 'model'), ['gpt-5@1:9'])
    assert.deepEqual(at(documents, 'profiles.fast.model'), ['gpt-5-mini@3:9'])
    assert.deepEqual(at(documents, 'items.*.c.model'), ['x@7:15'])
    assert.deepEqual(at(documents, 'items.*.a.b'), ['1@5:7'])
    assert.deepEqual(at(documents, 'items.1.text'), ['one\ntwo@9:8'])
  })

  test('a bad line is a problem, the rest stands', () => {
    const documents = parsed('toml', 'model = \n= 3\n[ok]\nx = "y"\n')
    assert.deepEqual(at(documents, 'ok.x'), ['y@4:5'])
    assert.ok((documents[0]?.problems.length ?? 0) > 0)
  })
})

suite('HCL', () => {
  const text = [
    'resource "aws_bedrockagent_agent" "reviewer" {',
    '  foundation_model = "anthropic.claude-fable-5-v1:0" # now',
    '  instruction      = <<-EOT',
    '    Review "this" { code }',
    '  EOT',
    '  environment {',
    '    variables = { MODEL = var.model, "OTHER" : local.x }',
    '  }',
    '  dynamic "env" {',
    '    for_each = var.list',
    '    content {',
    '      name  = "A"',
    '      value = env.value',
    '    }',
    '  }',
    '  policy = jsonencode({',
    '    Statement = [{ Resource = ["arn:a", "arn:${var.b}"] }]',
    '  })',
    '  choice = var.env == "prod" ? "a" : "b"',
    '}',
    'locals { x = "gpt-4o" }',
  ].join('\n')

  test('blocks with labels are nested maps', () => {
    const documents = parsed('hcl', text)
    const resource = 'resource.aws_bedrockagent_agent.reviewer'
    assert.deepEqual(at(documents, `${resource}.foundation_model`), [
      'anthropic.claude-fable-5-v1:0@2:23',
    ])
    assert.deepEqual(at(documents, `${resource}.instruction`), ['    Review "this" { code }@4:1'])
    assert.deepEqual(at(documents, `${resource}.environment.variables.*`), [
      'var.model@7:27',
      'local.x@7:48',
    ])
    assert.deepEqual(at(documents, `${resource}.env.name`), ['A@12:16'])
    assert.deepEqual(at(documents, `${resource}.policy.Statement.*.Resource.*`), [
      'arn:a@17:33',
      'arn:${var.b}@17:42',
    ])
    assert.deepEqual(at(documents, `${resource}.choice`), ['var.env == "prod" ? "a" : "b"@19:12'])
    assert.deepEqual(at(documents, 'locals.x'), ['gpt-4o@21:15'])
  })

  test('a reference is an expression, a text with one inside is none', () => {
    const [document] = parsed('hcl', 'a = var.x\nb = "p.${var.x}"\n')
    assert.deepEqual(
      select(document?.root ?? { kind: 'list', items: [], line: 1, column: 1 }, '*').map(
        (node) => node.kind === 'scalar' && node.expression,
      ),
      [true, false],
    )
  })

  test('JSON in a heredoc is opened in place', () => {
    const documents = parsed(
      'hcl',
      'x "y" "z" {\n  policy = <<EOF\n{\n  "Action": "bedrock:InvokeModel"\n}\nEOF\n  after = 1\n}\n',
    )
    assert.deepEqual(at(documents, 'x.y.z.policy.Action'), ['bedrock:InvokeModel@4:13'])
    assert.deepEqual(at(documents, 'x.y.z.after'), ['1@7:11'])
  })
})

suite('flat files', () => {
  test('dotenv: export, quotes, comments, references and several lines', () => {
    const documents = parsed(
      'dotenv',
      'export A="x" # c\nB=y # c\n#C=z\nD=${E:-f}\nG="one\ntwo"\nH=\n',
    )
    assert.deepEqual(at(documents, '*'), ['x@1:11', 'y@2:3', '${E:-f}@4:3', 'one\ntwo@5:4', '@7:3'])
  })

  test('INI sections, and properties as nested maps by profile', () => {
    assert.deepEqual(at(parsed('ini', '[llm]\nmodel = gpt-4o ; x\n'), 'llm.model'), ['gpt-4o@2:9'])
    const properties = parsed(
      'properties',
      'spring.ai.openai.chat.options.model=gpt-4o\n#---\nspring.config.activate.on-profile=prod\n',
    )
    assert.equal(properties.length, 2)
    assert.deepEqual(at(properties, 'spring.ai.*.chat.options.model'), ['gpt-4o@1:37'])
  })

  test('a Dockerfile gives its variables and commands', () => {
    const documents = parsed(
      'dockerfile',
      'FROM node:24\nARG MODEL=gpt-4o\nENV A="b c" \\\n    D=e\nENV OLD value here\nRUN npm i \\\n  # why\n  -g x\n',
    )
    assert.deepEqual(at(documents, 'ARG.MODEL'), ['gpt-4o@2:11'])
    assert.deepEqual(at(documents, 'ENV.*'), ['b c@3:8', 'e@4:7', 'value here@5:9'])
    assert.equal(at(documents, 'RUN.*').length, 1)
  })

  test('XML elements, attributes and text', () => {
    const documents = parsed(
      'xml',
      '<?xml version="1.0"?>\n<a>\n  <!-- <b/> -->\n  <add key="Model" value="gpt-4o &amp; x"/>\n  <m>gpt-4o</m>\n</a>\n',
    )
    assert.deepEqual(at(documents, 'a.add.value'), ['gpt-4o & x@4:27'])
    assert.deepEqual(at(documents, 'a.m'), ['gpt-4o@5:6'])
  })

  test('Bicep resources by type, parameters by name', () => {
    const documents = parsed(
      'bicep',
      [
        "param modelName string = 'gpt-4o'",
        '@allowed([ 1 ])',
        'param other int',
        "resource gpt 'Microsoft.CognitiveServices/accounts/deployments@2024-10-01' = if (on) {",
        "  name: 'chat'",
        '  properties: {',
        "    model: { format: 'OpenAI', name: modelName }",
        '  }',
        '}',
        "var list = [ 'a', 'b' ]",
      ].join('\n'),
    )
    assert.deepEqual(at(documents, 'param.modelName'), ['gpt-4o@1:27'])
    const type = '"Microsoft.CognitiveServices/accounts/deployments"'
    assert.deepEqual(at(documents, `resource.${type}.gpt.properties.model.name`), [
      'modelName@7:38',
    ])
    assert.deepEqual(at(documents, 'var.list.*'), ['a@10:15', 'b@10:20'])
  })
})

test('front matter is found with the line on which the body begins', () => {
  const found = frontMatter('---\nmodel: opus\n---\n\n# Body\n')
  assert.equal(found?.text, 'model: opus\n')
  assert.equal(found.bodyStartLine, 4)
  assert.deepEqual(at(parsed('front-matter', '---\nmodel: opus\n---\nbody\n'), 'model'), [
    'opus@2:8',
  ])
  assert.equal(parseStructure('front-matter', '# no front matter\n'), null)
})

const formats: readonly StructureFormat[] = [
  'yaml',
  'json',
  'toml',
  'hcl',
  'bicep',
  'dotenv',
  'ini',
  'properties',
  'xml',
  'dockerfile',
  'front-matter',
]

test('no parser throws, whatever the text', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ':',
    '=',
    '\n',
    '\t',
    ' ',
    '- ',
    '&a',
    '*a',
    '<<',
    'EOF',
    '{{',
    '}}',
    '${',
    '<a>',
    '</a>',
    '#',
    '---',
    'key',
    '"""',
    '|',
    '>',
    '!Ref',
    '\\',
    '\r\n',
    'resource',
    'param',
    '%}',
    '\uE000',
    ',',
  )
  const text = fc.array(fc.oneof(pieces, fc.string({ maxLength: 6 })), { maxLength: 60 })
  fc.assert(
    fc.property(text, fc.constantFrom(...formats), (parts, format) => {
      const documents = parseStructure(format, parts.join(''))
      return documents === null || documents.length > 0
    }),
    { numRuns: 1_500 },
  )
})

test('reading takes time in proportion to the text', () => {
  const samples: Readonly<Record<string, string>> = {
    yaml: 'a: {{ x }}\n- [{{ ',
    json: '{"a":[{"b":',
    toml: 'a = [{ b = "',
    hcl: 'a "b" { c = [f("${x}", ',
    bicep: "resource a 'b' = { c: [",
    dotenv: 'A="x\n',
    ini: '[a]\nb = c\n',
    properties: 'a.b.c = d \\\n',
    xml: '<a b="<c>',
    dockerfile: 'ENV A=b \\\n',
  }
  for (const format of formats) {
    const sample = samples[format]
    if (sample === undefined) continue
    const started = performance.now()
    parseStructure(format, sample.repeat(4_000))
    assert.ok(
      performance.now() - started < 2_000,
      `${format} took ${performance.now() - started} ms`,
    )
  }
})

function countNodes(node: StructuredNode | undefined): number {
  if (node === undefined || node.kind === 'scalar') return 1
  const children = node.kind === 'list' ? node.items : node.entries.map((one) => one.value)
  return children.reduce((sum, child) => sum + countNodes(child), 1)
}
