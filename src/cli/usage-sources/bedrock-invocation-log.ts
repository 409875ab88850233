import { roleOf } from './aws-role.ts'
import {
  instantOf,
  isEntry,
  logged,
  plainUse,
  textOf,
  totalOf,
  type UsageSource,
} from './usage-source.ts'

/** Model invocation logging of Amazon Bedrock. Prompts and answers stand in it; neither is kept. */
export const bedrockInvocationLog: UsageSource = {
  id: 'bedrock-invocation-log',
  title: 'Amazon Bedrock model invocation logs (JSON, as in S3 or CloudWatch)',
  documentation: [
    'https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html',
  ],
  fields: [
    'schemaType',
    'timestamp',
    'modelId',
    'operation',
    'region',
    'inferenceRegion',
    'errorCode',
    'input.inputTokenCount',
    'input.cacheReadInputTokenCount',
    'input.cacheWriteInputTokenCount',
    'output.outputTokenCount',
    'identity.arn (the role alone)',
  ],
  recognises: ({ schemaType, modelId }) =>
    schemaType === 'ModelInvocationLog' && modelId !== undefined,
  read: (entry, _parents, tools) => {
    const at = instantOf(entry['timestamp'])
    const written = textOf(entry['modelId'])
    if (at === null || written === null) return null
    const input = isEntry(entry['input']) ? entry['input'] : {}
    const output = isEntry(entry['output']) ? entry['output'] : {}
    const identity = isEntry(entry['identity']) ? entry['identity'] : {}
    const role = roleOf(identity['arn'])
    return [
      {
        ...plainUse,
        ...logged(at, textOf(entry['errorCode']) === null),
        written,
        provider: 'aws-bedrock',
        protocol: protocolOf(entry['operation']),
        region: textOf(entry['inferenceRegion']) ?? textOf(entry['region']),
        workflow: tools.workflowOf([role]),
        scope: role,
        tokens: totalOf(
          input['inputTokenCount'],
          input['cacheReadInputTokenCount'],
          input['cacheWriteInputTokenCount'],
          output['outputTokenCount'],
        ),
      },
    ]
  },
}

function protocolOf(operation: unknown): string | null {
  return String(operation).startsWith('Converse') ? 'bedrock-converse' : null
}
