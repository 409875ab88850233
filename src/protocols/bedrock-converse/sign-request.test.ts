import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { signRequest } from './sign-request.ts'

const now = new Date('2026-06-12T21:21:00Z')
const accessKey = {
  kind: 'access-key',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
} as const
const request = {
  method: 'POST',
  url: new URL(
    'https://bedrock-runtime.us-east-1.amazonaws.com/model/us.anthropic.claude-x-v1%3A0/converse',
  ),
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: '{"messages":[]}',
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** The recipe of the AWS reference, "Create a signed AWS API request", by hand. */
function signatureByHand(headers: Readonly<Record<string, string>>): string {
  const names = Object.keys(headers)
    .filter((name) => name !== 'authorization')
    .toSorted()
  const canonical = [
    'POST',
    // The path as it goes out, encoded once more.
    '/model/us.anthropic.claude-x-v1%253A0/converse',
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(request.body),
  ].join('\n')
  const scope = '20260612/us-east-1/bedrock/aws4_request'
  const toSign = ['AWS4-HMAC-SHA256', '20260612T212100Z', scope, sha256(canonical)].join('\n')
  const dateKey = hmac(`AWS4${accessKey.secretAccessKey}`, '20260612')
  const key = hmac(hmac(hmac(dateKey, 'us-east-1'), 'bedrock'), 'aws4_request')
  return hmac(key, toSign).toString('hex')
}

test('a request is signed as the reference says', async () => {
  const headers = await signRequest(request, { credential: accessKey, region: 'us-east-1', now })
  assert.equal(headers['x-amz-date'], '20260612T212100Z')
  assert.equal(headers['host'], 'bedrock-runtime.us-east-1.amazonaws.com')
  const authorization = headers['authorization'] ?? ''
  assert.match(
    authorization,
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260612\/us-east-1\/bedrock\/aws4_request, /u,
  )
  assert.ok(authorization.endsWith(`Signature=${signatureByHand(headers)}`))
})

test('the token of temporary credentials is sent and signed', async () => {
  const credential = { ...accessKey, sessionToken: 'token' }
  const headers = await signRequest(request, { credential, region: 'us-east-1', now })
  assert.equal(headers['x-amz-security-token'], 'token')
  assert.ok(headers['authorization']?.endsWith(`Signature=${signatureByHand(headers)}`))
  assert.ok(headers['authorization']?.includes('x-amz-security-token'))
})

test('a port that is not the usual one is part of the host', async () => {
  const url = new URL('http://127.0.0.1:8443/model/m/converse')
  const headers = await signRequest(
    { ...request, url },
    { credential: accessKey, region: 'eu-north-1', now },
  )
  assert.equal(headers['host'], '127.0.0.1:8443')
})

test('an API key is a bearer token, and nothing is signed', async () => {
  const credential = { kind: 'api-key', key: 'ABSK-x' } as const
  const headers = await signRequest(request, { credential, region: 'us-east-1', now })
  assert.deepEqual(headers, { ...request.headers, authorization: 'Bearer ABSK-x' })
})
