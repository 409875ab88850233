import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifyError, withdrawalTold } from './classify-error.ts'
import type { ErrorClass } from './exchange.ts'

/** Published wordings of providers: status, codes, message. */
const known: readonly (readonly [number | null, readonly string[], string, ErrorClass])[] = [
  [404, ['not_found_error'], 'Claude Fable 5 is not available.', 'withdrawn'],
  [
    404,
    ['model_not_found'],
    'The model `x` does not exist or you do not have access to it.',
    'withdrawn',
  ],
  [
    404,
    ['DeploymentNotFound'],
    'The API deployment for this resource does not exist.',
    'withdrawn',
  ],
  [410, [], 'gone', 'withdrawn'],
  [404, ['invalid_request_error'], 'This is not a chat model.', 'client'],
  [404, [], 'This model is only supported in v1/responses.', 'client'],
  [404, [], '<html>404</html>', 'withdrawn'],
  [403, [], 'Project `p` does not have access to model `x`', 'withdrawn'],
  [
    403,
    ['AccessDeniedException'],
    "You don't have access to the model with the specified model ID.",
    'withdrawn',
  ],
  [400, ['model_decommissioned'], 'The model has been decommissioned', 'withdrawn'],
  [400, ['invalid_request_error'], 'Invalid model: mistral-x', 'withdrawn'],
  [400, ['invalid_request_error'], 'Model Not Exist', 'withdrawn'],
  [400, [], 'foo is not a valid model ID', 'withdrawn'],
  [
    400,
    ['ValidationException'],
    'This model version has reached the end of its life.',
    'withdrawn',
  ],
  [400, ['invalid_request_error'], 'The model `x` has been deprecated.', 'withdrawn'],
  [400, ['invalid_request_error'], '`temperature` is deprecated for this model.', 'client'],
  [401, ['authentication_error'], 'invalid x-api-key', 'auth'],
  [403, ['permission_error'], 'Your API key does not have permission.', 'auth'],
  [
    403,
    ['unsupported_country_region_territory'],
    'Country, region, or territory not supported',
    'auth',
  ],
  [429, ['rate_limit_error'], 'slow down', 'quota'],
  [429, ['RESOURCE_EXHAUSTED'], 'Quota exceeded', 'quota'],
  [400, ['invalid_request_error'], 'Your credit balance is too low to access the API.', 'quota'],
  [402, [], 'Insufficient Balance', 'quota'],
  [400, ['context_length_exceeded'], 'too long', 'context'],
  [400, ['invalid_request_error'], 'prompt is too long: 210000 tokens > 200000 maximum', 'context'],
  [400, ['INVALID_ARGUMENT'], 'The input token count (1200000) exceeds the maximum', 'context'],
  [400, ['exceed_context_size_error'], 'the request exceeds the available context size', 'context'],
  [400, ['ValidationException'], 'Input is too long for requested model.', 'context'],
  [413, ['request_too_large'], 'Request exceeds the maximum size', 'context'],
  [413, ['rate_limit_exceeded'], 'Request too large for model on tokens per minute', 'quota'],
  [400, ['content_policy_violation'], 'rejected by our safety system', 'content-policy'],
  [400, ['content_filter'], 'content management policy', 'content-policy'],
  [529, ['overloaded_error'], 'Overloaded', 'overload'],
  [null, ['overloaded_error'], 'Overloaded', 'overload'],
  [500, ['api_error'], 'Internal server error', 'overload'],
  [503, ['UNAVAILABLE'], 'The model is overloaded.', 'overload'],
  [504, [], 'gateway timeout', 'overload'],
  [null, [], 'something went wrong', 'overload'],
  [408, [], 'timeout', 'transport'],
  [400, ['invalid_request_error'], 'temperature: must be between 0 and 1', 'client'],
  [
    400,
    ['invalid_request_error'],
    "Unsupported parameter: 'x' is not supported with this model.",
    'client',
  ],
  [400, ['previous_response_not_found'], 'Previous response with id not found.', 'client'],
  [404, ['not_found_error'], 'File id file_123 not found', 'client'],
  [404, ['not_found_error'], 'File not found: model', 'client'],
  [404, ['invalid_request_error'], "Item with id 'rs_1' not found. It is not persisted.", 'client'],
  [404, ['invalid_request_error'], "Prompt with id 'the-model' not found.", 'client'],
  [404, ['not_found_error'], 'model: claude-fable-5', 'withdrawn'],
  [404, ['not_found_error'], 'The model `x` was not found; see the prompt guide', 'withdrawn'],
  [404, [], "model 'qwen3' not found, try pulling it first", 'withdrawn'],
  [422, [], 'Extra inputs are not permitted', 'client'],
]

for (const [status, codes, message, expected] of known)
  test(`${String(status)} ${codes.join(' ')} “${message}” is ${expected}`, () => {
    assert.equal(classifyError({ status, codes, message }), expected)
  })

test('the words that alone tell of a withdrawal are known, and none where a code tells it', () => {
  assert.equal(withdrawalTold('invalid_request_error', 'This model was Retired.'), 'retired')
  assert.equal(withdrawalTold(null, 'Unknown model: x'), 'unknown model')
  assert.equal(withdrawalTold('model_retired', 'This model was retired.'), null)
  assert.equal(withdrawalTold('not_found_error', 'nothing here'), null)
})
