import { workerData } from 'node:worker_threads'
import { refreshRegister } from './usage-register.ts'

/** A thread that brings what traffic showed into the register, so that the one with the traffic goes on meanwhile. */
await refreshRegister((workerData as { readonly configPath: string }).configPath)
