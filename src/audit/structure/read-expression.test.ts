import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import type { Value } from '../fact.ts'
import { readBareExpression, readExpression } from './read-expression.ts'

const place = { path: 'a.yaml', line: 1, column: 1 }

/** A value in short: `env:X(…)` with its default, `input:x`, `"literal"`, `a+b`, `a|b`. */
function short(value: Value | null): string {
  if (value === null) return ''
  switch (value.kind) {
    case 'literal':
      return `"${value.text}"`
    case 'name':
      return value.name
    case 'environment':
      return `env:${value.variable}${value.fallback === null ? '' : `(${short(value.fallback)})`}`
    case 'external':
      return `${value.source}${value.fallback === null ? '' : `(${short(value.fallback)})`}`
    case 'concatenation':
      return value.parts.map(short).join('+')
    case 'lookup':
      return `${value.table}[${short(value.key)}]`
    case 'choice':
      return value.options.map(short).join('|')
    case 'unknown':
      return '?'
  }
}

function reads(cases: Readonly<Record<string, string>>): void {
  for (const [text, expected] of Object.entries(cases)) {
    assert.equal(short(readExpression(text, place)), expected, text)
  }
}

suite('a text with references is read', () => {
  test('in workflows of GitHub', () => {
    reads({
      'claude-fable-5': '"claude-fable-5"',
      '${{ vars.MODEL }}': 'vars:MODEL',
      "${{ vars.MODEL || 'gpt-4o' }}": 'vars:MODEL("gpt-4o")',
      "${{ inputs.model || vars.MODEL || 'gpt-4o' }}": 'input:model(vars:MODEL("gpt-4o"))',
      "${{ github.ref == 'refs/heads/main' && 'gpt-4o' || 'gpt-4o-mini' }}":
        '"gpt-4o"|"gpt-4o-mini"',
      'bedrock/${{ env.MODEL }}': '"bedrock/"+env:MODEL',
      '${{ matrix.model }}': 'matrix.model',
      "${{ format('{0}/{1}', 'anthropic', inputs.model) }}": '"anthropic"+"/"+input:model',
      '${{ secrets.MODEL }}': 'secrets:MODEL',
      '${{ steps.pick.outputs.model }}': '?',
    })
  })

  test('in compose files, shells, dotenv and pipelines', () => {
    reads({
      '${MODEL:-gpt-4o}': 'env:MODEL("gpt-4o")',
      '${MODEL-gpt-4o}': 'env:MODEL("gpt-4o")',
      '${MODEL:?set me}': 'env:MODEL',
      '${A:-${B:-gpt-4o}}': 'env:A(env:B("gpt-4o"))',
      $MODEL: 'env:MODEL',
      'x-$MODEL-y': '"x-"+env:MODEL+"-y"',
      'costs $5': '"costs $5"',
      a$$b: '"a$$b"',
      '$(modelName)': 'env:modelName',
      '$[[ inputs.model | expand_vars ]]': 'input:model',
      '<< pipeline.parameters.model >>': 'input:model',
      'os.environ/MODEL': 'env:MODEL',
      '{env:MODEL}': 'env:MODEL',
    })
  })

  test('in templates of Helm, Ansible and Go', () => {
    reads({
      '{{ .Values.llm.model }}': 'setting:values.llm.model',
      '{{ .Values.model | default "gpt-4o" | quote }}': 'setting:values.model("gpt-4o")',
      '{{ default "gpt-4o" .Values.model }}': 'setting:values.model("gpt-4o")',
      '{{ coalesce .Values.a .Values.b "gpt-4o" }}': 'setting:values.a(setting:values.b("gpt-4o"))',
      '{{ printf "%s/%s" .Values.vendor .Values.model }}':
        'setting:values.vendor+"/"+setting:values.model',
      "{{ review_model | default('gpt-4o') }}": 'setting:review_model("gpt-4o")',
      "{{ lookup('env', 'MODEL') }}": 'env:MODEL',
      "{{ env_var('MODEL', 'gpt-4o') }}": 'env:MODEL("gpt-4o")',
      '{{ requiredEnv "MODEL" }}': 'env:MODEL',
      '{{ .Release.Name }}': '?',
    })
  })

  test('in CloudFormation, ARM, Serverless and Spring', () => {
    reads({
      '!Ref ModelId': 'input:ModelId',
      '!Sub arn:aws:bedrock:${AWS::Region}::foundation-model/${ModelId}':
        '"arn:aws:bedrock:"+?+"::foundation-model/"+input:ModelId',
      "[parameters('modelName')]": 'input:modelName',
      "[variables('modelName')]": 'variables.modelName',
      "${env:MODEL, 'gpt-4o'}": 'env:MODEL("gpt-4o")',
      '${self:custom.model}': 'setting:custom.model',
      '${OPENAI_MODEL:gpt-4o}': 'env:OPENAI_MODEL("gpt-4o")',
      '${acme.review.model:gpt-4o}': 'setting:acme.review.model("gpt-4o")',
    })
  })

  test('in Terraform', () => {
    const bare: Readonly<Record<string, string>> = {
      'var.model': 'var.model',
      'var.models["fast"]': 'var.models["fast"]',
      'lookup(var.models, var.tier, "gpt-4o")': 'var.models[var.tier]|"gpt-4o"',
      'coalesce(var.model, "gpt-4o")': 'var.model|"gpt-4o"',
      'var.prod ? "gpt-4o" : "gpt-4o-mini"': '"gpt-4o"|"gpt-4o-mini"',
      'format("%s.%s", local.region, var.model)': 'local.region+"."+var.model',
      'aws_x.y[0].model_id': 'aws_x.y.model_id',
      'each.value': '?',
    }
    for (const [text, expected] of Object.entries(bare)) {
      assert.equal(short(readBareExpression(text, place, 'hcl')), expected, text)
    }
    assert.equal(short(readExpression('us.${var.model}', place, 'hcl')), '"us."+var.model')
  })
})

test('reading never throws and a text without references stays itself', () => {
  const pieces = fc.constantFrom(
    '${',
    '}',
    '{{',
    '}}',
    '||',
    "'",
    '"',
    '(',
    ')',
    '!Sub ',
    ':-',
    '?',
    '|',
    'a',
    '$',
  )
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 30 }),
      fc.constantFrom('any', 'hcl', 'arm', 'bicep'),
      (parts, dialect) => {
        const text = parts.join('')
        readExpression(text, place, dialect)
        readBareExpression(text, place, dialect)
      },
    ),
    { numRuns: 1_500 },
  )
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9:/.-]{0,30}$/), (text) => {
      assert.equal(short(readExpression(text, place)), `"${text}"`)
    }),
  )
})
