import { roleOf } from './aws-role.ts'
import {
  type Entry,
  instantOf,
  isEntry,
  logged,
  plainUse,
  textOf,
  unpacked,
  type UsageSource,
} from './usage-source.ts'

/** Calls of Bedrock that serve a model; what manages it is none. */
const invocations: ReadonlySet<string> = new Set([
  'InvokeModel',
  'InvokeModelWithResponseStream',
  'InvokeModelWithBidirectionalStream',
  'Converse',
  'ConverseStream',
  'StartAsyncInvoke',
])

/** Events of AWS CloudTrail: who called Bedrock for which model, without what was said. */
export const cloudtrail: UsageSource = {
  id: 'cloudtrail',
  title: 'AWS CloudTrail events of Amazon Bedrock (JSON, as in S3, event history or EventBridge)',
  documentation: [
    'https://docs.aws.amazon.com/bedrock/latest/userguide/logging-using-cloudtrail.html',
    'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html',
  ],
  fields: [
    'eventSource',
    'eventName',
    'eventTime',
    'awsRegion',
    'requestParameters.modelId',
    'additionalEventData.inferenceRegion',
    'errorCode',
    'userIdentity.arn (the role alone)',
  ],
  recognises: (entry) => eventIn(entry) !== null,
  read: (entry, _parents, tools) => {
    const event = eventIn(entry)
    if (event === null) return null
    const { eventSource, eventName, requestParameters: parameters } = event
    if (eventSource !== 'bedrock.amazonaws.com' || !invocations.has(String(eventName))) return []
    const at = instantOf(event['eventTime'])
    const written = isEntry(parameters) ? textOf(parameters['modelId']) : null
    if (at === null || written === null) return null
    const identity = isEntry(event['userIdentity']) ? event['userIdentity'] : {}
    const more = isEntry(event['additionalEventData']) ? event['additionalEventData'] : {}
    const role = roleOf(identity['arn'])
    return [
      {
        ...plainUse,
        ...logged(at, textOf(event['errorCode']) === null),
        written,
        provider: 'aws-bedrock',
        protocol: String(eventName).startsWith('Converse') ? 'bedrock-converse' : null,
        region: textOf(more['inferenceRegion']) ?? textOf(event['awsRegion']),
        workflow: tools.workflowOf([role]),
        scope: role,
      },
    ]
  },
}

/** The event itself; within what EventBridge delivers; as text within what `lookup-events` prints. */
function eventIn(entry: Entry): Entry | null {
  const inner = unpacked(entry['CloudTrailEvent'] ?? entry['detail'] ?? entry)
  if (!isEntry(inner)) return null
  const isEvent =
    typeof inner['eventSource'] === 'string' &&
    typeof inner['eventName'] === 'string' &&
    inner['eventTime'] !== undefined
  return isEvent ? inner : null
}
