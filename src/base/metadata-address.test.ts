import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMetadataAddress } from './metadata-address.ts'

test('places where clouds hand out credentials are known in every spelling that a URL leaves', () => {
  for (const written of [
    'http://169.254.169.254/v1',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://169.254.170.2/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[::ffff:169.254.169.254]/',
    'http://metadata.google.internal/v1',
    'http://METADATA.google.internal./v1',
    'http://168.63.129.16/',
  ])
    assert.ok(isMetadataAddress(new URL(written).hostname), written)
  assert.ok(isMetadataAddress('fe80::1%eth0'))
})

test('own machines and providers are not', () => {
  for (const host of [
    '127.0.0.1',
    '[::1]',
    '10.0.0.5',
    '192.168.1.9',
    '[fd12::1]',
    'localhost',
    'vllm.internal',
    'api.openai.com',
    '[::ffff:10.0.0.5]',
    'feed.example',
  ])
    assert.ok(!isMetadataAddress(host), host)
})
