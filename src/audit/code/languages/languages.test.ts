import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factLines } from '../fact-lines.ts'
import { samples } from './samples.ts'

for (const sample of samples) {
  for (const [about, { code, expect, absent }] of Object.entries(sample.cases)) {
    test(`${sample.path}: ${about}`, async () => {
      const lines = await factLines(sample.path, code)
      for (const line of expect) {
        assert.ok(lines.includes(line), `expected \`${line}\` among:\n${lines.join('\n')}`)
      }
      for (const line of absent ?? []) {
        assert.ok(!lines.includes(line), `did not expect \`${line}\` among:\n${lines.join('\n')}`)
      }
    })
  }
}
