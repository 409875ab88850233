import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scopeOfPath } from './file-traits.ts'
import { formatOf } from './format-of.ts'

test('the name tells the format, the text decides between two', () => {
  const cases: readonly (readonly [string, string, string | null])[] = [
    ['a/values.yaml', 'x: 1', 'yaml'],
    ['a/values.yaml.gotmpl', 'x: 1', 'yaml'],
    ['a.json5', '{}', 'json'],
    ['.env.production', 'A=1', 'dotenv'],
    ['env.template', 'A=1', 'dotenv'],
    ['.envrc', 'A=1', 'dotenv'],
    ['deploy/prod.env', 'A=1', 'dotenv'],
    ['prod.tfvars', 'a = 1', 'hcl'],
    ['main.tf.json', '{}', 'json'],
    ['Dockerfile.worker', 'FROM x', 'dockerfile'],
    ['web.config', '<a/>', 'xml'],
    ['App.csproj', '<a/>', 'xml'],
    ['stack.template', 'Resources:\n  A: 1', 'yaml'],
    ['stack.template', '{}', 'json'],
    ['review.prompt.yml', 'model: x', 'yaml'],
    ['agent.md', '---\nmodel: opus\n---\n', 'front-matter'],
    ['README.md', '# x', null],
    ['a.ipynb', '{}', 'notebook'],
    ['main.bicep', 'param a string', 'bicep'],
    ['data.json', 'not json', null],
    ['CODEOWNERS', '* @a', null],
    ['.editorconfig', '[*]', null],
    ['src/a.py', 'x = 1', null],
  ]
  for (const [path, text, expected] of cases) assert.equal(formatOf(path, text), expected, path)
})

test('the path tells the deployment environment, the nearest word first', () => {
  const cases: Readonly<Record<string, string | null>> = {
    'values-prod.yaml': 'prod',
    'overlays/staging/app.yaml': 'staging',
    '.env.production': 'prod',
    'terraform/envs/prod/dev.tfvars': 'dev',
    'appsettings.Development.json': 'dev',
    'application-qa.yml': 'staging',
    'config/app.yaml': null,
  }
  for (const [path, expected] of Object.entries(cases))
    assert.equal(scopeOfPath(path), expected, path)
})
