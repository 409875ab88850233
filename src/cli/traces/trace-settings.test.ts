import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { traceSettings } from './trace-settings.ts'

async function settings(
  traces: object | undefined,
  environment: Readonly<Record<string, string>> = {},
) {
  const gateway = traces === undefined ? {} : { gateway: { traces } }
  const config = HoldfastConfig.parse({ version: 1, organisation: { name: 'Acme' }, ...gateway })
  const found = await traceSettings({ config, folder: '/', environment })
  assert.notEqual(typeof found, 'string')
  return typeof found === 'string' ? null : found
}

test('the environment alone turns nothing on, and can turn all off', async () => {
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }
  assert.equal(await settings(undefined, environment), null)
  assert.equal(await settings({}, { ...environment, OTEL_SDK_DISABLED: 'true' }), null)
})

test('an endpoint of the environment is a folder, the one for traces an address', async () => {
  const general = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }
  const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other:4318/spans' }
  const endpointOf = async (traces: object, environment: Readonly<Record<string, string>>) =>
    (await settings(traces, environment))?.endpoint
  assert.equal(await endpointOf({}, {}), 'http://127.0.0.1:4318/v1/traces')
  assert.equal(await endpointOf({}, general), 'http://collector:4318/v1/traces')
  assert.equal(await endpointOf({}, { ...general, ...own }), 'http://other:4318/spans')
  const written = { endpoint: 'https://mine.example/v1/traces' }
  assert.equal(await endpointOf(written, { ...general, ...own }), 'https://mine.example/v1/traces')
})

test('header lines of the environment go to the endpoint of the environment, and to no other', async () => {
  const environment = { OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=a%20b, x-tenant = acme ,broken,=c' }
  const found = await settings({}, environment)
  assert.deepEqual(found?.headers, { 'api-key': 'a b', 'x-tenant': 'acme' })
  const elsewhere = await settings({ endpoint: 'https://mine.example/v1/traces' }, environment)
  assert.deepEqual(elsewhere?.headers, {})
})

test('service and resource are named as OpenTelemetry names them', async () => {
  const attributes = { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=a' }
  assert.deepEqual((await settings({}))?.resource, { 'service.name': 'holdfast' })
  const named = await settings({}, { ...attributes, OTEL_SERVICE_NAME: 'gateway' })
  assert.deepEqual(named?.resource, {
    'service.name': 'gateway',
    'deployment.environment.name': 'test',
  })
})
