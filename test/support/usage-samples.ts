/**
 * Small exports in the shapes that providers and gateways publish, with invented names and numbers. Each holds what
 * must never be kept: `PERSON`, `SECRET` and `PROMPT`.
 */
export const secretWords = ['PERSON', 'SECRET', 'PROMPT'] as const

const day = 1_764_028_800

/** `GET /v1/organization/usage/completions?group_by=model,project_id`. */
export const openaiUsagePage = {
  object: 'page',
  data: [
    {
      object: 'bucket',
      start_time: day,
      end_time: day + 86_400,
      results: [
        {
          object: 'organization.usage.completions.result',
          input_tokens: 1000,
          output_tokens: 500,
          input_cached_tokens: 800,
          input_audio_tokens: 0,
          output_audio_tokens: 0,
          num_model_requests: 5,
          project_id: 'proj_support',
          user_id: 'user-PERSON',
          api_key_id: 'key_SECRET',
          model: 'gpt-4o-2024-08-06',
          batch: false,
          service_tier: null,
        },
        {
          object: 'organization.usage.completions.result',
          input_tokens: 7,
          output_tokens: 3,
          num_model_requests: 1,
          project_id: 'proj_support',
          user_id: null,
          api_key_id: null,
          model: 'gpt-secret-preview',
          batch: null,
        },
      ],
    },
    { object: 'bucket', start_time: day + 86_400, end_time: day + 172_800, results: [] },
  ],
  has_more: false,
  next_page: null,
}

/** `GET /v1/organization/costs?group_by=line_item`. */
export const openaiCostsPage = {
  object: 'page',
  data: [
    {
      object: 'bucket',
      start_time: day,
      end_time: day + 86_400,
      results: [
        {
          object: 'organization.costs.result',
          amount: { value: 0.06, currency: 'usd' },
          line_item: 'gpt-4o-mini-2024-07-18, input',
          project_id: 'proj_support',
          api_key_id: 'key_SECRET',
        },
        {
          object: 'organization.costs.result',
          amount: { value: 0.1, currency: 'usd' },
          line_item: 'web search tool calls',
          project_id: null,
        },
      ],
    },
  ],
  has_more: false,
  next_page: null,
}

/** The dashboard's `completions_usage_….csv`; empty periods have their times alone. */
export const openaiUsageCsv = `start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens
${day},${day + 60},2025-11-25T00:00:00+00:00,2025-11-25T00:01:00+00:00,proj_support,3.0,user-PERSON,key_SECRET,gpt-4o-2024-08-06,False,4212,1673,0,4212
${day + 60},${day + 120},2025-11-25T00:01:00+00:00,2025-11-25T00:02:00+00:00,,,,,,,,,,
`

/** `GET /v1/organizations/usage_report/messages?group_by[]=model`. */
export const anthropicUsagePage = {
  data: [
    {
      starting_at: '2025-11-25T00:00:00Z',
      ending_at: '2025-11-26T00:00:00Z',
      results: [
        {
          uncached_input_tokens: 1500,
          cache_creation: { ephemeral_1h_input_tokens: 1000, ephemeral_5m_input_tokens: 500 },
          cache_read_input_tokens: 200,
          output_tokens: 500,
          server_tool_use: { web_search_requests: 10 },
          api_key_id: 'apikey_SECRET',
          workspace_id: 'wrkspc_reviews',
          model: 'claude-sonnet-4-20250514',
          service_tier: 'standard',
          context_window: '0-200k',
        },
        { uncached_input_tokens: 9, output_tokens: 1, model: null, workspace_id: null },
      ],
    },
  ],
  has_more: false,
  next_page: null,
}

/** `GET /v1/organizations/cost_report?group_by[]=description`. */
export const anthropicCostPage = {
  data: [
    {
      starting_at: '2025-11-25T00:00:00Z',
      ending_at: '2025-11-26T00:00:00Z',
      results: [
        {
          currency: 'USD',
          amount: '123.78912',
          workspace_id: 'wrkspc_reviews',
          description: 'Claude Sonnet 4 Usage - Input Tokens',
          cost_type: 'tokens',
          context_window: '0-200k',
          model: 'claude-sonnet-4-20250514',
          service_tier: 'standard',
          token_type: 'uncached_input_tokens',
        },
      ],
    },
  ],
  has_more: false,
  next_page: null,
}

/** The console's usage export. */
export const anthropicUsageCsv = `usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count,inference_geo,speed
2025-11-25,claude-opus-4-5-20251101,claude_code_key_PERSON_SECRET,"Reviews, EU",standard,≤ 200k,1000,2000,500,3000,400,0,not_available,
`

/** The console's cost export, which has names of models for people. */
export const anthropicCostCsv = `usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,cost_type,inference_geo,speed
2025-11-25,Claude Haiku 4.5,Default,key of PERSON,message,≤ 200k,input_no_cache,0.01,0.01,token,global,
`

