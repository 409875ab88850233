import { durationMs } from '../../base/duration.ts'
import { Fault } from '../../base/fault.ts'
import { readServe } from '../admin/running-serve.ts'
import { readKeyText } from '../read-key.ts'
import { GatewayAsker } from './ask-gateway.ts'
import { qualificationOf, type TrialWorkspace } from './trial-workspace.ts'

/** Requests for one call, where those before found no room or no server. */
const triesMax = 5

/** Whoever asks for a trial: with the key of holdfast.yaml, at the gateway that runs on its folder or is named there. */
export async function openAsker(workspace: TrialWorkspace): Promise<GatewayAsker> {
  const { key, gateway, timeout } = qualificationOf(workspace)
  const text = await readKeyText({
    reference: key,
    folder: workspace.folder,
    name: 'qualification.key',
    wanted: 'the gateway key of the principal that trials ask as',
    isSecret: true,
  })
  const url = gateway ?? (await readServe(workspace.configPath))?.gateway
  if (url === undefined)
    throw new Fault('HF_TRIAL_UNREADY', 'no gateway runs on this folder', {
      expected: '`holdfast serve`, or `qualification.gateway` with the address of one',
      advice: 'trials ask through the gateway, so that policy and evidence are those of all work',
    })
  return new GatewayAsker({
    url: url.replace(/\/$/, ''),
    key: text.trim(),
    timeoutMs: durationMs(timeout),
    triesMax,
    isOnly: gateway === undefined || isLoopback(url),
  })
}

function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? ''
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
