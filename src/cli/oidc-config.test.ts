import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../base/fault.ts'
import { parseConfig } from './load-config.ts'

const head = 'version: 1\norganisation: { name: Acme }\n'
const issuer = 'issuer: "https://login.acme.example", audience: holdfast'

function refusal(oidc: string): Fault {
  try {
    parseConfig(`${head}oidc: ${oidc}\n`, 'holdfast.yaml')
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  return assert.fail(`accepted: ${oidc}`)
}

test('one issuer or a list of them, with defaults that are safe', () => {
  const one = parseConfig(`${head}oidc: { ${issuer} }\n`, 'holdfast.yaml').oidc
  const listed = parseConfig(`${head}oidc: [{ ${issuer} }]\n`, 'holdfast.yaml').oidc
  assert.deepEqual([one], listed)
  assert.deepEqual(one, {
    issuer: 'https://login.acme.example',
    audience: 'holdfast',
    kind: 'person',
    clockSkew: '60s',
    staleKeys: '24h',
    claims: { subject: 'sub' },
  })
})

test('a claim that tells a country is refused at its place, whatever it is to become', () => {
  for (const key of [
    'subject',
    'groups',
    'class',
    'workflows',
    'entity',
    'employment',
    'authorisations',
  ]) {
    const fault = refusal(`{ ${issuer}, claims: { ${key}: address.c0untry } }`)
    assert.equal(fault.code, 'HF_CONFIG_INVALID')
    assert.match(
      fault.message,
      new RegExp(`^.oidc\\.claims\\.${key}.: .*nationality, citizenship, country`),
    )
    assert.equal(fault.place?.line, 3)
  }
  assert.match(refusal(`[{ ${issuer}, claims: { nationality: x } }]`).message, /are never read/)
  assert.match(refusal(`{ ${issuer}, claims: { clas: x } }`).message, /Unrecognized key/)
})

test('what is missing or out of bounds is told for the one issuer that was meant', () => {
  assert.match(refusal('{ issuer: "https://login.acme.example" }').message, /oidc\.audience/)
  assert.match(refusal('{ issuer: "login.acme.example", audience: a }').message, /oidc\.issuer/)
  assert.match(refusal('{ issuer: "file:///keys", audience: a }').message, /oidc\.issuer/)
  assert.match(refusal(`{ ${issuer}, clockSkew: 11m }`).message, /at most `10m`/)
  assert.match(refusal(`{ ${issuer}, staleKeys: 8d }`).message, /at most `7d`/)
  assert.match(refusal(`{ ${issuer}, clockSkew: soon }`).message, /a duration/)
  assert.match(refusal(`{ ${issuer}, kind: robot }`).message, /oidc\.kind/)
})