/** Two lines as Bedrock writes them to S3 and CloudWatch. */
export const bedrockLogs: readonly object[] = [
  {
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: '2025-11-25T11:50:36Z',
    accountId: '111122223333',
    identity: { arn: 'arn:aws:sts::111122223333:assumed-role/checkout/PERSON' },
    region: 'eu-central-1',
    requestId: '915a6a04-3f83-4c70-a277-7fbf7ea546b3',
    operation: 'Converse',
    modelId: 'eu.anthropic.claude-3-haiku-20240307-v1:0',
    inferenceRegion: 'eu-west-3',
    input: {
      inputContentType: 'application/json',
      inputBodyJson: { messages: [{ role: 'user', content: [{ text: 'PROMPT' }] }] },
      inputTokenCount: 35,
    },
    output: {
      outputContentType: 'application/json',
      outputBodyJson: { output: { message: { role: 'assistant', content: [{ text: 'SECRET' }] } } },
      outputTokenCount: 446,
    },
  },
  {
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: '2025-11-25T11:51:00Z',
    accountId: '111122223333',
    identity: { arn: 'arn:aws:iam::111122223333:user/PERSON' },
    region: 'us-east-1',
    requestId: 'c0ffee00-0000-4000-8000-000000000000',
    operation: 'InvokeModel',
    modelId: 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6',
    errorCode: 'ThrottlingException',
    input: { inputContentType: 'application/json', inputTokenCount: 0 },
  },
]

const cloudtrailEvent = {
  eventVersion: '1.10',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLE:PERSON',
    arn: 'arn:aws:sts::111122223333:assumed-role/checkout/PERSON',
    accountId: '111122223333',
    accessKeyId: 'SECRET',
  },
  eventTime: '2025-11-25T11:52:37Z',
  eventSource: 'bedrock.amazonaws.com',
  eventName: 'InvokeModelWithResponseStream',
  awsRegion: 'us-west-2',
  sourceIPAddress: '192.0.2.10',
  requestParameters: { modelId: 'us.anthropic.claude-3-5-sonnet-20240620-v1:0' },
  responseElements: null,
  additionalEventData: { inferenceRegion: 'us-east-2' },
  requestID: '0873fdcf-2c18-413a-9288-7e9bbbb8f29d',
  eventID: 'a8d388e2-3111-44bf-b78f-b0e263dc3d25',
  readOnly: true,
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: '111122223333',
}

/** A file of a trail in S3: most of it is about other things. */
export const cloudtrailFile = {
  Records: [
    cloudtrailEvent,
    { ...cloudtrailEvent, eventName: 'ListFoundationModels', requestParameters: null },
    { ...cloudtrailEvent, eventSource: 's3.amazonaws.com', eventName: 'GetObject' },
    {
      ...cloudtrailEvent,
      eventName: 'Converse',
      errorCode: 'AccessDenied',
      requestParameters: { modelId: 'mistral.mistral-large-2402-v1:0' },
    },
  ],
}

/** What `aws cloudtrail lookup-events` prints. */
export const cloudtrailLookup = {
  Events: [
    {
      EventId: cloudtrailEvent.eventID,
      EventName: cloudtrailEvent.eventName,
      EventTime: 1_764_071_557,
      Username: 'PERSON',
      CloudTrailEvent: JSON.stringify(cloudtrailEvent),
    },
  ],
}

/** `GET /spend/logs`. */
export const litellmLogs: readonly object[] = [
  {
    request_id: 'chatcmpl-1',
    call_type: 'acompletion',
    api_key: 'SECRET',
    spend: 0.00022,
    total_tokens: 30,
    prompt_tokens: 10,
    completion_tokens: 20,
    startTime: '2025-11-25T10:00:00.123000Z',
    endTime: '2025-11-25T10:00:01.000000Z',
    completionStartTime: '2025-11-25T10:00:00.500000Z',
    model: 'gpt-4o',
    model_id: 'abc',
    model_group: 'our-chat',
    custom_llm_provider: 'azure',
    api_base: 'https://acme.openai.azure.com/openai/deployments/gpt-4o',
    user: 'PERSON@acme.example',
    end_user: 'PERSON',
    metadata: {
      user_api_key_team_alias: 'helpdesk',
      user_api_key_user_email: 'PERSON@acme.example',
    },
    cache_hit: 'False',
    request_tags: ['support'],
    team_id: 'team-1',
    messages: [{ role: 'user', content: 'PROMPT' }],
    response: { choices: [{ message: { content: 'SECRET' } }] },
    status: 'success',
  },
  {
    request_id: 'chatcmpl-2',
    call_type: 'aembedding',
    api_key: 'SECRET',
    spend: 0,
    total_tokens: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    startTime: 1_764_064_800.5,
    endTime: 1_764_064_801,
    model: 'bedrock/cohere.embed-multilingual-v3',
    custom_llm_provider: 'bedrock',
    api_base: '',
    user: '',
    metadata: '{}',
    request_tags: '[]',
    team_id: null,
    status: 'failure',
  },
]

/** The same table as a database dumps it. */
export const litellmCsv = `request_id,call_type,api_key,spend,total_tokens,prompt_tokens,completion_tokens,startTime,endTime,model,model_group,custom_llm_provider,api_base,user,metadata,cache_hit,request_tags,team_id
chatcmpl-3,acompletion,SECRET,0.1,12,4,8,2025-11-25 10:00:00.123,2025-11-25 10:00:01,mistral/mistral-large-2411,our-chat,mistral,https://api.mistral.ai/v1,PERSON,"{""status"": ""success"", ""user_api_key_team_alias"": ""helpdesk""}",False,"[""support""]",team-1
`

/** Lines of a logs export, with the fields that may be asked for. */
export const portkeyLogs: readonly object[] = [
  {
    id: 'pk-1',
    trace_id: 'trace-1',
    created_at: '2025-11-25T12:00:00.000Z',
    request: { body: { model: 'claude-3-5-haiku-20241022', messages: [{ content: 'PROMPT' }] } },
    response: { body: { content: [{ text: 'SECRET' }] } },
    is_success: 1,
    ai_org: 'anthropic',
    ai_model: 'claude-3-5-haiku-20241022',
    req_units: 100,
    res_units: 40,
    total_units: 140,
    request_url: 'https://api.anthropic.com/v1/messages',
    cost: 12.5,
    cost_currency: 'USD',
    response_time: 850,
    response_status_code: 200,
    mode: 'single',
    config: null,
    prompt_slug: null,
    metadata: { _user: 'PERSON', workflow: 'support' },
  },
  {
    id: 'pk-2',
    created_at: 'Tue Nov 25 2025 12:00:05 GMT+0000 (Coordinated Universal Time)',
    is_success: 0,
    ai_org: 'vertex-ai',
    ai_model: 'gemini-2.0-flash-001',
    req_units: 3,
    res_units: 0,
    response_status_code: 429,
    metadata: '{"_user":"PERSON"}',
  },
]

const attribute = (key: string, value: string | number) => ({
  key,
  value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
})

/** What an exporter of OTLP writes in JSON: one document, or one a line. */
export const otelTraces = {
  resourceSpans: [
    {
      resource: {
        attributes: [attribute('service.name', 'triage'), attribute('host.name', 'SECRET')],
      },
      scopeSpans: [
        {
          scope: { name: 'opentelemetry.instrumentation.openai_v2' },
          spans: [
            {
              traceId: '5b8efff798038103d269b633813fc60c',
              spanId: 'eee19b7ec3c1b174',
              name: 'chat gpt-4o',
              kind: 3,
              startTimeUnixNano: '1764072000000000000',
              endTimeUnixNano: '1764072001000000000',
              attributes: [
                attribute('gen_ai.operation.name', 'chat'),
                attribute('gen_ai.provider.name', 'openai'),
                attribute('gen_ai.request.model', 'gpt-4o'),
                attribute('gen_ai.response.model', 'gpt-4o-2024-08-06'),
                attribute('gen_ai.usage.input_tokens', 42),
                attribute('gen_ai.usage.output_tokens', 8),
                attribute('server.address', 'acme.openai.azure.com'),
                attribute('gen_ai.input.messages', '[{"role":"user","parts":["PROMPT"]}]'),
                attribute('enduser.id', 'PERSON'),
              ],
              status: {},
            },
            {
              traceId: '5b8efff798038103d269b633813fc60c',
              spanId: 'eee19b7ec3c1b175',
              name: 'invoke_agent triage',
              startTimeUnixNano: '1764072000000000000',
              attributes: [
                attribute('gen_ai.operation.name', 'invoke_agent'),
                attribute('gen_ai.request.model', 'gpt-4o'),
              ],
            },
            {
              traceId: '5b8efff798038103d269b633813fc60c',
              spanId: 'eee19b7ec3c1b176',
              name: 'GET /',
              startTimeUnixNano: '1764072000000000000',
              attributes: [],
            },
            {
              traceId: '5b8efff798038103d269b633813fc60c',
              spanId: 'eee19b7ec3c1b177',
              name: 'chat gemini',
              startTimeUnixNano: '1764072002000000000',
              attributes: [
                attribute('gen_ai.system', 'gcp.gemini'),
                attribute('gen_ai.request.model', 'gemini-2.0-flash-001'),
                attribute('error.type', 'timeout'),
              ],
              status: { code: 2 },
            },
          ],
        },
      ],
    },
  ],
}
